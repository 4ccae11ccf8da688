import Devices
import Foundation
import Testing

/// Whatever stands in a file, the reader of message profiles answers with a profile or with explained faults.
@Suite struct MessageMutationTests {
  private static let everyKey = SchemaFile.cases.appendingPathComponent("whole/every-message-key.yaml")

  /// Words that have upset readers of numbers, topics, paths and zones.
  private static let nasty = [
    "0", "-1", "1e308", "nan", "inf", "65536", "0x", "99999999999999999999", "{}", "[]", "[[1]]", "{a: 1}", "true",
    "\"\"", "\"\\u202E\"", "~", "\"#\"", "\"+/a/#/b\"", "$share/g/a", "\"{base}\"", "\"{zone}\"", "\"{}\"", "\"{\"",
    "'[\"a'", "'a['", "'a[99999999999999999999]'", "'values[id=\"\"].v'", "CET", "Europe/Berlin", "local", "delta",
    "float", "raw", "{encoding: raw, byte: 0, bytes: 8}", "{encoding: hex, bit: 65535, bits: 64, type: signed}",
  ]

  private func mutate(_ lines: [String], _ random: inout SeededGenerator) -> String {
    var lines = lines
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let index = Int.random(in: lines.indices, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: lines.remove(at: index)
      case 1: lines.insert(lines[index], at: index)
      case 2: lines.swapAt(index, Int.random(in: lines.indices, using: &random))
      default:
        var words = lines[index].split(separator: ": ", omittingEmptySubsequences: false).map(String.init)
        guard words.count > 1 else { continue }
        let place = Int.random(in: 1..<words.count, using: &random)
        let rest = words[place].drop { $0 != "," && $0 != "}" && $0 != "]" }
        words[place] = (Self.nasty.randomElement(using: &random) ?? "0") + rest
        lines[index] = words.joined(separator: ": ")
      }
      if lines.isEmpty { lines = ["name: a"] }
    }
    return lines.joined(separator: "\n")
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func nothingTrapsAndEveryFaultIsExplained(seed: UInt64) throws {
    let lines = try String(contentsOf: Self.everyKey, encoding: .utf8).split(separator: "\n").map(String.init)
    var random = SeededGenerator(seed: seed)
    var refused = 0
    for round in 0..<150 {
      let text = mutate(lines, &random)
      let arguments = round % 2 == 0 ? nil : ["base": "a/b", "topic": "c"]
      do throws(DocumentIssues) {
        let profile = try MessageProfile.load(text: text, file: "mutated.yaml", arguments: arguments)
        check(profile, "seed \(seed), round \(round)\n\(text)")
      } catch {
        refused += 1
        #expect(!error.issues.isEmpty)
        #expect(error.issues.allSatisfy { !$0.problem.isEmpty && !$0.remedy.isEmpty }, "seed \(seed), round \(round)")
      }
    }
    // Both ways out were taken.
    #expect(refused > 20 && refused < 150)
  }

  /// What the message room may rely on.
  private func check(_ profile: MessageProfile, _ place: String) {
    #expect(!profile.mappings.isEmpty, "\(place)")
    #expect(Set(profile.points.map(\.name)).count == profile.points.count, "\(place)")
    for mapping in profile.mappings {
      #expect(!mapping.points.isEmpty, "\(place)")
      #expect(mapping.shape == .whole || mapping.each != nil || mapping.points.allSatisfy { $0.path != nil })
    }
    for point in profile.points {
      #expect(point.scale.isFinite && point.scale != 0 && point.offset.isFinite, "\(place)")
      #expect(point.everyMicroseconds >= 0 && point.sentinels.allSatisfy(\.isFinite), "\(place)")
      guard case .slice(let slice) = point.form else { continue }
      let bits =
        switch slice.place {
        case .bits(let offset, let length): offset >= 0 ? length : 0
        case .bytes(let first, let count): first >= 0 ? 8 * count : 0
        }
      #expect((1...64).contains(bits) && (slice.number != .float || [16, 32, 64].contains(bits)), "\(place)")
    }
  }
}
