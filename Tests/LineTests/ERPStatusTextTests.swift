import Console
import Shopfloor
import Testing

@testable import lotwire

@Suite("The ERP in the status")
struct ERPStatusTextTests {
  private static func text(unknownPeople: Int) -> String {
    let at = Timestamp(microseconds: 1_795_000_000_000_000)
    let delivery = DeliveryStatus(
      connector: "http", isConnected: true, lastContactAt: at, lastError: nil, waitingRows: 1, oldestWaitingSeconds: 9,
      blockedRows: 0, deliveredRows: 4, unknownPeople: .init(count: unknownPeople))
    return StatusText(
      LineStatus(
        programVersion: "1", site: "S", line: "L", isRecording: true, at: at, uptimeSeconds: 1, delivery: delivery)
    ).text
  }

  @Test("people whom only the ERP knows are counted, where there are any")
  func unknownPeople() {
    #expect(Self.text(unknownPeople: 12).contains("blocked 0, 12 people not in the configuration\n"))
    #expect(!Self.text(unknownPeople: 0).contains("people"))
  }
}
