import BatchRecord
import Ledger
import Shopfloor

/// Compares what Tryton holds now with what was delivered. Reads only, a few questions for many rows.
///
/// Picks and consumption are not compared: later totals take their place, and the record of the lot brings what was booked.
struct TrytonComparison: Sendable {
  let desk: TrytonDesk

  func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] {
    var receipts: [(OutboxRow, MaterialMovement)] = []
    var notes: [ComparedNote] = []
    var records: [(OutboxRow, LotExtract)] = []
    for row in rows {
      // What could not be read was not delivered either.
      guard let content = try? OwedContent(row) else { continue }
      switch content {
      case .movement(let movement) where movement.movement == .receipt: receipts.append((row, movement))
      case .movement(let movement) where DeliveryFamily(content) == .disposition:
        notes.append(ComparedNote(row: row, lot: movement.materialLot.text, order: nil))
      case .movement: break
      case .report(let report): notes.append(ComparedNote(row: row, lot: nil, order: report.workOrder.text))
      case .record(let extract): records.append((row, extract))
      }
    }
    do throws(DeliveryStop) {
      return try await ReceiptComparison(desk: desk).compare(receipts) + NoteComparison(desk: desk).compare(notes)
        + RecordComparison(desk: desk).compare(records)
    } catch {
      switch error {
      case .failure(let failure): throw failure
      case .blocked(let reason):
        throw ERPFailure(
          .unexpectedAnswer, problem: "the comparison with the ERP: \(reason)",
          remedy: "Give our user of the ERP the right to read what it delivered")
      case .alone:
        throw ERPFailure(
          .unexpectedAnswer, problem: "the comparison came to no end", remedy: "Report this to the maker")
      }
    }
  }

  /// What a difference shows where the ERP shows nothing.
  static let missing = "missing"
}

/// A row that left a note.
struct ComparedNote: Sendable {
  var row: OutboxRow
  /// Number of the material lot with the note, or of the work order.
  var lot: String?
  var order: String?
}

/// Notes of reports and dispositions: there once, with our key and digest in the first line. What a hold moved: still moved.
struct NoteComparison: Sendable {
  let desk: TrytonDesk

  func compare(_ compared: [ComparedNote]) async throws(DeliveryStop) -> [DeliveryDrift] {
    guard !compared.isEmpty else { return [] }
    return try await noteDrifts(compared) + transferDrifts(compared.filter { $0.lot != nil })
  }

  /// What was moved for a hold was moved: cancelled later, the goods are where they may be taken.
  private func transferDrifts(_ compared: [ComparedNote]) async throws(DeliveryStop) -> [DeliveryDrift] {
    guard !compared.isEmpty else { return [] }
    let shipments = try await desk.rows(
      StockTransfers.model, [.clause("reference", "in", .texts(compared.map(\.row.idempotencyKey)))],
      ["reference", "state"])
    return compared.flatMap { one in
      shipments.filter { $0.text("reference") == one.row.idempotencyKey && $0.text("state") != "done" }
        .map { one.row.drift("transfer of held goods", "done", $0.text("state") ?? TrytonComparison.missing) }
    }
  }

  private func noteDrifts(_ compared: [ComparedNote]) async throws(DeliveryStop) -> [DeliveryDrift] {
    let productions = try await desk.productions(Set(compared.compactMap(\.order)))
    let lots = try await desk.lots(Set(compared.compactMap(\.lot)))
    func places(_ one: ComparedNote) -> Set<String> {
      if let order = one.order { return Set((productions[order] ?? []).map(\.resource)) }
      return Set(lots.filter { $0.number == one.lot }.map { "stock.lot,\($0.id)" })
    }
    let lines = try await desk.notes(on: compared.reduce(into: Set()) { $0.formUnion(places($1)) })
      .map { TrytonDesk.firstLine(of: $0) }
    return compared.compactMap { one in
      // A renamed lot is the difference of its receipt.
      if one.lot != nil, places(one).isEmpty { return nil }
      let ours = lines.filter { $0.split(separator: " ").first.map(String.init) == one.row.idempotencyKey }
      let wanted = "\(one.row.idempotencyKey) \(one.row.payloadSHA256)"
      if ours.count == 1, ours.first == wanted { return nil }
      let found = ours.count > 1 ? "\(ours.count) notes" : ours.first ?? TrytonComparison.missing
      return one.row.drift("note", wanted, found)
    }
  }
}
