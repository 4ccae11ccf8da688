import Devices
import Shopfloor

@testable import Ledger

/// Stored commits of every awkward kind, chained as the ledger chains them.
enum AwkwardCommits {
  static let devices: [UInt32: DeviceName] = [1: "plc-1", 200: "plc-2", 7: "sensor"]

  static func number(_ name: DeviceName) -> UInt32 { devices.first { $0.value == name }?.key ?? 0 }

  static func make(seed: UInt64, first: Int64 = 1, head: [UInt8] = EventChain.genesis) -> [StoredCommit] {
    var generator = SeededGenerator(seed: seed)
    let start: Int64 = 1_795_000_000_000_000
    var time = start
    var codec = ReadingBatchCodec()
    var head = head
    var steady = SteadyValues(generator.next())
    return (0..<Int64.random(in: 1...60, using: &generator)).map { place in
      time += Int64.random(in: -20_000...1_000_000, using: &generator)
      var batches: [ReadingBatch] = []
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        let received = Timestamp(microseconds: time - Int64.random(in: 0...50_000, using: &generator))
        let readings =
          switch Int.random(in: 0...5, using: &generator) {
          case 0: [Reading]()
          case 1:
            (0..<Int.random(in: 1...12, using: &generator)).map { _ in
              ReadingBatchCodecTests.randomReading(&generator, received)
            }
          default: steady.poll(at: received, known: 3 + UInt32(place) / 8)
          }
        batches.append(
          ReadingBatch(
            device: devices.values.sorted().randomElement(using: &generator) ?? "plc-1", receivedAt: received,
            monotonicMicroseconds: time - start + 5_000_000 + Int64.random(in: 0...9, using: &generator),
            messageKey: Int.random(in: 0...3, using: &generator) == 0 ? generator.next() : nil, readings: readings))
      }
      var body: [UInt8]?
      if !batches.isEmpty || Int.random(in: 0...3, using: &generator) == 0 {
        let bytes = codec.encode(batches, deviceNumber: number)
        head = EventChain.hash(after: head, of: bytes)
        body = bytes
      }
      return StoredCommit(
        id: first + place, time: time, monotonic: time - start + 5_000_100, lastEvent: place / 7, body: body,
        hash: body == nil ? nil : head)
    }
  }

  /// The readings of commits by parameter, in the order of arrival.
  static func readings(of commits: [StoredCommit]) throws -> [UInt32: [Reading]] {
    var found: [UInt32: [Reading]] = [:]
    for commit in commits {
      guard let body = commit.body else { continue }
      for reading in try ReadingBatchCodec.decode(body, device: { devices[$0] }).flatMap(\.readings) {
        found[reading.parameter.rawValue, default: []].append(reading)
      }
    }
    return found
  }
}

/// Polls of points as devices give them: float32, scaled words with and without sign, bits, doubles.
struct SteadyValues {
  private var generator: SeededGenerator

  init(_ seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func poll(at time: Timestamp, known: UInt32) -> [Reading] {
    (0..<known).map { parameter in
      let index = ParameterIndex(parameter)
      if Int.random(in: 0...60, using: &generator) == 0 {
        return Reading(parameter: index, time: time, quality: .badOutOfRange, raw: 0xFFFF, rawWordCount: 1)
      }
      switch parameter % 6 {
      case 0:
        let value = 180 + Float.random(in: -0.5...0.5, using: &generator)
        return Reading(
          parameter: index, time: time, value: Double(value), raw: UInt64(value.bitPattern), rawWordCount: 2)
      case 1:
        let word = Int16.random(in: -30...30, using: &generator)
        return Reading(
          parameter: index, time: time, value: Double(word) / 10, raw: UInt64(UInt16(bitPattern: word)), rawWordCount: 1
        )
      case 2:
        let word = UInt16.random(in: 0...27_648, using: &generator)
        return Reading(
          parameter: index, time: time, value: Double(word) * 0.0061 - 20, raw: UInt64(word), rawWordCount: 1)
      case 3: return Reading(parameter: index, time: time, value: 1, raw: generator.next() & 0xFFFF, rawWordCount: 1)
      case 4: return Reading(parameter: index, time: time, value: Double.random(in: 0...1, using: &generator))
      default: return Reading(parameter: index, time: time, value: 42)
      }
    }
  }
}
