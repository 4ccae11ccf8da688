import Devices
import Testing

@testable import Modbus

@Suite struct ReplyMatcherTests {
  private let request = LinkRequest.read(ReadRequest(table: .holding, address: 0, count: 2))

  private func verdict(_ pdu: [UInt8], unit: UInt8 = 1) -> TestVerdict { TestVerdict(unit, pdu, request, 1) }

  @Test func theRightReplyIsTaken() {
    #expect(verdict([3, 4, 1, 2, 3, 4]) == .data([1, 2, 3, 4]))
    #expect(verdict([0x83, 2]) == .exception(2))
  }

  @Test(
    arguments: [
      [], [3], [3, 4], [3, 4, 1, 2], [3, 2, 1, 2], [3, 2, 1, 2, 3, 4], [3, 4, 1, 2, 3, 4, 5], [4, 4, 1, 2, 3, 4],
      [0x84, 2], [0x83], [0x83, 2, 0],
    ] as [[UInt8]])
  func aReplyToSomethingElseIsNot(pdu: [UInt8]) {
    guard case .mismatch = verdict(pdu) else {
      Issue.record("\(pdu) was taken")
      return
    }
  }

  @Test func anotherUnitIsNotBelieved() {
    #expect(verdict([3, 4, 1, 2, 3, 4], unit: 2) == .mismatch("unit 2 answered a request to unit 1"))
    #expect(verdict([0x83, 2], unit: 2) == .mismatch("unit 2 answered a request to unit 1"))
  }

  /// The examples of Modbus Application Protocol V1.1b3, 6.5, 6.6, 6.11 and 6.12.
  static let writes: [(WriteRequest, [UInt8], [UInt8])] = [
    (WriteRequest(address: 0xAC, values: .coil(true)), [5, 0, 0xAC, 0xFF, 0], [5, 0, 0xAC, 0xFF, 0]),
    (WriteRequest(address: 1, values: .register(3)), [6, 0, 1, 0, 3], [6, 0, 1, 0, 3]),
    (
      WriteRequest(
        address: 0x13, values: .coils([true, false, true, true, false, false, true, true, true, false])),
      [15, 0, 0x13, 0, 10, 2, 0xCD, 1], [15, 0, 0x13, 0, 10]
    ),
    (
      WriteRequest(address: 1, values: .registers([10, 0x102])), [16, 0, 1, 0, 2, 4, 0, 10, 1, 2], [16, 0, 1, 0, 2]
    ),
  ]

  @Test(arguments: writes.indices)
  func aWriteIsConfirmedByItsEchoOnly(index: Int) {
    let (request, pdu, echo) = Self.writes[index]
    #expect(LinkRequest.write(request).pdu == pdu)
    #expect(TestVerdict(1, echo, .write(request), 1) == .written)
    #expect(TestVerdict(1, [request.functionCode | 0x80, 3], .write(request), 1) == .exception(3))
    for place in echo.indices {
      var other = echo
      other[place] ^= 1
      guard case .mismatch = TestVerdict(1, other, .write(request), 1) else {
        Issue.record("\(other) was taken for \(echo)")
        continue
      }
    }
  }
}
