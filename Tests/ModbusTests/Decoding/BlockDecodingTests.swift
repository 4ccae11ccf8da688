import Devices
import Shopfloor
import Testing

@testable import Modbus

@Suite struct BlockDecodingTests {
  private let time = Timestamp(microseconds: 1_000)

  private func reading(_ point: ProfilePoint, _ data: [UInt8]) -> Reading {
    let block = ReadBlock(
      request: ReadRequest(table: point.table, address: point.address, count: point.addressCount),
      points: [MappedPoint(point: point, parameters: [ParameterIndex(7)])])
    return decoded([block], [data])[0]
  }

  private func decoded(_ blocks: [ReadBlock], _ data: [[UInt8]]) -> [Reading] {
    var decoder = PollDecoder(ReadPlan(blocks: blocks), at: time)
    for (index, bytes) in data.enumerated() { decoder.accept(index, data: bytes, at: time) }
    return decoder.takeResult().readings
  }

  private func point(
    _ type: PointType, _ order: WordOrder? = nil, scale: Double = 1, offset: Double = 0
  ) -> ProfilePoint {
    ProfilePoint(
      name: "p", table: .holding, address: 10, type: type, wordOrder: order, scale: scale, offset: offset,
      minimum: -1e9,
      maximum: 5e9)
  }

  /// 123.456 is 0x42F6E979; -559038737 is 0xDEADBEEF.
  @Test(
    arguments: [
      (PointType.float32, WordOrder.abcd, [0x42, 0xF6, 0xE9, 0x79], Double(Float(123.456))),
      (.float32, .cdab, [0xE9, 0x79, 0x42, 0xF6], Double(Float(123.456))),
      (.float32, .badc, [0xF6, 0x42, 0x79, 0xE9], Double(Float(123.456))),
      (.float32, .dcba, [0x79, 0xE9, 0xF6, 0x42], Double(Float(123.456))),
      (.int32, .abcd, [0xDE, 0xAD, 0xBE, 0xEF], -559_038_737),
      (.uint32, .cdab, [0xBE, 0xEF, 0xDE, 0xAD], 3_735_928_559),
      (.int16, nil, [0xFF, 0xFE], -2), (.uint16, nil, [0xFF, 0xFE], 65_534), (.bit(0), nil, [0, 1], 1),
      (.bit(15), nil, [0x80, 0], 1), (.bit(7), nil, [0xFF, 0x7F], 0),
    ] as [(PointType, WordOrder?, [UInt8], Double)])
  func bytesBecomeTheValueAndStayKept(type: PointType, order: WordOrder?, bytes: [UInt8], value: Double) {
    let reading = reading(point(type, order), bytes)
    #expect(reading.quality == .good)
    #expect(reading.value == value)
    #expect(reading.raw == bytes.reduce(0) { $0 << 8 | UInt64($1) })
    #expect(Int(reading.rawWordCount) == bytes.count / 2)
    #expect(reading.parameter == ParameterIndex(7) && reading.time == time)
  }

  @Test(
    arguments: [
      (0x7FC0_0000, Quality.badNotANumber), (0x7F80_0000, .badNotANumber), (0xFF80_0000, .badNotANumber),
      (0x7F80_0001, .badNotANumber), (0x461C_4000, .badOutOfRange), (0xC61C_4000, .badOutOfRange),
      (0x4479_C000, .badSentinel), (0x42F6_E979, .good),
    ] as [(UInt32, Quality)])
  func whatIsNoValueSaysWhy(bits: UInt32, quality: Quality) {
    var limited = point(.float32, .abcd)
    (limited.minimum, limited.maximum, limited.sentinels) = (-1_000, 1_000, [Sentinel(0x4479_C000)])
    let reading = reading(limited, (0..<4).map { UInt8(bits >> (24 - 8 * UInt32($0)) & 0xFF) })
    #expect(reading.quality == quality)
    #expect(reading.raw == UInt64(bits) && reading.rawWordCount == 2)
    if quality != .good { #expect(reading.value == 0) }
  }

  @Test func sentinelsAreComparedRaw() {
    var integer = point(.int16, scale: 0.1)
    integer.sentinels = [Sentinel(0x8000)]
    #expect(reading(integer, [0x80, 0]).quality == .badSentinel)
    #expect(reading(integer, [0x80, 1]).value == -3276.7)
  }

  @Test func decimalScalesGiveTheDecimalNumber() {
    #expect(reading(point(.uint16, scale: 0.1), [0x07, 0x0D]).value == 180.5)
    #expect(reading(point(.uint16, scale: 0.001), [0x03, 0x21]).value == 0.801)
    #expect(reading(point(.uint16, scale: 0.1, offset: -40), [0, 3]).value == 0.3 - 40)
    #expect(reading(point(.uint16, scale: 2.5), [0, 3]).value == 7.5)
    #expect(reading(point(.int16, scale: -0.1), [0, 3]).value == -0.3)
  }

  @Test func coilsAreUnpackedFromTheLowestBit() {
    let points = (0..<10).map { ProfilePoint(name: "\($0)", table: .coil, address: 20 + $0, type: .bool) }
    let block = ReadBlock(
      request: ReadRequest(table: .coil, address: 20, count: 10),
      points: points.map { MappedPoint(point: $0, parameters: [ParameterIndex(0)]) })
    let readings = decoded([block], [[0b1000_0101, 0b10]])
    #expect(readings.map(\.value) == [1, 0, 1, 0, 0, 0, 0, 1, 0, 1])
    #expect(readings.allSatisfy { $0.rawWordCount == 0 && $0.raw == 0 })
  }
}
