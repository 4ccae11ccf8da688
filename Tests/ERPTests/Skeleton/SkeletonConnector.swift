import ERP
import Ledger
import Shopfloor

/// A connector to begin with. It keeps every promise of `ERPConnector` with an ERP that offers the least: a list of
/// changes, a look-up by a text of ours, a create, and a read.
final class SkeletonConnector: ERPConnector {
  let name = "skeleton"
  /// What your ERP offers over the network; calls that broke off throw `.outcomeUnknown`, never answer "no".
  private let calls: any SkeletonCalls

  init(calls: any SkeletonCalls) { self.calls = calls }

  func close() async { await calls.hangUp() }

  func fetchWork(since cursor: String?) async throws(ERPFailure) -> WorkUpdate {
    let page = try await calls.changes(since: cursor)
    // Read with the room's own rules: an element with a fault is refused alone, with its field and the reason.
    return try WorkDocument.read(page, name: "the skeleton's work list")
  }

  func deliver(_ row: OutboxRow, _ journal: any DeliveryJournal) async throws(ERPFailure) -> DeliveryVerdict {
    var conversation = DeliveryConversation(key: row.idempotencyKey, sha256: row.payloadSHA256)
    var step = conversation.firstStep
    while true {
      switch step {
      case .search: step = conversation.next(after: .found(try await search(row.idempotencyKey)))
      case .create:
        switch try await calls.create(key: row.idempotencyKey, content: row.payload) {
        case .taken: step = conversation.next(after: .created)
        case .refused(let words): step = conversation.next(after: .refused(text: words))
        }
      case .readBack(let record):
        let held = try await calls.content(of: record.id)
        step = conversation.next(after: .content(sha256: SkeletonDigest.sha256(held)))
      case .finish(let verdict): return verdict
      case .giveUp(let failure): throw failure
      }
    }
  }

  func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] {
    var drifts: [DeliveryDrift] = []
    for row in rows {
      let records = try await search(row.idempotencyKey)
      if records.count > 1 { drifts.append(drift(row, "records under our key", "1", "\(records.count)")) }
      guard let record = records.first else {
        drifts.append(drift(row, "record", row.lastAnswer ?? "", "missing"))
        continue
      }
      let found = SkeletonDigest.sha256(try await calls.content(of: record.id))
      if found != row.payloadSHA256 { drifts.append(drift(row, "content sha256", row.payloadSHA256, found)) }
    }
    return drifts
  }

  private func search(_ key: String) async throws(ERPFailure) -> [RecordReference] {
    var records: [RecordReference] = []
    for id in try await calls.find(key: key) {
      // Never what the ERP says of its content: we hash it ourselves.
      records.append(RecordReference(id: id, sha256: SkeletonDigest.sha256(try await calls.content(of: id))))
    }
    return records
  }

  private func drift(_ row: OutboxRow, _ field: String, _ delivered: String, _ found: String) -> DeliveryDrift {
    DeliveryDrift(
      outboxRow: row.id, idempotencyKey: row.idempotencyKey, lot: row.lot, material: row.material, field: field,
      delivered: delivered, found: found)
  }
}
