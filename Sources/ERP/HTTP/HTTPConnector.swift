import Crypto
public import Devices
import FoundationEssentials
public import Ledger
import NIOCore
import NIOHTTP1
import Shopfloor

/// Talks to an ERP over the small JSON interface that README.md of this room describes. Owns an HTTP client.
public final class HTTPConnector: ERPConnector {
  public let name = "http"
  let settings: HTTPConnectorSettings
  let clock: any WallClock
  let keeper: HTTPClientKeeper

  /// - Parameter clock: says when a request is signed and whether our certificate is valid.
  public init(_ settings: HTTPConnectorSettings, clock: any WallClock = SystemClock()) {
    self.settings = settings
    self.clock = clock
    keeper = HTTPClientKeeper(
      tls: settings.tls, connectTimeoutMicroseconds: settings.connectTimeoutMicroseconds)
  }

  public func close() async { await keeper.close() }

  public func proofDigest() async -> String? {
    let secrets = [settings.tokenFile, settings.signing?.keyFile].compactMap { $0 }
    return ProofFiles.digest(of: secrets + (settings.tls?.files ?? []))
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

  func search(_ key: String) async throws(ERPFailure) -> [RecordReference] {
    let attempted = "search the record \(key)"
    let answer = try await ask(
      .GET, "/records?key=" + percentEncoded(key), maximumBytes: settings.maximumAnswerBytes)
    let body = try expectSuccess(answer, attempted: attempted)
    guard case .list(let elements)? = JSONValue.parse(body)?["records"] else {
      throw unexpected(attempted, "the answer has no list \"records\"")
    }
    var records: [RecordReference] = []
    for element in elements {
      if let found = try reference(element, of: [key], attempted: attempted) { records.append(found.record) }
    }
    return records
  }

  /// One element of a list of records; nil where nobody asked for its key.
  func reference(
    _ element: JSONValue, of keys: Set<String>, attempted: String
  ) throws(ERPFailure) -> (key: String, record: RecordReference)? {
    guard let id = element["id"]?.text, let sha256 = element["sha256"]?.text, let key = element["key"]?.text else {
      throw unexpected(attempted, "a record in the answer lacks id, key or sha256")
    }
    // An ERP that ignores the filter must not make us adopt or count records of others.
    guard keys.contains(key) else { return nil }
    if let fault = OutsideTextFault(in: id, maximumBytes: maximumIdentifierBytes) {
      throw unexpected(attempted, "the id of a record cannot be used: \(fault.words.english)")
    }
    return (key, RecordReference(id: id, sha256: oneLine(sha256.lowercased())))
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

  func readBack(
    _ record: RecordReference, of row: OutboxRow
  ) async throws(ERPFailure) -> DeliveryConversation.Answer {
    try content(try await askForContent(record, of: row), record)
  }

  func askForContent(_ record: RecordReference, of row: OutboxRow) async throws(ERPFailure) -> HTTPAnswer {
    try await ask(
      .GET, "/records/\(percentEncoded(record.id))/content",
      maximumBytes: max(row.payload.count, maximumShortAnswerBytes))
  }

  func content(
    _ answer: HTTPAnswer, _ record: RecordReference
  ) throws(ERPFailure) -> DeliveryConversation.Answer {
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
  hexadecimal(SHA256.hash(data: bytes))
}
