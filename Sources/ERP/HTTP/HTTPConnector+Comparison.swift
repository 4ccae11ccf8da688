import FoundationEssentials
public import Ledger
import NIOHTTP1
public import Shopfloor

/// Looks again at what was delivered: many keys in one question, contents with the answer where the ERP gives them.
extension HTTPConnector {
  /// Most keys in one question, and the longest query in bytes: many servers refuse a request line beyond 8,000 bytes
  /// (RFC 9110 section 4.1).
  static let maximumKeysAtOnce = 50
  static let maximumQueryBytes = 6_000

  public func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] {
    var drifts: [DeliveryDrift] = []
    var rest = rows[...]
    while !rest.isEmpty {
      let batch = batch(of: rest)
      rest = rest.dropFirst(batch.count)
      let found = batch.count > 1 ? try await held(batch) : [:]
      for row in batch { drifts += try await compare(row, found[row.idempotencyKey] ?? []) }
    }
    return drifts
  }

  /// A record as the answer to many keys shows it.
  private struct Held {
    var record: RecordReference
    /// Of the content that came with the answer, where the ERP gives it.
    var contentSHA256: String?
  }

  /// The rows that go into one question: their query and the expected answer stay within their bounds.
  private func batch(of rows: ArraySlice<OutboxRow>) -> [OutboxRow] {
    var batch: [OutboxRow] = []
    var (queryBytes, answerBytes) = (0, 0)
    for row in rows.prefix(Self.maximumKeysAtOnce) {
      queryBytes += percentEncoded(row.idempotencyKey).utf8.count + 5
      // Base64 needs four bytes for three; the other fields of a record are short.
      answerBytes += row.payload.count * 4 / 3 + 2_000
      guard batch.isEmpty || (queryBytes < Self.maximumQueryBytes && answerBytes < settings.maximumAnswerBytes / 2)
      else { break }
      batch.append(row)
    }
    return batch
  }

  /// What the ERP shows of several keys. An ERP that knows one key at a time shows fewer, never others.
  private func held(_ rows: [OutboxRow]) async throws(ERPFailure) -> [String: [Held]] {
    let query = rows.map { "key=" + percentEncoded($0.idempotencyKey) }.joined(separator: "&")
    let attempted = "search \(rows.count) records"
    let answer = try await ask(.GET, "/records?content=1&\(query)", maximumBytes: settings.maximumAnswerBytes)
    if answer.isTooLong { return [:] }
    let body = try expectSuccess(answer, attempted: attempted)
    guard case .list(let elements)? = JSONValue.parse(body)?["records"] else {
      throw unexpected(attempted, "the answer has no list \"records\"")
    }
    let keys = Set(rows.map(\.idempotencyKey))
    var held: [String: [Held]] = [:]
    for element in elements {
      guard let found = try reference(element, of: keys, attempted: attempted) else { continue }
      let content = element["content"]?.text.flatMap { Data(base64Encoded: $0) }
      held[found.key, default: []].append(
        Held(record: found.record, contentSHA256: content.map { lowerCaseSHA256(Array($0)) }))
    }
    return held
  }

  private func compare(_ row: OutboxRow, _ shown: [Held]) async throws(ERPFailure) -> [DeliveryDrift] {
    var held = shown
    if held.isEmpty {
      // Asked alone before it is called missing: not every ERP knows several keys.
      held = try await search(row.idempotencyKey).map { Held(record: $0, contentSHA256: nil) }
    }
    guard let first = held.first else { return [row.drift("record", row.lastAnswer ?? "", "missing")] }
    var drifts: [DeliveryDrift] = []
    if held.count > 1 { drifts.append(row.drift("records under our key", "1", "\(held.count)")) }
    var found = first.contentSHA256
    if found == nil { found = try await contentFound(first.record, of: row) }
    if let found, found != row.payloadSHA256 { drifts.append(row.drift("content sha256", row.payloadSHA256, found)) }
    return drifts
  }

  /// The SHA-256 of the content that the ERP gives now, or what is wrong with it. A record that is shown and whose
  /// content is gone (404, 410; RFC 9110 section 15.5) has changed: that is no failure of the question.
  private func contentFound(_ record: RecordReference, of row: OutboxRow) async throws(ERPFailure) -> String {
    let answer = try await askForContent(record, of: row)
    if [404, 410].contains(answer.status) { return "missing" }
    guard case .content(let sha256) = try content(answer, record) else { return "missing" }
    return sha256 ?? "longer than ours"
  }
}
