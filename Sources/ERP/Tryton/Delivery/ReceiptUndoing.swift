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

  func run(_ row: OutboxRow, _ movement: MaterialMovement) async throws(DeliveryStop) -> String {
    let lots = try await desk.lots([movement.materialLot.text])
    guard !lots.isEmpty else { throw .awaitingEarlier("the lot \(movement.materialLot), whose receipt is taken back") }
    let shipment = try await receipt(of: movement, in: lots, row)
    let note = TrytonNote(
      resource: "\(ReceiptFlow.model),\(shipment)", key: row.idempotencyKey, digest: row.payloadSHA256,
      text: NoteText.movement(movement))
    if case .blocked(let reason)? = try await desk.ensureNotes([note])[row.idempotencyKey] { throw .blocked(reason) }
    try await cancel(shipment, movement, lots)
    try await planAgain(shipment)
    return "\(ReceiptFlow.model),\(shipment)"
  }

  /// As a person does it who has the cancelled move recreated (`purchase.handle.shipment.exception`): Tryton else counts it
  /// as received, and asks before it takes in the rest of what was ordered. Where nothing else of the line is planned,
  /// Tryton plans it with the next step of the purchase; only administrators of purchases may press its button.
  private func planAgain(_ shipment: Int64) async throws(DeliveryStop) {
    let moves = try await desk.rows(
      "stock.move",
      [
        .clause("shipment", "=", .text("\(ReceiptFlow.model),\(shipment)")), .clause("state", "=", .text("cancelled")),
      ], ["origin"])
    let cancelled = Dictionary(
      grouping: moves.filter { $0.reference("origin", to: "purchase.line") != nil },
      by: { $0.reference("origin", to: "purchase.line") ?? 0 })
    let lines = try await desk.read("purchase.line", cancelled.keys.sorted(), ["moves_recreated", "moves_ignored"])
    let parts = lines.compactMap { line -> TrytonDesk.Part? in
      // What a person had ignored is not to come again.
      let decided = Set(line.integers("moves_recreated") + line.integers("moves_ignored"))
      let missing = (cancelled[line.id] ?? []).map(\.id).filter { !decided.contains($0) }
      return missing.isEmpty
        ? nil : .init(ids: [line.id], values: ["moves_recreated": .list([.list([.text("add"), .integers(missing)])])])
    }
    if !parts.isEmpty, case .refused(let refusal) = try await desk.write("purchase.line", parts) {
      throw .blocked("the receipt is cancelled, its purchase is not planned again: \(refusal.text)")
    }
    try await PlannedReceipts(desk: desk).reduce(lines: Set(lines.map(\.id)))
  }

  private func cancel(
    _ shipment: Int64, _ movement: MaterialMovement, _ lots: [TrytonDesk.Lot]
  ) async throws(DeliveryStop) {
    let row = try await desk.read(ReceiptFlow.model, [shipment], ["state", "number"]).first
    let isPutAway = row?.text("state") == "done"
    if isPutAway { try await expectInPlace(shipment, lots) }
    let outcome = try await desk.advance(
      ReceiptFlow.model, [shipment], press: "cancel", from: ["draft", "received", "done"], to: ["cancelled"])
    guard case .blocked(let reason)? = outcome[shipment] else { return }
    let hint =
      isPutAway
      ? "; its goods are put away, and Tryton lets only its group \"\(Self.cancellationGroup)\" cancel that: add our user "
        + "to this group, or cancel the shipment \(row?.text("number") ?? String(shipment)) there by hand, then release "
        + "the delivery" : ""
    throw .blocked("the receipt of \(movement.materialLot) cannot be taken back: \(reason)\(hint)")
  }

  /// The name of Tryton's group `stock.group_stock_cancellation` (trytond_stock 8.0, stock.xml).
  static let cancellationGroup = "Stock Cancellation"

  /// Cancelling takes goods from where they were put away, also where they are no more: Tryton would have less than
  /// nothing there, and keep them where they are.
  private func expectInPlace(_ shipment: Int64, _ lots: [TrytonDesk.Lot]) async throws(DeliveryStop) {
    let moves = try await desk.rows(
      "stock.move",
      [
        .clause("shipment", "=", .text("\(ReceiptFlow.model),\(shipment)")), .clause("state", "=", .text("done")),
        .clause("from_location.type", "=", .text("storage")),
      ], ["lot", "internal_quantity", "to_location"])
    struct Goods: Hashable {
      var lot: Int64
      var place: Int64
    }
    // Putting away may have split a move.
    var putAway: [Goods: Quantity] = [:]
    for move in moves {
      guard let lot = move.integer("lot"), let place = move.integer("to_location"),
        let quantity = move.quantity("internal_quantity")
      else { continue }
      putAway[Goods(lot: lot, place: place), default: .zero] += quantity
    }
    for (goods, quantity) in putAway.sorted(by: { ($0.key.lot, $0.key.place) < ($1.key.lot, $1.key.place) }) {
      guard let lot = lots.first(where: { $0.id == goods.lot }) else { continue }
      let place = goods.place
      let stock = try await LotStock(lot, desk)
      let there = stock.places[place]?.quantity ?? .zero
      guard there < quantity else { continue }
      throw .blocked(
        "the receipt of \(lot.number) cannot be taken back: the ERP put \(quantity) into "
          + "\(stock.places[place]?.name ?? "a location"), where \(there) of it is left (all of it: "
          + "\(stock.words(outside: []) ?? "none")); correct the stock there by hand, then set this delivery aside")
    }
  }

  /// The shipment of the step that is taken back: the only one of the lot with its quantity that still counts, or the one
  /// that an earlier attempt has noted, or that a person cancelled in Tryton.
  private func receipt(
    of movement: MaterialMovement, in lots: [TrytonDesk.Lot], _ row: OutboxRow
  ) async throws(DeliveryStop) -> Int64 {
    let moves = try await desk.rows(
      "stock.move",
      [
        .clause("lot", "in", .integers(lots.map(\.id))),
        .clause("shipment.reference", "like", .text("lotwire:%"), model: ReceiptFlow.model),
      ], ["shipment", "shipment.state", "quantity", "from_location", "from_location.type"])
    let receipts = Dictionary(
      grouping: moves.filter { $0["from_location"].text("type") == "supplier" },
      by: { $0.reference("shipment", to: ReceiptFlow.model) ?? 0 }
    ).filter { $0.value.compactMap { $0.quantity("quantity") }.reduce(.zero, +) == movement.quantity }
    let ids = Set(receipts.keys)
    let notes = try await desk.notes(on: Set(ids.map { "\(ReceiptFlow.model),\($0)" }))
    if let ours = notes.first(where: { TrytonDesk.firstLine(of: $0).hasPrefix(row.idempotencyKey) }),
      let id = ours.reference("resource", to: ReceiptFlow.model)
    {
      return id
    }
    let open = receipts.filter { $0.value.first?["shipment"].text("state") != "cancelled" }.keys
    // A person cancelled it there first; what another step took back carries its note.
    let noted = Set(notes.compactMap { $0.reference("resource", to: ReceiptFlow.model) })
    let counting = open.isEmpty ? ids.subtracting(noted) : Set(open)
    guard counting.count == 1, let id = counting.first else {
      throw .blocked(
        "the ERP has \(open.count) receipts of \(movement.materialLot) with \(movement.quantity?.description ?? "-"); "
          + "cancel the right one there, then set this delivery aside")
    }
    return id
  }
}
