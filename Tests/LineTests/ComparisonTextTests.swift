import Console
import Shopfloor
import Testing

@testable import lotwire

@Suite("The comparison with the ERP in words")
struct ComparisonTextTests {
  private static let whole = ComparisonStatus.Whole(
    begunAt: Timestamp(microseconds: 1_795_000_000_000_000), endedAt: Timestamp(microseconds: 1_795_000_060_000_000),
    compared: 1_234, differing: 2, incomparable: 1)

  @Test("the last one, the one that goes on or comes, what differs and what keeps it, in both languages")
  func status() {
    var status = ComparisonStatus(last: Self.whole, nextAt: Timestamp(microseconds: 1_795_086_400_000_000))
    var text = ComparisonText(status).lines.joined(separator: "\n")
    for part in [
      "everything last on 2026-11-", "1234 deliveries compared, 2 differ, 1 could not be compared",
      "已核对 1234 项，2 项不符，1 项无法核对", "the next one begins at", "下一次核对开始于",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
    status.current = Self.whole
    status.differingNow = 1
    status.problem = "away"
    text = ComparisonText(status).lines.joined(separator: "\n")
    #expect(text.contains("goes on since") && text.contains("核对进行中") && !text.contains("next one begins"))
    #expect(text.contains("1 delivery differed") && text.hasSuffix("away"))
    #expect(ComparisonText(ComparisonStatus()).lines.count == 1)
  }

  @Test("what was found is listed with both values, what could not be compared with the reason")
  func findings() {
    let drift = DeliveryDrift(
      outboxRow: 4, idempotencyKey: "k", lot: "L-1", field: "state", delivered: "done", found: "draft\u{1B}[2J")
    var found = ComparisonFindings(
      status: ComparisonStatus(last: Self.whole), isConnected: true, drifts: [drift],
      passedOver: [.init(row: 5, key: "l", reason: "the answer is too long")], isIncomplete: true)
    let report = ComparisonReportText(found)
    #expect(!report.isClean)
    for part in ["row 4: lot L-1", "\"done\"", "“draft", "row 5 (l)", "the answer is too long", "More was found"] {
      #expect(report.text.contains(part), "\(part) in \(report.text)")
    }
    #expect(!report.text.contains("\u{1B}"))
    found.status.last = .init(
      begunAt: Self.whole.begunAt, endedAt: Self.whole.endedAt, compared: 3, differing: 0, incomparable: 0)
    #expect(ComparisonReportText(found).isClean)
    found.status.last = nil
    #expect(!ComparisonReportText(found).isClean)
  }
}
