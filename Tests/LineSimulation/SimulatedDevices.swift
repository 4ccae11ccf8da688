import Devices
import Foundation
import Shopfloor

/// A device that is polled: with jitter, stretches of silence and bad answers. What the recorder does not take is gone.
struct PolledDevice {
  let name: DeviceName
  let intervalMicroseconds: Int64
  private var random: SplitMix64
  private var silentUntil: Int64 = 0
  private var excursionUntil: Int64 = 0

  init(_ name: DeviceName, intervalMicroseconds: Int64, random: SplitMix64) {
    self.name = name
    self.intervalMicroseconds = intervalMicroseconds
    self.random = random
  }

  mutating func pause() -> Int64 {
    Int64(Double(intervalMicroseconds) * Double.random(in: 0.8..<1.2, using: &random))
  }

  /// The readings of a poll; none while the device is silent.
  mutating func poll(at trueTime: Int64, received: Timestamp) -> [Reading] {
    if silentUntil <= trueTime, random.chance(0.002) { silentUntil = trueTime + random.microseconds(5...600) }
    if silentUntil > trueTime { return [] }
    if random.chance(0.004) { excursionUntil = trueTime + random.microseconds(1...30) }
    let first = SimulatedPlant.firstParameter(of: name)
    let count: UInt32 = name == SimulatedPlant.press ? 1 : 2
    if random.chance(0.01) {
      let quality: Quality = random.chance(0.5) ? .badTimeout : .badDeviceException
      return (0..<count).map { Reading(parameter: ParameterIndex(first + $0), time: received, quality: quality) }
    }
    // The device's answer is a little older than its receipt, and some come much later than they were read.
    let age = random.chance(0.01) ? random.microseconds(0.5...20) : random.microseconds(0...0.02)
    let time = received.advanced(byMicroseconds: -age)
    return (0..<count).map { Reading(parameter: ParameterIndex(first + $0), time: time, value: value($0, trueTime)) }
  }

  private mutating func value(_ place: UInt32, _ trueTime: Int64) -> Double {
    if name == SimulatedPlant.press { return trueTime / 1_000_000 % 40 < 20 ? 1 : 0 }
    let noise = Double.random(in: -1..<1, using: &random)
    if place == 1 { return 3 + noise / 10 }
    return (excursionUntil > trueTime ? 196 : 180) + noise * 4
  }
}

/// A device that sends messages through a broker: with its own clock, a backlog after it was away, and every message
/// again until it is told that it is on disk, and sometimes after that.
struct MessagingDevice {
  struct Message {
    var number: Int
    var inFlightSince: Int64?
    /// Whether it was acknowledged and is sent once more nevertheless.
    var isRepetition = false
  }

  static let name = SimulatedPlant.gateway
  let intervalMicroseconds: Int64
  /// What the broker hands to one client without an answer, and how long it waits for one, in microseconds.
  static let maximumInFlight = 20
  static let retryMicroseconds: Int64 = 5_000_000
  private(set) var messages: [Message] = []
  private var random: SplitMix64
  private var awayUntil: Int64 = 0
  private var nextMeasurement: Int64 = 0
  private var clockOffset: Int64 = 0

  init(intervalMicroseconds: Int64, random: SplitMix64) {
    self.intervalMicroseconds = intervalMicroseconds
    self.random = random
  }

  /// Measures what is due and says which messages go out now.
  mutating func work(at trueTime: Int64, utc: Timestamp, _ journal: Journal) -> [Int] {
    while nextMeasurement <= trueTime {
      measure(at: utc.advanced(byMicroseconds: nextMeasurement - trueTime), journal)
      nextMeasurement += Int64(Double(intervalMicroseconds) * Double.random(in: 0.9..<1.1, using: &random))
    }
    if random.chance(0.002) { clockOffset = random.microseconds(-3...3) }
    if random.chance(0.0005) { clockOffset = random.microseconds(60...300) }
    if awayUntil <= trueTime, random.chance(0.003) { awayUntil = trueTime + random.microseconds(10...1_500) }
    return awayUntil > trueTime ? [] : due(at: trueTime, journal)
  }

  private mutating func measure(at time: Timestamp, _ journal: Journal) {
    let first = SimulatedPlant.firstParameter(of: Self.name)
    let own = time.advanced(byMicroseconds: clockOffset)
    let warm = Double.random(in: -3..<3, using: &random) + (random.chance(0.01) ? 14 : 0)
    let readings = [
      Reading(parameter: ParameterIndex(first), time: own, value: 80 + warm),
      Reading(
        parameter: ParameterIndex(first + 1), time: own, quality: random.chance(0.02) ? .badSourceQuality : .good,
        value: 40 + warm),
    ]
    messages.append(
      Message(number: journal.send(Self.name, readings, key: random.next(), isAwaited: true)))
  }

  private mutating func due(at trueTime: Int64, _ journal: Journal) -> [Int] {
    for place in messages.indices where journal.sent[messages[place].number].isAcknowledged {
      // The answer was lost on its way back: the broker delivers once more.
      let isAgain = !messages[place].isRepetition && random.chance(0.01)
      if isAgain { messages[place].inFlightSince = nil }
      messages[place].isRepetition = isAgain || messages[place].isRepetition && messages[place].inFlightSince == nil
    }
    messages.removeAll { journal.sent[$0.number].isAcknowledged && !$0.isRepetition }
    var out: [Int] = []
    for place in messages.indices.prefix(Self.maximumInFlight) {
      if let since = messages[place].inFlightSince, trueTime - since < Self.retryMicroseconds { continue }
      messages[place].inFlightSince = trueTime
      out.append(messages[place].number)
      if messages[place].isRepetition { messages[place].isRepetition = false }
    }
    return out
  }

  /// The connection is gone: what was not answered goes again.
  mutating func reconnect() {
    for place in messages.indices { messages[place].inFlightSince = nil }
  }
}
