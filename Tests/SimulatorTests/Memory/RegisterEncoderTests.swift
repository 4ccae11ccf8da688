import Devices
import Testing

@testable import simulate

/// Registers against bytes written down by hand.
@Suite struct RegisterEncoderTests {
  @Test(
    arguments: [
      ("ABCD", [0x42F6, 0xE979]), ("CDAB", [0xE979, 0x42F6]), ("BADC", [0xF642, 0x79E9]), ("DCBA", [0x79E9, 0xF642]),
    ] as [(String, [UInt16])])
  func aFloatLiesInItsWordOrder(order: String, registers: [UInt16]) {
    let bits = RegisterEncoder.bits(123.456, .float32)
    #expect(bits == 0x42F6_E979)
    #expect(RegisterEncoder.registers(bits, count: 2, order: WordOrder.named(order)) == registers)
  }

  @Test(
    arguments: [
      ("ABCDEFGH", [0x0102, 0x0304, 0x0506, 0x0708]), ("GHEFCDAB", [0x0708, 0x0506, 0x0304, 0x0102]),
      ("BADCFEHG", [0x0201, 0x0403, 0x0605, 0x0807]), ("HGFEDCBA", [0x0807, 0x0605, 0x0403, 0x0201]),
      ("CDABGHEF", [0x0304, 0x0102, 0x0708, 0x0506]), ("EFGHABCD", [0x0506, 0x0708, 0x0102, 0x0304]),
      ("DCBAHGFE", [0x0403, 0x0201, 0x0807, 0x0605]), ("FEHGBADC", [0x0605, 0x0807, 0x0201, 0x0403]),
    ] as [(String, [UInt16])])
  func eightBytesLieInTheirOrder(order: String, registers: [UInt16]) throws {
    let order = try #require(WordOrder.named(order))
    #expect(RegisterEncoder.registers(0x0102_0304_0506_0708, count: 4, order: order) == registers)
  }

  @Test(
    arguments: [
      (.int16, -2, 0xFFFE), (.uint16, 65_535, 0xFFFF), (.int32, -2, 0xFFFF_FFFE), (.uint32, 4_294_967_295, 0xFFFF_FFFF),
      (.int64, -1, UInt64.max), (.uint64, 0x1p53, 0x20_0000_0000_0000), (.int8(.high), -1, 0xFF),
      (.uint8(.low), 200, 200),
      (.float16, 1.5, 0x3E00), (.float64, -2, 0xC000_0000_0000_0000), (.bcd(digits: 4), 1_234, 0x1234),
      (.bcd(digits: 12), 123_456_789_012, 0x1234_5678_9012), (.bitField(lowest: 3, width: 4), 9, 9), (.bit(7), 1, 1),
    ] as [(PointType, Double, UInt64)])
  func aNumberHasItsBits(type: PointType, number: Double, bits: UInt64) {
    #expect(RegisterEncoder.bits(number, type) == bits)
  }

  @Test(
    arguments: [
      (TextLayout.Characters.highByteFirst, [0x4142, 0x4300, 0]), (.lowByteFirst, [0x4241, 0x0043, 0]),
      (.onePerRegister, [0x41, 0x42, 0x43]),
    ] as [(TextLayout.Characters, [UInt16])])
  func aTextLiesAsItsLayoutSays(characters: TextLayout.Characters, registers: [UInt16]) {
    #expect(RegisterEncoder.registers("ABC", TextLayout(registers: 3, characters: characters)) == registers)
  }

  @Test func aTextThatIsTooLongIsCutOff() {
    #expect(RegisterEncoder.registers("ABCDE", TextLayout(registers: 2)) == [0x4142, 0x4344])
  }

  /// 2024-02-29 23:59:58 UTC is 1709251198.
  @Test func aDateLiesInItsFields() {
    let time: Int64 = 1_709_251_198_250_000
    let fields = DateTimeLayout(form: .fields([.year, .month, .skip, .day, .hour, .minute, .second]))
    #expect(
      RegisterEncoder.registers(utcMicroseconds: time, fields, order: nil) == [2024, 2, 0, 29, 23, 59, 58])
    let later = DateTimeLayout(form: fields.form, utcOffsetMinutes: 60)
    #expect(RegisterEncoder.registers(utcMicroseconds: time, later, order: nil) == [2024, 3, 0, 1, 0, 59, 58])
    let unix = DateTimeLayout(form: .unixSeconds(registers: 2))
    #expect(RegisterEncoder.registers(utcMicroseconds: time, unix, order: .abcd) == [0x65E1, 0x1A7E])
    let milliseconds = DateTimeLayout(form: .unixMilliseconds)
    #expect(
      RegisterEncoder.registers(utcMicroseconds: time, milliseconds, order: .abcd) == [0, 0x018D, 0xF74F, 0x7D2A])
  }
}
