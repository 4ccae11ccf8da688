import Ledger
import Shopfloor

/// Receipts: number and expiry of the lot, quantity and state of the shipment.
struct ReceiptComparison: Sendable {
  let desk: TrytonDesk

  func compare(_ compared: [(OutboxRow, MaterialMovement)]) async throws(DeliveryStop) -> [DeliveryDrift] {
    guard !compared.isEmpty else { return [] }
    let model = ReceiptFlow.model
    let moves = try await desk.rows(
      "stock.move",
      [.clause("shipment.reference", "in", .texts(compared.map(\.0.idempotencyKey)), model: model)],
      [
        "shipment", "shipment.reference", "shipment.state", "shipment.warehouse_input", "lot", "lot.number",
        "lot.expiration_date", "internal_quantity", "to_location", "state",
      ])
    let cancelled = Set(
      moves.filter { $0["shipment"].text("state") == "cancelled" }.compactMap { $0.reference("shipment", to: model) })
    let takenBack = try await ReceiptUndoing(desk: desk).takenBack(cancelled.sorted())
    return compared.flatMap { row, movement in
      Self.drifts(
        row, movement, moves.filter { $0["shipment"].text("reference") == row.idempotencyKey }, takenBack)
    }
  }

  private static func drifts(
    _ row: OutboxRow, _ movement: MaterialMovement, _ moves: [TrytonRecord], _ takenBack: Set<Int64>
  ) -> [DeliveryDrift] {
    let shipments = Set(moves.compactMap { $0.reference("shipment", to: ReceiptFlow.model) })
    if let shipment = shipments.first, shipments.count == 1, takenBack.contains(shipment) { return [] }
    let incoming = moves.filter { $0.integer("to_location") == $0["shipment"].integer("warehouse_input") }
    guard shipments.count == 1, let move = incoming.first else {
      let found = shipments.count > 1 ? "\(shipments.count) receipts" : TrytonComparison.missing
      return [row.drift("receipt", row.idempotencyKey, found)]
    }
    var drifts: [DeliveryDrift] = []
    let number = move["lot"].text("number") ?? TrytonComparison.missing
    if number != movement.materialLot.text { drifts.append(row.drift("lot number", movement.materialLot.text, number)) }
    if let delivered = movement.quantity { drifts += quantityDrifts(row, delivered, incoming, moves) }
    if let expiry = movement.unusableFrom.flatMap({ Timestamp(iso8601: $0) })
      .flatMap({ TrytonDay(lastUsableBefore: $0) })?.description
    {
      let found = move["lot"].day("expiration_date") ?? TrytonComparison.missing
      if found != expiry { drifts.append(row.drift("expiry", expiry, found)) }
    }
    let state = move["shipment"].text("state") ?? TrytonComparison.missing
    if !["received", "done"].contains(state) { drifts.append(row.drift("state", "received", state)) }
    return drifts
  }

  /// In the item's own unit, as Tryton keeps it beside the unit of the move: what came in, and what of it is put away or will be.
  private static func quantityDrifts(
    _ row: OutboxRow, _ delivered: Quantity, _ incoming: [TrytonRecord], _ moves: [TrytonRecord]
  ) -> [DeliveryDrift] {
    let came = incoming.compactMap { $0.quantity("internal_quantity") }.reduce(.zero, +)
    if came != delivered { return [row.drift("quantity", delivered.description, came.description)] }
    let putAway = moves.filter { one in !incoming.contains(one) && one.text("state") != "cancelled" }
    let stored = putAway.compactMap { $0.quantity("internal_quantity") }.reduce(.zero, +)
    guard !putAway.isEmpty, stored != delivered else { return [] }
    return [row.drift("quantity put away", delivered.description, stored.description)]
  }
}
