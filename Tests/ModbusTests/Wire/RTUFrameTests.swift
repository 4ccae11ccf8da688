import Testing

@testable import Modbus

@Suite struct RTUFrameTests {
  /// Function 7 to unit 2 has the CRC bytes 41 12 (Modbus over Serial Line V1.02, 6.2.2).
  @Test func theExampleOfTheSpecificationHasItsCRC() {
    #expect(RTUFrame(unit: 2, pdu: [7]).bytes == [2, 7, 0x41, 0x12])
  }

  @Test func framesComeBackAndOneWrongBitIsSeen() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<500 {
      let frame = RTUFrame(unit: 5, pdu: generator.bytes(Int.random(in: 1...253, using: &generator)))
      #expect(RTUFrame(bytes: frame.bytes) == frame)
      var broken = frame.bytes
      broken[Int.random(in: 0..<broken.count, using: &generator)] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      #expect(RTUFrame(bytes: broken) == nil)
    }
  }

  @Test func tooShortAndTooLongAreNoFrames() {
    #expect(RTUFrame(bytes: []) == nil)
    #expect(RTUFrame(bytes: [1, 0x7E, 0x80]) == nil)
    #expect(RTUFrame(bytes: RTUFrame(unit: 1, pdu: [UInt8](repeating: 0, count: 254)).bytes) == nil)
  }
}
