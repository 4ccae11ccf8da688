import Foundation
import Harness
import Ledger
import Shopfloor
import Synchronization

@testable import ERP

/// The connector for Tryton with a real one: reports as notes on a production, and receipts for what is compared later.
final class TrytonUnderTest: ConnectorUnderTest {
  static let notApplicable: [ConformanceCase: String] = [
    .tenMegabytes: "ten megabytes are a record, which completes a production: tried with the whole flow",
    .emptyContent: "a row without content says nothing that Tryton has a field for",
  ]
  static let tamperings = ["lot number", "expiry"]
  /// Time stamps of Tryton are looked at again with an overlap.
  static let repeatsWork = true

  private let folder: TemporaryFolder
  private let server: TrytonServer
  private let look: TrytonClient
  private let disturbed = TrytonDisturbances()
  /// One factory serves all cases: rows of each have numbers of their own.
  private var caseNumber = 0

  init() throws {
    folder = try TemporaryFolder("tryton-under-test")
    server = try TrytonServer(folder: folder.url)
    look = server.client()
    try folder.secret("password", TrytonServer.integration.password)
  }

  func beginCase() { caseNumber += 1 }

  func end() async { server.stop() }

  func connector() async throws -> any ERPConnector {
    let settings = TrytonSettings(
      baseURL: server.address, database: TrytonServer.database, user: TrytonServer.integration.login,
      passwordFile: folder.file("password").path, quarantineLocation: "Quarantine")
    let link = TrytonLink(settings, journal: KeptNotes())
    let calls = DisturbedTryton(link: link, disturbances: disturbed)
    let work = TrytonWork(calls: calls, settings: settings)
    return TrytonConnector(
      calls: calls, settings: settings,
      fetch: { cursor throws(ERPFailure) in try await work.fetch(since: cursor) }, finish: { await link.close() })
  }

  // MARK: Rows

  func row(_ number: Int, subject: Int, _ content: ConformanceContent) throws -> OutboxRow {
    guard case .text(let text) = content else { throw NotInTime(description: "no row of Tryton has such a content") }
    let lot = "L-\(caseNumber)-\(subject)"
    return try row(
      number, kind: "production-report", word: "report", orderKey: "lot:\(lot)", lot: lot,
      ["report": "hold", "lot": lot, "work_order": "WO-4712", "reason": text])
  }

  func comparedRow(_ number: Int) throws -> OutboxRow {
    let material = "M-CASE-\(caseNumber)-\(number)"
    return try row(
      number, kind: "material-movement", word: "movement", orderKey: "material:\(material)", lot: nil,
      [
        "movement": "receipt", "material_lot": material, "person": "P-12", "item": "FILM-70", "quantity": "\(number).5",
        "supplier_lot": "S-\(number)", "station": "dock", "delivery": "PO-55-1",
        "unusable_from": "2032-01-01T00:00:00.000000Z",
      ])
  }

