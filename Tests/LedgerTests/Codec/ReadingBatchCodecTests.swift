import Devices
import Shopfloor
import Testing

@testable import Ledger

@Suite("Byte form of readings")
struct ReadingBatchCodecTests {
  static func randomBatches(_ generator: inout SeededGenerator) -> [ReadingBatch] {
    (0..<Int.random(in: 0...4, using: &generator)).map { _ in
      let received = Timestamp(microseconds: Int64.random(in: -1 << 50...1 << 52, using: &generator))
      let readings = (0..<Int.random(in: 0...40, using: &generator)).map { _ in randomReading(&generator, received) }
      return ReadingBatch(
        device: Bool.random(using: &generator) ? "plc-1" : "plc-2", receivedAt: received,
        monotonicMicroseconds: Int64.random(in: 0...1 << 50, using: &generator),
        messageKey: Bool.random(using: &generator) ? generator.next() : nil, readings: readings)
    }
  }

  static func randomReading(_ generator: inout SeededGenerator, _ received: Timestamp) -> Reading {
    let values: [Double] = [
      0, -0.0, 1, -1, 0.1, 183.25, Double(Float(0.1)), 1e300, -1e-300, 65535, 1_048_575, 1_048_576, -1_048_576,
      .leastNonzeroMagnitude, Double(bitPattern: generator.next()), .nan, .infinity,
    ]
    let value = values.randomElement(using: &generator) ?? 0
    let float = Float(value)
    let words = UInt8.random(in: 0...4, using: &generator)
    let raw =
      words == 2 && float.isFinite && Bool.random(using: &generator)
      ? UInt64(float.bitPattern) : words == 0 ? 0 : generator.next() >> (64 - UInt64(words) * 16)
    return Reading(
      parameter: ParameterIndex(UInt32.random(in: 0...5_000, using: &generator)),
      time: received.advanced(byMicroseconds: Int64.random(in: -1 << 40...1 << 30, using: &generator)),
      quality: Quality.allCases.randomElement(using: &generator) ?? .good, value: value,
      detail: UInt16.random(in: 0...3, using: &generator), raw: raw, rawWordCount: words)
  }

  static func number(_ name: DeviceName) -> UInt32 { name == "plc-1" ? 1 : 200 }
  static func device(_ number: UInt32) -> DeviceName? { number == 1 ? "plc-1" : number == 200 ? "plc-2" : nil }

  @Test("gives back exactly what went in, for 2,000 seeds")
  func roundTrip() throws {
    var codec = ReadingBatchCodec()
    for seed in 0..<2_000 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let batches = Self.randomBatches(&generator)
      let bytes = codec.encode(batches, deviceNumber: Self.number)
      let decoded = try ReadingBatchCodec.decode(bytes, device: Self.device)
      // Equality of doubles takes 0 and -0 for the same; the bits must agree too.
      #expect(decoded == batches)
      let bits = batches.flatMap(\.readings).map(\.value.bitPattern)
      #expect(decoded.flatMap(\.readings).map(\.value.bitPattern) == bits)
    }
  }

  @Test("damage is an error, never a trap: cut and flipped bytes")
  func damage() {
    var codec = ReadingBatchCodec()
    for seed in 0..<300 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let bytes = codec.encode(Self.randomBatches(&generator), deviceNumber: Self.number)
      for cut in [0, 1, bytes.count / 2, bytes.count - 1] where cut < bytes.count {
        #expect(throws: ByteReader.Damage.self) {
          try ReadingBatchCodec.decode(Array(bytes[..<cut]), device: Self.device)
        }
      }
      var flipped = bytes
      flipped[Int.random(in: 0..<bytes.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
      // A flipped value is for the hash to find; here nothing may trap.
      _ = try? ReadingBatchCodec.decode(flipped, device: Self.device)
    }
  }

  @Test("a float reading of a steady poll takes at most ten bytes")
  func compact() {
    var codec = ReadingBatchCodec()
    let time = Timestamp(microseconds: 1_795_000_000_000_000)
    let readings = (0..<100 as Range<UInt32>).map { index in
      let value = Float(180) + Float(index) / 7
      return Reading(
        parameter: ParameterIndex(index), time: time, value: Double(value), raw: UInt64(value.bitPattern),
        rawWordCount: 2)
    }
    let batch = ReadingBatch(device: "plc-1", receivedAt: time, monotonicMicroseconds: 5, readings: readings)
    #expect(codec.encode([batch], deviceNumber: Self.number).count <= 100 * 10)
  }
}
