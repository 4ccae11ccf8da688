import ERP
import Foundation
import Harness
import Ledger

/// The connector for the JSON interface, with token and signature at once.
struct HTTPUnderTest: ConnectorUnderTest {
  static let notApplicable: [ConformanceCase: String] = [:]
  static let tamperings = ["content", "removed", "doubled"]

  private static let key = String(repeating: "k3y-", count: 10)
  private let erp: MemoryERP
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder("http-under-test")
    var state = MemoryERP.State()
    state.token = "right"
    state.keys = ["line-1": Array(Self.key.utf8)]
    erp = try MemoryERP(state)
    try folder.secret("token", "right")
    try folder.secret("key", Self.key)
  }

  func connector() async throws -> any ERPConnector {
    HTTPConnector(
      HTTPConnectorSettings(
        baseURL: erp.address, tokenFile: folder.file("token").path,
        signing: .init(keyID: "line-1", keyFile: folder.file("key").path)))
  }

  func row(_ number: Int, subject: Int, _ content: ConformanceContent) -> OutboxRow {
    plainRow(number, subject: subject, content)
  }

  func count(_ row: OutboxRow) -> Int { erp.records.count { $0.key == row.idempotencyKey } }

  func content(_ row: OutboxRow) -> [UInt8]? { erp.records.first { $0.key == row.idempotencyKey }?.content }

  func arrivedKeys() -> [String] { erp.records.map(\.key) }

  func disturb(_ disturbance: ConformanceDisturbance) throws {
    switch disturbance {
    case .loseNextAnswerAfterTheWrite:
      erp.with { $0.faults.append(.init(kind: .create, effect: .after(.cut))) }
    case .away(let isAway): erp.with { $0.isAway = isAway }
    case .refuse(_, let words): erp.with { $0.refusal = words }
    case .severalUnderTheKey(let row): put(row, row.payload, times: 2)
    case .otherContentUnderTheKey(let row): put(row, Array("something else".utf8), times: 1)
    case .fail(let row): erp.with { $0.brokenKeys = [row.idempotencyKey] }
    case .failNoLonger: erp.with { $0.brokenKeys = [] }
    case .credential(let isRight): try folder.secret("token", isRight ? "right" : "wrong")
    }
  }

  private func put(_ row: OutboxRow, _ content: [UInt8], times: Int) {
    erp.with { state in
      for _ in 0..<times {
        state.records.append(
          .init(
            id: "r\(state.records.count + 1)", key: row.idempotencyKey, sha256: hexadecimalSHA256(content),
            content: content))
      }
    }
  }

  func tamper(_ tampering: String, _ row: OutboxRow) {
    erp.with { state in
      guard let index = state.records.firstIndex(where: { $0.key == row.idempotencyKey }) else { return }
      switch tampering {
      // The digest that the ERP shows stays as it was.
      case "content": state.records[index].content.append(0x20)
      case "removed": state.records.remove(at: index)
      default:
        var copy = state.records[index]
        copy.id += "b"
        state.records.append(copy)
      }
    }
  }

  func seedOrders(good: [String], bad: [String]) {
    erp.with { state in
      state.orders += good.map { SeededOrder.json($0) } + bad.map { SeededOrder.json($0, quantity: "-1") }
    }
  }

  func refusedCredentials() -> Int { erp.with { $0.refusedCredentials } }

  func end() async {}
}
