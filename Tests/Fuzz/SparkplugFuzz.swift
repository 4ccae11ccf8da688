import ArgumentParser
import Devices
import Shopfloor

@testable import MQTT

/// Payloads of edge nodes: from damaged bytes to values, and whole conversations of nodes that do not keep to anything.
struct SparkplugRounds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sparkplug", abstract: "Sparkplug B payloads, and a host among nodes that send anything.")

  @Option(help: "Time to go on, in seconds.") var seconds: Double = 600
  @Option(help: "Rounds after which to stop earlier.") var rounds: Int = .max
  @Option(help: "Seed of the first round; each round has the next.") var seed: UInt64 = 1

  func run() throws {
    var tally = SparkplugTally()
    let start = ContinuousClock.now
    var round = 0
    while round < rounds, start.duration(to: .now) < .seconds(seconds) {
      var fuzz = SparkplugFuzz(seed: seed &+ UInt64(round))
      do {
        if round % 2 == 0 { try fuzz.payloads(&tally) } else { try fuzz.conversation(&tally) }
      } catch let finding as FuzzFinding {
        print(
          "round \(round): \(finding). Again: fuzz sparkplug --seed \(seed &+ UInt64(round) &- UInt64(round % 2)) "
            + "--rounds \(round % 2 + 1)")
        throw ExitCode.failure
      }
      round += 1
    }
    print("\(round) rounds: \(tally)")
    guard tally.isConvincing || round < 40 else {
      print("the rounds did not reach what they are for")
      throw ExitCode.failure
    }
  }
}

/// What the rounds reached.
struct SparkplugTally: CustomStringConvertible {
  var read = 0
  var refused = 0
  var messages = 0
  var readings = 0
  var gaps = 0
  var rebirths = 0

  var isConvincing: Bool { read > 0 && refused > 0 && messages > 0 && readings > 0 && gaps > 0 && rebirths > 0 }

  var description: String {
    "\(read) payloads read, \(refused) refused; \(messages) messages of odd nodes, \(readings) readings, \(gaps) gaps, "
      + "\(rebirths) births asked for"
  }
}

struct SparkplugFuzz {
  private var random: SplitMix
  private static let topics = SparkplugTopic.Kind.allCases.map {
    SparkplugTopic.message($0, SparkplugAddress(group: "g", edgeNode: "n", device: $0.isOfDevice ? "d" : nil)).text
  }

  init(seed: UInt64) { random = SplitMix(state: seed) }

  // MARK: Rounds

  /// What is read can be written and read again, and then is the same; the bytes of the second writing are those of the
  /// first.
  mutating func payloads(_ tally: inout SparkplugTally) throws {
    for _ in 0..<200 {
      let bytes = chance(8) ? noise(60) : damaged(SparkplugCodec.encode(payload()))
      let payload: SparkplugPayload
      do throws(SparkplugFault) {
        payload = try SparkplugCodec.decode(bytes)
      } catch {
        tally.refused += 1
        guard !error.description.isEmpty else { throw FuzzFinding("a fault without words") }
        continue
      }
      tally.read += 1
      let written = SparkplugCodec.encode(payload)
      let again: SparkplugPayload
      do throws(SparkplugFault) {
        again = try SparkplugCodec.decode(written)
      } catch {
        throw FuzzFinding("\(bytes) was read, written as \(written) and not read again: \(error)")
      }
      // Bytes, because what is not a number is not even equal to itself.
      guard SparkplugCodec.encode(again) == written else { throw FuzzFinding("\(bytes) was read twice differently") }
      for metric in payload.metrics {
        for type in SparkplugDataType.allCases { _ = metric.value?.content(as: type)?.text }
      }
    }
  }

  /// Readings only of planned parameters, values only where they are good or doubtful, no flood of requests.
  mutating func conversation(_ tally: inout SparkplugTally) throws {
    var now = ClockReading(utc: Timestamp(microseconds: 1_700_000_000_000_000), monotonicMicroseconds: 1_000_000)
    var host = SparkplugHostState(plan(), at: now.utc)
    var asked = 0
    let began = now.monotonicMicroseconds
    for _ in 0..<400 {
      now.utc = now.utc.advanced(byMicroseconds: Int64.random(in: -1_000...900_000, using: &random))
      now.monotonicMicroseconds += Int64.random(in: 0...900_000, using: &random)
      for action in host.handle(event(now), at: now) {
        switch action {
        case .offer(let batches):
          for reading in batches.flatMap(\.readings) {
            tally.readings += 1
            guard reading.parameter.rawValue < 3, reading.value.isFinite else {
              throw FuzzFinding("a reading that nobody planned: \(reading)")
            }
          }
        case .note(let notes): tally.gaps += notes.filter { if case .lost = $0 { true } else { false } }.count
        case .publish(let topic, _, _, _): if topic.contains("NCMD") { asked += 1 }
        case .subscribe, .command, .disconnect: break
        }
      }
      _ = host.deadlineMicroseconds
      tally.messages += 1
    }
    tally.rebirths += asked
    let minutes = (now.monotonicMicroseconds - began) / 60_000_000
    // Ten in the first minute of each of the about forty connections that this round makes at most, then one a minute.
    guard asked <= 10 * (connections + 1) + Int(minutes) + 1 else {
      throw FuzzFinding("\(asked) births asked for in \(minutes) minutes and \(connections) connections")
    }
  }

