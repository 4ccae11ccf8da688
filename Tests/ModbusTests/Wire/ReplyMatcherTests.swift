import Devices
import Testing

@testable import Modbus

@Suite struct ReplyMatcherTests {
  private let request = ReadRequest(table: .holding, address: 0, count: 2)

  private func verdict(_ pdu: [UInt8], unit: UInt8 = 1) -> ReplyMatcher.Verdict {
    ReplyMatcher.verdict(unit: unit, pdu: pdu, request: request, requestedUnit: 1)
  }

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
}
