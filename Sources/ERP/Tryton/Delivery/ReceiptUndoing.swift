import Ledger
import Shopfloor

/// Takes a receipt back: its shipment is cancelled, what was planned of the purchase is planned again. Tryton lets only the
/// group "Stock Cancellation" cancel what is done; otherwise the row is blocked with its words.
struct ReceiptUndoing: Sendable {
  let desk: TrytonDesk

  /// Which of these shipments were cancelled because the line took the receipt back, as our note on them says.
  func takenBack(_ shipments: [Int64]) async throws(DeliveryStop) -> Set<Int64> {
    guard !shipments.isEmpty else { return [] }
    let notes = try await desk.notes(on: Set(shipments.map { "\(ReceiptFlow.model),\($0)" }))
    return Set(notes.compactMap { $0.reference("resource", to: ReceiptFlow.model) })
  }

  func run(_ row: OutboxRow, _ movement: OwedMovement) async throws(DeliveryStop) -> String {
    let lots = try await desk.lots([movement.materialLot.text])
    guard !lots.isEmpty else { throw .awaitingEarlier("the lot \(movement.materialLot), whose receipt is taken back") }
    let shipment = try await receipt(of: movement, in: lots, row)
    let note = TrytonNote(
      resource: "\(ReceiptFlow.model),\(shipment)", key: row.idempotencyKey, digest: row.payloadSHA256,
      text: NoteText.movement(movement))
    if case .blocked(let reason)? = try await desk.ensureNotes([note])[row.idempotencyKey] { throw .blocked(reason) }
    let outcome = try await desk.advance(
      ReceiptFlow.model, [shipment], press: "cancel", from: ["draft", "received", "done"], to: ["cancelled"])
    if case .blocked(let reason)? = outcome[shipment] {
      throw .blocked("the receipt of \(movement.materialLot) cannot be taken back: \(reason)")
    }
    let moves = try await desk.rows(
      "stock.move", [.clause("shipment", "=", .text("\(ReceiptFlow.model),\(shipment)"))], ["origin"])
    try await PlannedReceipts(desk: desk).reduce(
      lines: Set(moves.compactMap { $0.reference("origin", to: "purchase.line") }))
    return "\(ReceiptFlow.model),\(shipment)"
  }

  /// The shipment of the step that is taken back: the only one of the lot with its quantity that still counts, or the one
  /// that an earlier attempt has noted.
  private func receipt(
    of movement: OwedMovement, in lots: [TrytonDesk.Lot], _ row: OutboxRow
  ) async throws(DeliveryStop) -> Int64 {
    let moves = try await desk.rows(
      "stock.move",
      [
        .clause("lot", "in", .integers(lots.map(\.id))),
        .clause("shipment.reference", "like", .text("lotwire:%"), model: ReceiptFlow.model),
      ], ["shipment", "shipment.state", "quantity", "from_location", "from_location.type"])
    let receipts = moves.filter {
      $0["from_location"].text("type") == "supplier" && $0.quantity("quantity") == movement.quantity
    }
    let ids = Set(receipts.compactMap { $0.reference("shipment", to: ReceiptFlow.model) })
    let notes = try await desk.notes(on: Set(ids.map { "\(ReceiptFlow.model),\($0)" }))
    if let noted = notes.first(where: { TrytonDesk.firstLine(of: $0).hasPrefix(row.idempotencyKey) }),
      let id = noted.reference("resource", to: ReceiptFlow.model)
    {
      return id
    }
    let open = Set(
      receipts.filter { $0["shipment"].text("state") != "cancelled" }
        .compactMap { $0.reference("shipment", to: ReceiptFlow.model) })
    guard open.count == 1, let id = open.first else {
      throw .blocked(
        "the ERP has \(open.count) receipts of \(movement.materialLot) with \(movement.quantity?.description ?? "-"); "
          + "cancel the right one there, then set this delivery aside")
    }
    return id
  }
}
