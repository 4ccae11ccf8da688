import ERP
import Ledger

/// The page's skeleton, with the smallest ERP: a new connector's harness looks like this.
struct SkeletonUnderTest: ConnectorUnderTest {
  static let notApplicable: [ConformanceCase: String] = [:]
  static let tamperings = ["content", "removed", "doubled"]

  private let erp = SkeletonERP()

  func connector() async throws -> any ERPConnector { SkeletonConnector(calls: erp) }

  func row(_ number: Int, subject: Int, _ content: ConformanceContent) -> OutboxRow {
    plainRow(number, subject: subject, content)
  }

  func count(_ row: OutboxRow) async -> Int { await erp.objects.count { $0.key == row.idempotencyKey } }

  func content(_ row: OutboxRow) async -> [UInt8]? {
    await erp.objects.first { $0.key == row.idempotencyKey }?.content
  }

  func arrivedKeys() async -> [String] { await erp.objects.map(\.key) }

  func disturb(_ disturbance: ConformanceDisturbance) async { await erp.disturb(disturbance) }

  func tamper(_ tampering: String, _ row: OutboxRow) async { await erp.tamper(tampering, row.idempotencyKey) }

  func seedOrders(good: [String], bad: [String]) async {
    await erp.seed(good.map { SeededOrder.json($0) } + bad.map { SeededOrder.json($0, quantity: "-1") })
  }

  func refusedCredentials() async -> Int { await erp.refusedCredentials }

  func end() async {}
}
