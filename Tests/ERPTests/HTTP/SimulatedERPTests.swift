import ERP
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

/// The simulated ERP as the other side: it checks signatures by itself, counts what production reports say, and answers
/// for many keys at once.
@Suite struct SimulatedERPTests {
  private func report(_ event: Int64, _ fields: String) -> OutboxRow {
    var row = outboxRow(
      event, lot: "L-1",
      content: "{\"event\":\(event),\"event_hash\":\"aa\",\"lot\":\"L-1\",\"work_order\":\"WO-1\",\(fields)}")
    row.kind = "production-report"
    row.idempotencyKey = "lotwire:report:00000000000\(event):0123456789abcdef"
    return row
  }

  private var reports: [OutboxRow] {
    [
      report(1, #""report":"hold","reason":"seal open","alarm":"A-1""#),
      report(2, #""report":"hold_lifted","reason":"checked, 已检查","person":"P-2""#),
      report(
        3,
        #""report":"operation","operation":"seal","run":"R-1","station":"sealer","started_at":"a","ended_at":"b","good":"1990","unit":"pcs""#
      ),
      report(
        4,
        #""report":"quantities","operation":"seal","good":"1992","unit":"pcs","scrap":[{"quantity":"8","reason":"open seal"}]"#
      ),
    ]
  }

  private struct Book: Decodable {
    struct Line: Decodable {
      var reports: Int
      var runs: Int
      var good: [String: Quantity]
      var scrap: [String: Quantity]
      var isOnHold: Bool
      var outOfOrder: Int
    }

    var lots: [String: Line]
  }

  @Test func signedProductionReportsArriveInOrderAndAreCounted() async throws {
    let key = String(repeating: "simulated-", count: 4)
    let erp = try SimulatedERP(scenario: "signing: {key_id: line-1, key: \(key)}")
    let connector = HTTPConnector(
      HTTPConnectorSettings(
        baseURL: erp.address, signing: .init(keyID: "line-1", keyFile: try erp.folder.secret("key", key))))
    let answers = await connector.deliver(reports + reports, KeptNotes())
    #expect(answers.count == 8)
    #expect(try answers.allSatisfy { if case .delivered = try $0.get() { true } else { false } })
    #expect(try await connector.compare(reports) == [])
    await connector.close()
    let line = try #require(try erp.book(Book.self, "/reports").lots["L-1"])
    #expect(line.reports == 4 && line.runs == 1 && line.outOfOrder == 0 && !line.isOnHold)
    #expect(line.good == ["seal": Quantity(millionths: 1_992_000_000)])
    #expect(line.scrap == ["seal": Quantity(millionths: 8_000_000)])
    let said = try erp.said()
    #expect(said.contains("production-report L-1 of WO-1: on hold: seal open, alarm A-1"))
    #expect(said.contains("seal counted: 1992 pcs good, 8 pcs scrap (open seal)"))
  }

  @Test func aWrongKeyIsRefusedBySomebodyElsesCode() async throws {
    let erp = try SimulatedERP(scenario: "signing: {key_id: line-1, key: \(String(repeating: "a", count: 40))}")
    let file = try erp.folder.secret("key", String(repeating: "b", count: 40))
    let connector = HTTPConnector(
      HTTPConnectorSettings(baseURL: erp.address, signing: .init(keyID: "line-1", keyFile: file)))
    do throws(ERPFailure) {
      _ = try await connector.deliver(outboxRow(1))
      Issue.record("a wrong key was accepted")
    } catch {
      #expect(error.code == .unauthorized && error.problem.contains("wrong signature"))
    }
    await connector.close()
    #expect(try erp.storedKeys().isEmpty)
  }

  @Test func aReportThatSaysTooLittleIsRefused() async throws {
    let erp = try SimulatedERP()
    let connector = HTTPConnector(HTTPConnectorSettings(baseURL: erp.address))
    guard case .blocked(let reason) = try await connector.deliver(report(1, #""report":"operation""#)) else {
      Issue.record("a report without an operation was taken")
      return
    }
    #expect(reason.contains("no production report"))
    await connector.close()
  }
}
