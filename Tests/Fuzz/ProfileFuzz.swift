import Devices
import Foundation
import Shopfloor

@testable import Modbus

/// Profiles with damaged texts: each is refused with a place, or can be planned (or refused again) and decoded.
enum ProfileFuzz {
  static func texts(below folder: String) throws -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
    return try walk.compactMap { $0 as? String }.filter { $0.hasSuffix(".yaml") }.sorted().map {
      try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)
    }.filter { $0.contains("transport: modbus") }
  }

  static func run(_ texts: [String], seed: UInt64, _ tally: inout FuzzTally) throws {
    var generator = SeededGenerator(seed: seed)
    guard var lines = texts.randomElement(using: &generator)?.split(separator: "\n").map(String.init) else {
      throw FuzzFinding("there are no profiles to mutate")
    }
    for _ in 0..<Int.random(in: 0...4, using: &generator) { damage(&lines, using: &generator) }
    let profile: DeviceProfile
    do throws(DocumentIssues) {
      profile = try DeviceProfile.load(text: lines.joined(separator: "\n"), file: "fuzz.yaml")
    } catch {
      tally.profilesRefused += 1
      guard !error.issues.isEmpty else { throw FuzzFinding("a profile was refused without a reason") }
      return
    }
    tally.profilesRead += 1
    try decode(profile, &generator, &tally)
  }

  private static func damage(_ lines: inout [String], using generator: inout SeededGenerator) {
    guard !lines.isEmpty else { return }
    let place = Int.random(in: 0..<lines.count, using: &generator)
    var characters = Array(lines[place].unicodeScalars)
    switch Int.random(in: 0...6, using: &generator) {
    case 0: lines.remove(at: place)
    case 1: lines.insert(lines.randomElement(using: &generator) ?? "", at: place)
    case 2:
      let other = Int.random(in: 0..<lines.count, using: &generator)
      lines.swapAt(place, other)
    case 3:
      let number = [
        "-1", "0", "3", "15", "16", "65535", "65536", "1e999", "nan", "99999999999999999999", "0x", "[]", "{}",
      ]
      if let colon = lines[place].firstIndex(of: ":") {
        lines[place] = "\(lines[place][...colon]) \(number.randomElement(using: &generator) ?? "")"
      }
    case 4:
      guard !characters.isEmpty else { return }
      characters.remove(at: Int.random(in: 0..<characters.count, using: &generator))
      lines[place] = String(String.UnicodeScalarView(characters))
    case 5:
      let odd: [Unicode.Scalar] = ["{", "}", "\u{202E}", "\u{0}", ":", "-", "\t", "9", "\"", "&", "*"]
      let at = Int.random(in: 0...characters.count, using: &generator)
      characters.insert(odd.randomElement(using: &generator) ?? "x", at: at)
      lines[place] = String(String.UnicodeScalarView(characters))
    default: lines.removeSubrange(place..<min(lines.count, place + 5))
    }
  }

  /// Plans all points and answers every request with something.
  private static func decode(
    _ profile: DeviceProfile, _ generator: inout SeededGenerator, _ tally: inout FuzzTally
  ) throws {
    let points = profile.points.enumerated().map { MappedPoint(point: $1, parameters: [ParameterIndex(UInt32($0))]) }
    var learner: PlanLearner
    do throws(ModbusSetupFault) {
      learner = try PlanLearner(
        device: "plc", profile: profile, profileDigest: "", points: points, rules: profile.requests, cost: .tcp)
    } catch {
      tally.plansRefused += 1
      return
    }
    let due = Set(points.map(\.point.pollIntervalMicroseconds)).sorted()
    for poll in 1...3 {
      let time = Timestamp(microseconds: Int64(poll))
      var decoder = PollDecoder(learner.plan(dueIntervals: due, now: Int64(poll)), at: time)
      var index = 0
      while index < decoder.blocks.count {
        let request = decoder.blocks[index].request
        guard request.count <= profile.requests.maximumCount(of: request.table), request.address >= 0,
          request.address + request.count <= 65_536
        else { throw FuzzFinding("\(profile.name): a request for \(request)") }
        if Int.random(in: 0...8, using: &generator) == 0 {
          let exception = UInt8.random(in: 1...4, using: &generator)
          decoder.refuse(index, exception: exception, learner: &learner, at: time)
        } else {
          learner.answered(decoder.blocks[index])
          decoder.accept(index, data: generator.bytes(request.replyByteCount), at: time)
        }
        index += 1
      }
      _ = learner.finishPoll(now: Int64(poll))
      let (readings, texts) = decoder.takeResult()
      guard Set(readings.map(\.parameter)).count == points.count, readings.count == points.count else {
        throw FuzzFinding("\(profile.name): \(readings.count) readings of \(points.count) points")
      }
      for reading in readings {
        let point = points[Int(reading.parameter.rawValue)].point
        try ReadingRules.check(reading, point)
        if reading.quality.hasValue { tally.goodReadings += 1 } else { tally.badReadings += 1 }
      }
      for text in texts { try ReadingRules.check(text) }
    }
  }
}
