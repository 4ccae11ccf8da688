import AsyncHTTPClient
import Crypto
import FoundationEssentials
public import Ledger
import NIOCore
import NIOHTTP1
public import Shopfloor

/// Talks to an ERP over the small JSON interface that README.md of this room describes. Owns an HTTP client.
public final class HTTPConnector: ERPConnector {
  public let name = "http"
  let settings: HTTPConnectorSettings
  let client: HTTPClient

  public init(_ settings: HTTPConnectorSettings) {
    self.settings = settings
    var configuration = HTTPClient.Configuration()
    // A redirect could carry the token to another host.
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .microseconds(settings.connectTimeoutMicroseconds)
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  public func close() async {
    // The only failure is a second call, after which the client is closed just the same.
    try? await client.shutdown()
  }

  public func fetchWork(since cursor: String?) async throws(ERPFailure) -> WorkUpdate {
    let query = cursor.map { "?since=" + percentEncoded($0) } ?? ""
    let answer = try await ask(.GET, "/work-orders" + query, maximumBytes: settings.maximumAnswerBytes)
    let body = try expectSuccess(answer, attempted: "read the work list")
    return try WorkDocument.read(body, name: "\(settings.baseURL)/work-orders")
  }

  public func deliver(_ row: OutboxRow, _ journal: any DeliveryJournal) async throws(ERPFailure) -> DeliveryVerdict {
    var conversation = DeliveryConversation(key: row.idempotencyKey, sha256: row.payloadSHA256)
    var step = conversation.firstStep
    while true {
      switch step {
      case .search: step = conversation.next(after: .found(try await search(row.idempotencyKey)))
      case .create: step = conversation.next(after: try await create(row))
      case .readBack(let record): step = conversation.next(after: try await readBack(record, of: row))
      case .finish(let verdict): return verdict
      case .giveUp(let failure): throw failure
      }
    }
  }

  public func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] {
    var drifts: [DeliveryDrift] = []
    for row in rows {
      let records = try await search(row.idempotencyKey)
      if records.count > 1 { drifts.append(row.drift("records under our key", "1", "\(records.count)")) }
      guard let record = records.first else {
        drifts.append(row.drift("record", row.lastAnswer ?? "", "missing"))
        continue
      }
      if case .content(let found) = try await readBack(record, of: row), found != row.payloadSHA256 {
        drifts.append(row.drift("content sha256", row.payloadSHA256, found ?? "longer than ours"))
      }
    }
    return drifts
  }

  private func search(_ key: String) async throws(ERPFailure) -> [RecordReference] {
    let attempted = "search the record \(key)"
    let answer = try await ask(
      .GET, "/records?key=" + percentEncoded(key), maximumBytes: settings.maximumAnswerBytes)
    let body = try expectSuccess(answer, attempted: attempted)
    guard case .list(let elements)? = JSONValue.parse(body)?["records"] else {
      throw unexpected(attempted, "the answer has no list \"records\"")
    }
    var records: [RecordReference] = []
    for element in elements {
      // An ERP that ignores the filter must not make us adopt or count records of others.
      guard let id = element["id"]?.text, let sha256 = element["sha256"]?.text, let found = element["key"]?.text else {
        throw unexpected(attempted, "a record in the answer lacks id, key or sha256")
      }
      guard found == key else { continue }
      if let fault = OutsideTextFault(in: id, maximumBytes: maximumIdentifierBytes) {
        throw unexpected(attempted, "the id of a record cannot be used: \(fault.words.english)")
      }
      records.append(RecordReference(id: id, sha256: oneLine(sha256.lowercased())))
    }
    return records
  }

  private func create(_ row: OutboxRow) async throws(ERPFailure) -> DeliveryConversation.Answer {
    let record = NewRecord(
      key: row.idempotencyKey, lot: row.lot?.text, material_lot: row.material?.text, kind: row.kind,
      sha256: row.payloadSHA256, content: Data(row.payload).base64EncodedString())
    let body: Data
    do {
      body = try JSONEncoder().encode(record)
    } catch {
      throw ERPFailure(.local, problem: "the record could not be written as JSON: \(error)", remedy: "Report this")
    }
    let answer = try await ask(.POST, "/records", body: body, maximumBytes: maximumShortAnswerBytes)
    if let refusal = HTTPAnswerRules.refusalOfContent(status: answer.status, body: answer.body) {
      return .refused(text: refusal)
    }
    _ = try expectSuccess(answer, attempted: "create the record \(row.idempotencyKey)")
    return .created
  }

  private func readBack(
    _ record: RecordReference, of row: OutboxRow
  ) async throws(ERPFailure) -> DeliveryConversation.Answer {
    let answer = try await ask(
      .GET, "/records/\(percentEncoded(record.id))/content",
      maximumBytes: max(row.payload.count, maximumShortAnswerBytes))
    if answer.isTooLong && (200..<300).contains(answer.status) { return .content(sha256: nil) }
    let body = try expectSuccess(answer, attempted: "read back the record \(record.id)")
    return .content(sha256: lowerCaseSHA256(body))
  }

  private struct NewRecord: Encodable {
    var key: String
    var lot: String?
    var material_lot: String?
    var kind: String
    var sha256: String
    var content: String
  }
}

/// Largest answer that is read where only a status or a sentence is expected, in bytes.
let maximumShortAnswerBytes = 1_000_000

/// SHA-256 in lower-case hex.
func lowerCaseSHA256(_ bytes: [UInt8]) -> String {
  SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
