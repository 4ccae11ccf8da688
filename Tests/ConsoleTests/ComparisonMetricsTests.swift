import Foundation
import Shopfloor
import Testing

@testable import Console

@Suite struct ComparisonMetricsTests {
  private func metrics(_ comparison: ComparisonStatus?) -> [String] {
    var status = LineStatus(
      programVersion: "1", site: "S", line: "L", isRecording: true, recordingDetail: "",
      at: Timestamp(microseconds: 10_000_000), uptimeSeconds: 1)
    status.delivery = DeliveryStatus(
      connector: "http", isConnected: true, lastContactAt: nil, lastError: nil, waitingRows: 0,
      oldestWaitingSeconds: nil, blockedRows: 0, deliveredRows: 4, comparison: comparison)
    return Metrics(status).text.split(separator: "\n").map(String.init)
  }

  @Test func theNumbersOfTheComparison() {
    let found = metrics(
      ComparisonStatus(
        last: .init(
          begunAt: Timestamp(microseconds: 1), endedAt: Timestamp(microseconds: 4_000_000), compared: 9, differing: 2,
          incomparable: 1),
        nextAt: Timestamp(microseconds: 70_000_000), comparedSinceStart: 12, incomparableSinceStart: 3,
        differingNow: 2))
    for line in [
      "lotwire_erp_compared_rows_total 12", "lotwire_erp_incomparable_rows_total 3", "lotwire_erp_differing_rows 2",
      "lotwire_erp_last_comparison_age_seconds 6", "lotwire_erp_next_comparison_seconds 60",
    ] { #expect(found.contains(line), "\(line)") }
  }

  @Test func whatIsNotKnownIsLeftOut() {
    let found = metrics(ComparisonStatus())
    #expect(found.contains("lotwire_erp_compared_rows_total 0"))
    #expect(!found.contains { $0.contains("last_comparison") || $0.contains("next_comparison") })
    #expect(!metrics(nil).contains { $0.contains("compar") })
  }

  @Test func aStatusOfAFormerProgramIsRead() throws {
    let text = """
      {"connector":"http","isConnected":true,"waitingRows":0,"blockedRows":0,"refusedRows":0,"setAsideRows":0,
      "deliveredRows":1,"refusedWork":[]}
      """
    let status = try JSONDecoder().decode(DeliveryStatus.self, from: Data(text.utf8))
    #expect(status.comparison == nil && status.unknownPeople == nil)
  }
}
