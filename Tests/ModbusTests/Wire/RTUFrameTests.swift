import Devices
import Testing

@testable import Modbus

@Suite struct RTUFrameTests {
  /// Function 7 to unit 2 has the CRC bytes 41 12 (Modbus over Serial Line V1.02, 6.2.2).
  @Test func theExampleOfTheSpecificationHasItsCRC() {
    #expect(RTUFrame.crc([2, 7]) == 0x1241)
    #expect(RTUFrame.crc([2, 7, 0x41, 0x12]) == 0)
  }

  private let request = LinkRequest.read(ReadRequest(table: .holding, address: 0, count: 2))

  private enum Seen: Equatable { case incomplete, frame([UInt8], end: Int), garbage }

  private func seen(_ bytes: [UInt8], unit: UInt8 = 1) -> Seen {
    bytes.withUnsafeBytes { bytes in
      switch RTUFrame.reply(in: bytes, to: request, of: unit) {
      case .incomplete: .incomplete
      case .frame(_, let pdu, let end): .frame(Array(pdu), end: end)
      case .garbage: .garbage
      }
    }
  }

  @Test func aReplyIsWholeWhenTheRequestSaysSo() {
    let reply = rtuBytes(1, [3, 4, 1, 2, 3, 4])
    for count in 0..<reply.count { #expect(seen(Array(reply.prefix(count))) == .incomplete) }
    #expect(seen(reply) == .frame([3, 4, 1, 2, 3, 4], end: 9))
    #expect(seen(reply + [7]) == .frame([3, 4, 1, 2, 3, 4], end: 9))
    #expect(seen(rtuBytes(1, [0x83, 2])) == .frame([0x83, 2], end: 5))
  }

  @Test func oneWrongBitIsSeen() {
    let reply = rtuBytes(1, [3, 4, 1, 2, 3, 4])
    for place in reply.indices {
      for bit in 0..<8 {
        var broken = reply
        broken[place] ^= 1 << UInt8(bit)
        if case .frame = seen(broken) { Issue.record("byte \(place) bit \(bit) was not seen") }
      }
    }
  }

  @Test func anotherUnitOrFunctionIsGarbageFromTheFirstByteOn() {
    #expect(seen([2]) == .garbage)
    #expect(seen([1, 4]) == .garbage)
    #expect(seen([1, 0x84]) == .garbage)
  }

  @Test func aRequestCarriesItsChecksum() {
    var bytes: [UInt8] = []
    RTUFrame.append(unit: 1, request: request, to: &bytes)
    #expect(bytes == rtuBytes(1, [3, 0, 0, 0, 2]))
  }
}
