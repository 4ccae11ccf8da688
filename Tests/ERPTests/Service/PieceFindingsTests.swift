import Shopfloor
import Testing

@testable import ERP

@Suite struct PieceFindingsTests {
  private func drift(_ row: Int64, _ field: String = "state", found: String = "draft") -> DeliveryDrift {
    DeliveryDrift(outboxRow: row, idempotencyKey: "k\(row)", field: field, delivered: "done", found: found)
  }

  @Test func fewDriftsAreOneReport() {
    let found = PieceFindings(compared: [1, 2, 3], drifts: [drift(2)])
    let reports = found.reports(connector: "http", at: Timestamp(microseconds: 9), begunAt: nil)
    #expect(reports.count == 1 && reports[0].comparedRows == [1, 2, 3] && reports[0].drifts == [drift(2)])
    #expect(found.differingRows == 1)
  }

  @Test func manyDriftsAreToldInParts() {
    let most = PieceFindings.maximumDriftsTogether
    let drifts = (1...50).flatMap { row in (0..<9).map { drift(row, "field \($0)") } }
    let found = PieceFindings(compared: Array(1...60), drifts: drifts)
    let begun = Timestamp(microseconds: 5)
    let reports = found.reports(connector: "http", at: Timestamp(microseconds: 9), begunAt: begun)
    #expect(reports.count == 3 && reports.allSatisfy { $0.drifts.count <= most && $0.begunAt == begun })
    // Every row in one part, with all its drifts; nothing is lost.
    #expect(reports.flatMap(\.comparedRows).sorted() == Array(1...60))
    #expect(reports.flatMap(\.drifts).count == drifts.count)
    for report in reports { #expect(Set(report.drifts.map(\.outboxRow)).isSubset(of: report.comparedRows)) }
  }

  @Test func whatIsLongerThanAnEventIsCutAndSaysSo() throws {
    let most = PieceFindings.maximumDriftsTogether
    let drifts = (0..<most + 7).map { drift(1, "field \($0)", found: String(repeating: "x", count: 9_000)) }
    let found = PieceFindings(compared: [1], drifts: drifts)
    #expect(found.drifts.count == most)
    let last = try #require(found.drifts.last)
    #expect(last.field == "further fields" && last.found == "8")
    #expect(found.drifts[0].found.count == PieceFindings.maximumTextCharacters && found.drifts[0].found.hasSuffix("…"))
  }

  @Test func theAccountListsWhatWasFoundLast() {
    var account = ComparisonAccount(ComparisonSweep(startedAt: Timestamp(microseconds: 5), row: 0))
    account.list(PieceFindings(compared: [1, 2], drifts: [drift(1), drift(2)]))
    account.list(PieceFindings(compared: [2], drifts: []))
    #expect(account.drifts == [drift(1)] && !account.isIncomplete)
    var failed = PieceFindings(compared: [], drifts: [])
    failed.passedOver = [.init(row: 3, idempotencyKey: "k3", reason: "too long")]
    account.list(failed)
    #expect(account.passedOver.count == 1)
    account.list(PieceFindings(compared: [3], drifts: []))
    #expect(account.passedOver.isEmpty && !account.isIncomplete)
    let report = account.report(connector: "http", at: Timestamp(microseconds: 9))
    #expect(report.whole?.listsAllDrifts == true && report.drifts == [drift(1)] && report.comparedRows == [1])
    // More than are listed: the end tells numbers only.
    let many = (Int64(10)...Int64(ComparisonAccount.maximumDrifts) + 10).map { drift($0) }
    account.list(PieceFindings(compared: many.map(\.outboxRow), drifts: many))
    #expect(account.isIncomplete && account.drifts.count == ComparisonAccount.maximumDrifts)
    let end = account.report(connector: "http", at: Timestamp(microseconds: 9))
    #expect(end.whole?.listsAllDrifts == false && end.drifts.isEmpty && end.comparedRows.isEmpty)
    // What was found before a restart is not at hand.
    var before = ComparisonSweep(startedAt: Timestamp(microseconds: 5), row: 7)
    before.differingRows = 1
    #expect(ComparisonAccount(before).isIncomplete)
  }

  @Test func theCountsOfAComparisonOutliveARestart() throws {
    var sweep = ComparisonSweep(startedAt: Timestamp(microseconds: 1_795), row: 12, isDone: true)
    (sweep.comparedRows, sweep.differingRows, sweep.incomparableRows) = (1_150, 2, 1)
    #expect(ComparisonSweep(sweep.text) == sweep)
    sweep.endedAt = Timestamp(microseconds: 1_999)
    #expect(ComparisonSweep(sweep.text) == sweep)
    // As former programs wrote it.
    let former = try #require(ComparisonSweep("1795;12;going"))
    #expect(former.comparedRows == 0 && former.endedAt == nil && !former.isDone)
    for text in ["1;2;done;3;4;5", "1;2;done;a;4;5;", "1;2;done;3;4;5;x"] { #expect(ComparisonSweep(text) == nil) }
  }
}