  private var connections = 0

  private mutating func event(_ now: ClockReading) -> SparkplugLinkEvent {
    switch Int.random(in: 0...39, using: &random) {
    case 0:
      connections += 1
      return .subscribed(refused: [])
    case 1: return chance(4) ? .lost(reason: "cut") : .accepted
    case 2: return .messageTooLarge(topic: topic(), bytes: 9_999_999)
    case 3, 4, 5: return .clockMoved
    default:
      var payload = payload()
      if chance(2) { payload.sequence = UInt64.random(in: 0...6, using: &random) }
      if chance(2) { payload.timestamp = UInt64(max(now.utc.microseconds / 1_000, 0)) }
      let bytes = SparkplugCodec.encode(payload)
      return .message(topic: topic(), payload: chance(5) ? damaged(bytes) : bytes, isRetained: chance(12))
    }
  }

  private func plan() -> SparkplugHostPlan {
    func device(_ name: DeviceName, _ sparkplugDevice: String?, _ parameter: UInt32) -> SparkplugDevicePlan {
      SparkplugDevicePlan(
        device: name, group: "g", edgeNode: "n", sparkplugDevice: sparkplugDevice,
        points: ["a", "b", "bdSeq"].map { SparkplugPoint(name: $0, metric: $0, isText: $0 == "b", scale: 1e300) },
        parameters: ["a": [ParameterIndex(parameter)], "b": [ParameterIndex(2)]])
    }
    return SparkplugHostPlan(
      name: "fuzz", connection: MQTTConnection(host: "broker", clientID: "fuzz"), hostID: "h",
      thinning: ThinningRule(maximumMessagesPerSecond: 2), devices: [device("n", nil, 0), device("d", "d", 1)])
  }

  // MARK: Making

  private mutating func topic() -> String {
    if chance(20) { return ["spBv1.0/STATE/h", "spBv1.0/g/NDATA/other", "x", ""].randomElement(using: &random) ?? "" }
    return Self.topics.randomElement(using: &random) ?? ""
  }

  private mutating func payload() -> SparkplugPayload {
    SparkplugPayload(
      timestamp: chance(3) ? nil : number(), metrics: (0..<Int.random(in: 0...5, using: &random)).map { _ in metric() },
      sequence: chance(3) ? nil : number(), uuid: chance(9) ? "u" : nil, body: chance(9) ? noise(9) : nil)
  }

  private mutating func metric() -> SparkplugMetric {
    SparkplugMetric(
      name: chance(3) ? nil : ["a", "b", "bdSeq", "", "ä"].randomElement(using: &random),
      alias: chance(3) ? nil : UInt64.random(in: 0...3, using: &random), timestamp: chance(3) ? nil : number(),
      datatype: chance(3) ? nil : UInt32.random(in: 0...36, using: &random), isHistorical: chance(5),
      isTransient: chance(9), isNull: chance(7), value: chance(7) ? nil : value(),
      properties: chance(5) ? ["Quality": value(), "engUnit": value()] : [:])
  }

  private mutating func value() -> SparkplugValue {
    switch Int.random(in: 0...7, using: &random) {
    case 0: .int(UInt32(truncatingIfNeeded: number()))
    case 1: .long(number())
    case 2: .float(Float(bitPattern: UInt32(truncatingIfNeeded: random.next())))
    case 3: .double(Double(bitPattern: random.next()))
    case 4: .boolean(chance(2))
    case 5: .string(["", "1", "21,5", "nan", "\u{0}"].randomElement(using: &random) ?? "")
    case 6: .bytes(noise(9))
    default: .other(field: UInt32.random(in: 8...20, using: &random), noise(9))
    }
  }

  private mutating func number() -> UInt64 { random.next() >> UInt64.random(in: 0...63, using: &random) }

  private mutating func noise(_ most: Int) -> [UInt8] {
    (0..<Int.random(in: 0...most, using: &random)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  private mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var damaged = bytes
    for _ in 0..<Int.random(in: 0...3, using: &random) where !damaged.isEmpty {
      let place = Int.random(in: 0..<damaged.count, using: &random)
      switch Int.random(in: 0...3, using: &random) {
      case 0: damaged[place] = UInt8(truncatingIfNeeded: random.next())
      case 1: damaged.removeSubrange(place...)
      case 2: damaged.insert(contentsOf: noise(12), at: place)
      default: damaged[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      }
    }
    return damaged
  }

  private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
}
