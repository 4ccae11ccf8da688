import Devices
import Shopfloor
import Testing

@testable import Modbus

@Suite struct PointEncoderTests {
  private func point(
    _ type: PointType, _ order: WordOrder? = nil, scale: Double = 1, offset: Double = 0, table: RegisterTable = .holding
  ) -> WritePoint {
    WritePoint(
      name: "w", table: table, address: 3, type: type, wordOrder: order, scale: scale, offset: offset,
      minimum: -.greatestFiniteMagnitude, maximum: .greatestFiniteMagnitude)
  }

  @Test(
    arguments: [
      (PointType.int16, nil, 1, -2, [0xFFFE]), (.uint16, .badc, 1, 0x1234, [0x3412]),
      (.uint16, nil, 0.1, 180.5, [1805]),
      (.int16, nil, 0.1, -0.3, [0xFFFD]), (.float32, .abcd, 1, 123.456, [0x42F6, 0xE979]),
      (.float32, .cdab, 1, 123.456, [0xE979, 0x42F6]), (.float32, .badc, 1, 123.456, [0xF642, 0x79E9]),
      (.float32, .dcba, 1, 123.456, [0x79E9, 0xF642]), (.int32, .cdab, 1, -2, [0xFFFE, 0xFFFF]),
      (.uint64, .cdab, 1, 1, [1, 0, 0, 0]), (.int64, .abcd, 0.001, -0.001, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF]),
      (.float64, .abcd, 1, 1, [0x3FF0, 0, 0, 0]), (.bcd(digits: 4), nil, 0.1, 180.5, [0x1805]),
      (.bcd(digits: 12), .cdab, 1, 123_456_789_012, [0x9012, 0x5678, 0x1234]), (.float16, nil, 1, -5, [0xC500]),
    ] as [(PointType, WordOrder?, Double, Double, [UInt16])])
  func aValueBecomesTheWords(
    type: PointType, order: WordOrder?, scale: Double, value: Double, words: [UInt16]
  ) throws {
    #expect(try PointEncoder.encode(value, for: point(type, order, scale: scale)) == .registers(words))
  }

  @Test func coilsAreOnOrOff() throws {
    let coil = point(.bool, table: .coil)
    #expect(try PointEncoder.encode(1, for: coil) == .coil(true))
    #expect(try PointEncoder.encode(0, for: coil) == .coil(false))
    #expect(throws: WriteRefusal.notBinary) { try PointEncoder.encode(0.5, for: coil) }
    #expect(throws: WriteRefusal.notBinary) { try PointEncoder.encode(2, for: coil) }
  }

  @Test func aBitLeavesTheOthersOfItsWordAlone() throws {
    let bit = point(.bit(3))
    #expect(try PointEncoder.encode(1, for: bit, currentWord: 0x8001) == .registers([0x8009]))
    #expect(try PointEncoder.encode(0, for: bit, currentWord: 0xFFFF) == .registers([0xFFF7]))
    #expect(try PointEncoder.encode(1, for: point(.bit(3), .badc), currentWord: 0) == .registers([0x0800]))
    #expect(throws: WriteRefusal.needsCurrentWord) { try PointEncoder.encode(1, for: bit) }
  }

  @Test(
    arguments: [
      (PointType.int16, 1, Double.nan, WriteRefusal.notFinite), (.int16, 1, .infinity, .notFinite),
      (.int16, 1, 32_768, .notRepresentable), (.uint16, 1, -1, .notRepresentable),
      (.uint16, 0.1, 6_553.6, .notRepresentable), (.uint16, 1, 0.5, .betweenSteps(nearest: 1)),
      (.uint16, 0.1, 180.53, .betweenSteps(nearest: 180.5)), (.float32, 1, 1e39, .notRepresentable),
      (.float32, 1, 1e-60, .betweenSteps(nearest: 0)), (.float16, 1, 70_000, .notRepresentable),
      (.int64, 1, 9_007_199_254_740_994, .betweenSteps(nearest: 9_007_199_254_740_994)),
      (.bcd(digits: 4), 1, 10_000, .notRepresentable), (.bcd(digits: 4), 1, -1, .notRepresentable),
      (.uint8(.low), 1, 1, .unsupportedType), (.text(TextLayout(registers: 2)), 1, 1, .unsupportedType),
    ] as [(PointType, Double, Double, WriteRefusal)])
  func whatCannotBeWrittenIsRefused(type: PointType, scale: Double, value: Double, refusal: WriteRefusal) {
    #expect(throws: refusal) { try PointEncoder.encode(value, for: point(type, .abcd, scale: scale)) }
  }

  @Test func theRangeOfTheProfileHolds() {
    var limited = point(.uint16)
    (limited.minimum, limited.maximum) = (20, 250)
    #expect(throws: WriteRefusal.outOfRange(minimum: 20, maximum: 250)) {
      try PointEncoder.encode(250.1, for: limited)
    }
    #expect(throws: WriteRefusal.outOfRange(minimum: 20, maximum: 250)) { try PointEncoder.encode(19, for: limited) }
  }

  /// What is written is what would be read, for every type and order.
  @Test func whatIsWrittenIsReadAgain() throws {
    var generator = SeededGenerator(seed: 11)
    let types: [PointType] = [
      .int16, .uint16, .int32, .uint32, .int64, .uint64, .float16, .float32, .float64, .bcd(digits: 4),
      .bcd(digits: 8), .bcd(digits: 12), .bcd(digits: 16),
    ]
    for _ in 0..<4_000 {
      let type = types[Int.random(in: 0..<types.count, using: &generator)]
      let order = WordOrder(
        swapsBytes: .random(using: &generator), swapsWords: .random(using: &generator),
        swapsPairs: .random(using: &generator))
      let scale = type == .float64 ? 1 : [1, 0.1, 0.001, 10][Int.random(in: 0..<4, using: &generator)]
      let write = point(type, order, scale: scale)
      let bytes = generator.bytes(type.registerCount * 2)
      let read = MappedPoint(point: PointEncoder.readPoint(write), parameters: [ParameterIndex(0)])
      let block = ReadBlock(
        request: ReadRequest(table: .holding, address: write.address, count: write.addressCount), points: [read])
      var decoder = PollDecoder(ReadPlan(blocks: [block]), at: Timestamp(microseconds: 0))
      decoder.accept(0, data: bytes, at: Timestamp(microseconds: 0))
      let reading = try #require(decoder.takeResult().readings.first)
      guard reading.quality == .good else { continue }
      let words = stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
      do throws(WriteRefusal) {
        #expect(try PointEncoder.encode(reading.value, for: write) == .registers(words), "\(type) \(order) \(words)")
      } catch {
        // Only what a binary64 cannot hold exactly, or what a float holds with fewer digits, may be refused.
        guard case .betweenSteps = error else {
          Issue.record("\(type) \(reading.value): \(error)")
          continue
        }
        let isTiny = abs(reading.value / scale) < 1e-4
        #expect(isTiny || abs(reading.value / scale) > PointEncoder.exactLimit / 1_000, "\(type) \(reading.value)")
      }
    }
  }
}
