import BatchRecord
import Ledger
import Shopfloor

/// Hands rows to the flow of their kind.
struct DeliveryDispatcher: Sendable {
  typealias Answer = Result<DeliveryVerdict, ERPFailure>
  private typealias End = Result<String, DeliveryStop>

  let desk: TrytonDesk
  let ledger: TrytonLedger

  /// One row, with all that may be said to the ERP about it alone.
  func deliver(_ row: OutboxRow) async -> Answer {
    switch await ends(of: [row])[0] {
    case .success(let receipt)?: .success(.delivered(receipt: receipt))
    case .failure(.failure(let failure))?: .failure(failure)
    case .failure(.blocked(let reason))?: .success(.blocked(reason: oneLine(reason)))
    case .failure(.alone)?, nil:
      .failure(
        ERPFailure(
          .unexpectedAnswer, problem: "the row \(row.idempotencyKey) came to no end", remedy: "Report this to the maker"
        ))
    }
  }

  /// Rows of one family. Nil: to be tried alone; a failure of the whole conversation is everybody's.
  func deliver(_ rows: [OutboxRow]) async -> [Answer?] {
    await ends(of: rows).map { end in
      switch end {
      case .success(let receipt)?: .success(.delivered(receipt: receipt))
      case .failure(.failure(let failure))?: .failure(failure)
      // Alone it is asked for its own reason, and warnings may be confirmed for it.
      case .failure(.blocked)?, .failure(.alone)?, nil: nil
      }
    }
  }

  private func ends(of rows: [OutboxRow]) async -> [End?] {
    do throws(DeliveryStop) {
      var contents: [OwedContent] = []
      for row in rows {
        do throws(OwedContentFault) {
          contents.append(try OwedContent(row))
        } catch {
          throw .blocked(error.description)
        }
      }
      return try await run(Array(zip(rows, contents)))
    } catch {
      if case .blocked = error, rows.count > 1 { return rows.map { _ in .failure(.alone) } }
      return rows.map { _ in .failure(error) }
    }
  }

  private func run(_ pairs: [(OutboxRow, OwedContent)]) async throws(DeliveryStop) -> [End?] {
    let families = Set(pairs.map { DeliveryFamily($0.1) })
    guard families.count == 1, let family = families.first else { return pairs.map { _ in .failure(.alone) } }
    switch family {
    case .receipt: return try await ReceiptFlow(desk: desk).run(try pairs.map(Self.receipt))
    case .disposition:
      return try await DispositionFlow(desk: desk).run(
        pairs.compactMap { row, content in
          if case .movement(let movement) = content { .init(row: row, movement: movement) } else { nil }
        })
    case .allocation: return try await AllocationFlow(desk: desk).run(pairs.compactMap(Self.allocation))
    case .report:
      return try await ReportFlow(desk: desk).run(
        pairs.compactMap { row, content in
          if case .report(let report) = content { .init(row: row, report: report) } else { nil }
        })
    case .record:
      return try await RecordFlow(desk: desk, ledger: ledger).run(
        pairs.compactMap { row, content in
          if case .record(let extract) = content { .init(row: row, extract: extract) } else { nil }
        })
    case .note, .receiptUndone:
      var ends: [End?] = []
      for (row, content) in pairs {
        guard case .movement(let movement) = content else { continue }
        do throws(DeliveryStop) {
          ends.append(.success(try await alone(row, movement, family)))
        } catch {
          ends.append(.failure(error))
        }
      }
      return ends
    }
  }

  private func alone(
    _ row: OutboxRow, _ movement: MaterialMovement, _ family: DeliveryFamily
  ) async throws(DeliveryStop) -> String {
    if family == .receiptUndone { return try await ReceiptUndoing(desk: desk).run(row, movement) }
    return try await MovementNote(desk: desk).run(row, movement)
  }

  private static func receipt(
    _ row: OutboxRow, _ content: OwedContent
  ) throws(DeliveryStop) -> ReceiptFlow.Job {
    guard case .movement(let movement) = content, let item = movement.item, let quantity = movement.quantity else {
      throw .blocked("the receipt \(row.idempotencyKey) does not say what and how much; nothing was sent")
    }
    return ReceiptFlow.Job(row: row, movement: movement, item: item, quantity: quantity)
  }

  private static func allocation(_ row: OutboxRow, _ content: OwedContent) -> AllocationFlow.Job? {
    guard case .movement(let movement) = content, let order = movement.order, let item = movement.item,
      let total = movement.atOrderInAll
    else { return nil }
    return AllocationFlow.Job(row: row, movement: movement, order: order, item: item, total: total)
  }
}

/// Rows that go together.
enum DeliveryFamily: Int, Hashable, Sendable, Comparable {
  /// In the order in which one builds on the other.
  case receipt, disposition, allocation, receiptUndone, note, report, record

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// Whether several rows of one order key go together: what each leaves behind does not depend on the one before it.
  var isIndependent: Bool { self == .allocation || self == .report }

  init(_ row: OutboxRow) {
    switch row.kind {
    case ProductionReportMessage.kind: self = .report
    // Records are large: they are read once, by their flow.
    case CommitGroup.SealedRecord.kind: self = .record
    // A row that cannot be read is told so alone, like a note.
    default: self = (try? OwedContent(row)).map { DeliveryFamily($0) } ?? .note
    }
  }

  init(_ content: OwedContent) {
    switch content {
    case .report: self = .report
    case .record: self = .record
    case .movement(let movement):
      switch movement.movement {
      case .receipt: self = .receipt
      case .release, .quarantine, .block: self = .disposition
      case .undo where movement.undoes?.movement == .receipt: self = .receiptUndone
      case .pick, .unpick, .consumption, .undo:
        let hasTotal = movement.order != nil && movement.item != nil && movement.atOrderInAll != nil
        self = hasTotal ? .allocation : .note
      }
    }
  }
}

/// A step that does not say what is at the order in all, as programs before totals wrote it: a note, so that the ERP shows
/// it. The record of the lot brings the quantities.
struct MovementNote: Sendable {
  let desk: TrytonDesk

  func run(_ row: OutboxRow, _ movement: MaterialMovement) async throws(DeliveryStop) -> String {
    let lots = try await desk.lots([movement.materialLot.text])
    guard let lot = lots.first else { throw .awaitingEarlier("the lot \(movement.materialLot)") }
    let note = TrytonNote(
      resource: "stock.lot,\(lot.id)", key: row.idempotencyKey, digest: row.payloadSHA256,
      text: NoteText.movement(movement))
    switch try await desk.ensureNotes([note])[row.idempotencyKey] {
    case .there(let id, _)?: return "ir.note,\(id)"
    case .blocked(let reason)?: throw .blocked(reason)
    default: throw .unexpected("the ERP confirmed the note \(row.idempotencyKey) but does not show it")
    }
  }
}