  private func row(
    _ number: Int, kind: String, word: String, orderKey: String, lot: String?, _ fields: [String: Any]
  ) throws -> OutboxRow {
    let event = caseNumber * 1_000 + number
    var fields = fields
    fields["event"] = event
    fields["event_hash"] = "00112233445566778899"
    fields["at"] = "2026-11-20T10:00:00.000000Z"
    var row = outboxRow(Int64(event), lot: try lot.map { try LotNumber($0) }, content: "")
    row.payload = [UInt8](try JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys]))
    row.payloadSHA256 = hexadecimalSHA256(row.payload)
    row.kind = kind
    row.orderKey = orderKey
    row.idempotencyKey = "lotwire:\(word):\(String(format: "%012d", event)):0011223344556677"
    return row
  }

  // MARK: Looking past the connector

  private func notes(_ row: OutboxRow) throws -> [String] {
    try look.search("ir.note", [["message", "like", row.idempotencyKey + "%"]], fields: ["message"])
      .compactMap { $0["message"] as? String }
  }

  private func shipments(_ row: OutboxRow) throws -> [TrytonClient.Row] {
    try look.search("stock.shipment.in", [["reference", "=", row.idempotencyKey]], fields: ["state"])
  }

  func count(_ row: OutboxRow) throws -> Int {
    row.kind == "production-report" ? try notes(row).count : try shipments(row).count
  }

  /// The payload where Tryton shows what it says.
  func content(_ row: OutboxRow) throws -> [UInt8]? {
    if row.kind != "production-report" { return try shipments(row).isEmpty ? nil : row.payload }
    guard let note = try notes(row).first else { return nil }
    let said = try JSONSerialization.jsonObject(with: Data(row.payload)) as? [String: Any]
    let isWhole = note.contains(row.payloadSHA256) && note.contains(said?["reason"] as? String ?? "none")
    return isWhole ? row.payload : Array(note.utf8)
  }

  func arrivedKeys() throws -> [String] {
    try look.search("ir.note", [["message", "like", "lotwire:%"]], fields: ["message"])
      .compactMap { ($0["message"] as? String)?.split(whereSeparator: \.isWhitespace).first.map(String.init) }
  }

  /// Log-ins that the server answered with 401.
  func refusedCredentials() throws -> Int { try server.logLines().count { $0.contains("\" 401 ") } }

  // MARK: Disturbing it

  func disturb(_ disturbance: ConformanceDisturbance) throws {
    switch disturbance {
    case .loseNextAnswerAfterTheWrite: disturbed.set { $0.losesNextAnswer = true }
    case .away(let isAway): disturbed.set { $0.isAway = isAway }
    case .refuse(let row, let words): disturbed.set { $0.refusals[row.idempotencyKey] = words }
    case .fail(let row): disturbed.set { $0.broken = [row.idempotencyKey] }
    case .failNoLonger: disturbed.set { $0.broken = [] }
    case .severalUnderTheKey(let row):
      // Untouched copies of one content are one request that was repeated on its way: the connector takes them away.
      for digest in [row.payloadSHA256, String(repeating: "0", count: 64)] { try note(row, digest) }
    case .otherContentUnderTheKey(let row): try note(row, String(repeating: "0", count: 64))
    case .credential(let isRight):
      try folder.secret("password", isRight ? TrytonServer.integration.password : "not-the-password")
    }
  }

  private func note(_ row: OutboxRow, _ digest: String) throws {
    let production =
      try look.search("production", [["reference", "=", "WO-4712"]], fields: ["id"]).first?["id"] as? Int
    _ = try look.create(
      "ir.note",
      ["resource": "production,\(production ?? -1)", "message": "\(row.idempotencyKey) \(digest)\nby somebody else"])
  }

  func tamper(_ tampering: String, _ row: OutboxRow) throws {
    let number = String(row.orderKey?.dropFirst("material:".count) ?? "")
    guard let lot = try look.search("stock.lot", [["number", "=", number]], fields: ["id"]).first?["id"] as? Int else {
      throw NotInTime(description: "there is no lot \(number)")
    }
    try look.write(
      "stock.lot", id: lot,
      tampering == "expiry" ? ["expiration_date": TrytonClient.date(2033, 5, 6)] : ["number": number + "-X"])
  }

  func seedOrders(good: [String], bad: [String]) throws {
    guard
      let model = try look.search("production", [["reference", "=", "WO-4711"]], fields: ["id"]).first?["id"] as? Int
    else { throw NotInTime(description: "the factory has no WO-4711") }
    // A text direction mark at the end of a number: it could be mistaken for another.
    for number in good + bad.map({ $0 + "\u{202E}" }) {
      let made = try look.model("production.copy", [[model], ["reference": number]]) as? [Int] ?? []
      try look.model("production.wait", [made])
    }
  }
}

/// What happens to the calls on their way.
final class TrytonDisturbances: Sendable {
  struct State: Sendable {
    var losesNextAnswer = false
    var isAway = false
    var refusals: [String: String] = [:]
    var broken: Set<String> = []
  }

  private let state = Mutex(State())

  func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

  /// What the state was before the call; the answer of one create is lost once.
  func before(isCreate: Bool) -> State {
    state.withLock { state in
      let before = state
      if isCreate { state.losesNextAnswer = false }
      return before
    }
  }
}

/// The calls of the link, disturbed.
private struct DisturbedTryton: TrytonCalls {
  let link: TrytonLink
  let disturbances: TrytonDisturbances

  func call(
    _ method: String, _ parameters: [TrytonValue], context: [String: TrytonValue]
  ) async throws(ERPFailure) -> TrytonAnswer {
    let isCreate = method.hasSuffix(".create")
    let state = disturbances.before(isCreate: isCreate)
    if state.isAway {
      throw ERPFailure(.unreachable, problem: "nobody answers", remedy: "Check that Tryton runs")
    }
    let sent = isCreate ? "\(parameters)" : ""
    if state.broken.contains(where: { sent.contains($0) }) {
      throw ERPFailure(.unavailable, problem: "the server is busy", remedy: "Wait")
    }
    if let words = state.refusals.first(where: { sent.contains($0.key) })?.value {
      return .refused(TrytonRefusal(.userError, words))
    }
    let answer = try await link.call(method, parameters, context: context)
    guard isCreate, state.losesNextAnswer else { return answer }
    throw ERPFailure(.outcomeUnknown, problem: "the connection broke; Tryton may have acted", remedy: "Nothing to do")
  }
}
