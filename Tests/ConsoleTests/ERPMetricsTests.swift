import Testing

@testable import Console

@Suite struct ERPMetricsTests {
  @Test("people whom only the ERP knows are a number, without their names")
  func unknownPeople() {
    var status = ConsoleServerTests.status
    #expect(Metrics(status).text.contains("\nlotwire_erp_unknown_people 0"))
    status.delivery?.unknownPeople = .init(count: 12, listed: ["P-9 (Li Wei)"])
    let text = Metrics(status).text
    #expect(text.contains("\nlotwire_erp_unknown_people 12") && !text.contains("Li Wei"))
  }
}
