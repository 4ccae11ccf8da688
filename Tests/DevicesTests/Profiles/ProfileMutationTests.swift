import Devices
import Foundation
import Testing

/// Whatever stands in a file, the reader answers with a profile or with explained faults, in bounded time.
@Suite struct ProfileMutationTests {
  /// SplitMix64, so that a failing seed can be run again.
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let everyKey = DeviceProfileTests.folder.deletingLastPathComponent()
    .appendingPathComponent("Tests/Cases/profiles/whole/every-key.yaml")

  /// Words that have upset readers of numbers, names and lists.
  private static let nasty = [
    "0", "-1", "1e308", "-1e308", "1e-320", "nan", "inf", "65535", "65536", "400001", "4x", "0x", "0xFFFFFFFFFFFFFFFF",
    "0x-1", "99999999999999999999", "{}", "[]", "[[1]]", "{a: 1}", "true", "\"\"", "\"\\u202E\"", "~", "text",
    "datetime",
    "uint64", "float64", "bcd12", "bit_field", "ABCDEFGH", "BA", "a", "decimal_point", "temperature",
    "-9223372036854775808",
    "holding", "input", "coil",
  ]

  private func mutate(_ lines: [String], _ random: inout Seeded) -> String {
    var lines = lines
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let index = Int.random(in: lines.indices, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: lines.remove(at: index)
      case 1: lines.insert(lines[index], at: index)
      case 2: lines.swapAt(index, Int.random(in: lines.indices, using: &random))
      default:
        let words = lines[index].split(separator: ": ", omittingEmptySubsequences: false).map(String.init)
        guard words.count > 1 else { continue }
        var changed = words
        let place = Int.random(in: 1..<words.count, using: &random)
        let rest = words[place].drop { $0 != "," && $0 != "}" && $0 != "]" }
        changed[place] = (Self.nasty.randomElement(using: &random) ?? "0") + rest
        lines[index] = changed.joined(separator: ": ")
      }
      if lines.isEmpty { lines = ["name: a"] }
    }
    return lines.joined(separator: "\n")
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func nothingTrapsAndEveryFaultIsExplained(seed: UInt64) throws {
    let lines = try String(contentsOf: Self.everyKey, encoding: .utf8).split(separator: "\n").map(String.init)
    var random = Seeded(state: seed)
    var refused = 0
    for round in 0..<150 {
      let text = mutate(lines, &random)
      do throws(DocumentIssues) {
        let profile = try DeviceProfile.load(text: text, file: "mutated.yaml")
        #expect(!profile.points.isEmpty, "seed \(seed), round \(round)")
        for point in profile.points {
          #expect((1...125).contains(point.addressCount) && point.addresses.upperBound <= 65_536)
          #expect(point.addressCount <= profile.requests.maximumCount(of: point.table))
          #expect(point.scale.isFinite && point.scale != 0 && point.offset.isFinite)
        }
        for write in profile.writes {
          #expect(write.table == .holding || write.table == .coil)
          #expect(write.type.isBinary || (write.minimum != nil && write.maximum != nil))
        }
      } catch {
        refused += 1
        #expect(!error.issues.isEmpty)
        #expect(error.issues.allSatisfy { !$0.problem.isEmpty && !$0.remedy.isEmpty }, "seed \(seed), round \(round)")
      }
    }
    // Both ways out were taken.
    #expect(refused > 20 && refused < 150)
  }

  @Test func aThousandPointsAtOneAddressGiveAFaultEach() {
    let points = (0..<1_000).map { "  - {name: p\($0), table: holding, address: 7, type: uint16}" }
    let text =
      "name: a\nvendor: V\nmodel: M\ntransport: modbus\nstatus: documented\npoints:\n"
      + points.joined(separator: "\n")
    do throws(DocumentIssues) {
      _ = try DeviceProfile.load(text: text, file: "many.yaml")
      Issue.record("overlapping points were taken")
    } catch {
      #expect(error.issues.count == 999)
    }
  }
}
