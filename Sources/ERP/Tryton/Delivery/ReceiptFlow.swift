import Ledger
import Shopfloor

/// Receipts: the material lot, one supplier shipment under our key, received into the input location. It becomes stock
/// when the lot is released.
struct ReceiptFlow: Sendable {
  struct Job: Sendable {
    var row: OutboxRow
    var movement: MaterialMovement
    var item: ItemCode
    var quantity: Quantity

    /// The last day of use; nil: not said.
    var expiry: TrytonDay? {
      movement.unusableFrom.flatMap { Timestamp(iso8601: $0) }.flatMap { TrytonDay(lastUsableBefore: $0) }
    }
  }

  /// What the flow found about a job.
  private struct Found: Sendable {
    var product: TrytonProduct
    var source: ReceiptSource
    var lot: Int64 = 0
    var shipment: Int64 = 0
    var lotKey: String
  }

  static let model = "stock.shipment.in"
  let desk: TrytonDesk

  func run(_ jobs: [Job]) async throws(DeliveryStop) -> [DeliveryBoard<Job>.End?] {
    var board = DeliveryBoard(jobs)
    let warehouse = try await desk.warehouse()
    let products = try await desk.products(Set(jobs.map(\.item.text)))
    let sources = try await ReceiptSources(desk: desk, jobs: jobs, products: products)
    var found: [Int: Found] = [:]
    for place in board.open {
      do throws(DeliveryStop) {
        let product = try TrytonDesk.theOne(jobs[place].item, in: products).get()
        found[place] = Found(
          product: product, source: try sources.source(of: jobs[place], product),
          lotKey: "\(jobs[place].movement.materialLot)|\(product.id)")
      } catch {
        board.stop(place, error)
      }
    }
    try await ensureLots(&board, &found)
    try await ensureShipments(&board, &found, warehouse)
    try await PlannedReceipts(desk: desk).reduce(
      lines: Set(board.open.compactMap { found[$0]?.source.purchaseLine }))
    try await receive(&board, found)
    try await note(&board, found)
    return board.ends
  }

  private func ensureLots(
    _ board: inout DeliveryBoard<Job>, _ found: inout [Int: Found]
  ) async throws(DeliveryStop) {
    var jobOfKey: [String: Int] = [:]
    for place in board.open {
      guard let key = found[place]?.lotKey else { continue }
      if let other = jobOfKey[key], board.jobs[other].expiry != board.jobs[place].expiry {
        board.stop(place, .alone)
      } else {
        jobOfKey[key] = jobOfKey[key] ?? place
      }
    }
    let jobs = board.jobs
    let facts = found
    let wanted = jobOfKey.keys.sorted().compactMap { key -> EnsureConversation.Wanted? in
      guard let place = jobOfKey[key] else { return nil }
      return .init(key: key, content: jobs[place].expiry.map { ["expiry": $0.description] } ?? [:])
    }
    let outcomes = try await desk.ensure(
      "stock.lot", wanted,
      lookUp: { keys throws(DeliveryStop) in
        try await LotLookUp(desk: desk).found(under: keys)
      },
      values: { key in
        guard let place = jobOfKey[key], let fact = facts[place] else { return [:] }
        return Self.lot(jobs[place], fact.product)
      })
    for place in board.open {
      guard let key = found[place]?.lotKey else { continue }
      let what = "the lot \(board.jobs[place].movement.materialLot)"
      if let id = board.take(outcomes[key], of: place, what) { found[place]?.lot = id }
    }
  }

  private static func lot(_ job: Job, _ product: TrytonProduct) -> [String: TrytonValue] {
    var values: [String: TrytonValue] = [
      "number": .text(job.movement.materialLot.text), "product": .integer(product.id),
    ]
    if let expiry = job.expiry {
      values["expiration_date"] = expiry.value
      // Tryton refuses the use of what is beyond its shelf life, not of what is beyond its expiry.
      if product.shelfLifeState != "none" { values["shelf_life_expiration_date"] = expiry.value }
    }
    return values
  }

  private func ensureShipments(
    _ board: inout DeliveryBoard<Job>, _ found: inout [Int: Found], _ warehouse: TrytonDesk.Warehouse
  ) async throws(DeliveryStop) {
    let jobs = board.jobs
    let facts = found
    let placeOfKey = Dictionary(
      board.open.map { (jobs[$0].row.idempotencyKey, $0) }, uniquingKeysWith: { first, _ in first })
    let outcomes = try await desk.ensure(
      Self.model,
      board.open.compactMap { place in
        facts[place].map { fact in
          .init(
            key: jobs[place].row.idempotencyKey,
            content: ["lot": String(fact.lot), "quantity": jobs[place].quantity.description])
        }
      },
      lookUp: { keys throws(DeliveryStop) in
        try await ShipmentLookUp(desk: desk).found(Self.model, under: keys, into: warehouse.input)
      },
      values: { key in
        guard let place = placeOfKey[key], let fact = facts[place] else { return [:] }
        return Self.shipment(jobs[place], fact, warehouse)
      })
    for place in board.open {
      let key = jobs[place].row.idempotencyKey
      if let id = board.take(outcomes[key], of: place, "the receipt \(key)") { found[place]?.shipment = id }
    }
  }

  private static func shipment(
    _ job: Job, _ fact: Found, _ warehouse: TrytonDesk.Warehouse
  ) -> [String: TrytonValue] {
    var move: [String: TrytonValue] = [
      "product": .integer(fact.product.id), "lot": .integer(fact.lot), "quantity": .quantity(job.quantity),
      "unit": .integer(fact.source.unit ?? fact.product.unit), "unit_price": fact.source.price,
      "currency": .integer(fact.source.currency), "from_location": .integer(fact.source.from),
      "to_location": .integer(warehouse.input), "company": .integer(fact.source.company),
    ]
    if let line = fact.source.purchaseLine { move["origin"] = .text("purchase.line,\(line)") }
    return [
      "reference": .text(job.row.idempotencyKey), "supplier": .integer(fact.source.supplier),
      "company": .integer(fact.source.company), "warehouse": .integer(warehouse.id),
      "warehouse_input": .integer(warehouse.input), "warehouse_storage": .integer(warehouse.storage),
      "incoming_moves": .list([.list([.text("create"), .list([.object(move)])])]),
    ]
  }

  private func receive(
    _ board: inout DeliveryBoard<Job>, _ found: [Int: Found]
  ) async throws(DeliveryStop) {
    let places = board.open
    let outcomes = try await desk.advance(
      Self.model, places.compactMap { found[$0]?.shipment }, press: "receive", from: ["draft"],
      to: ["received", "done"])
    let takenBack = try await ReceiptUndoing(desk: desk).takenBack(
      places.compactMap { found[$0]?.shipment }.filter { if case .blocked? = outcomes[$0] { true } else { false } })
    for place in places {
      guard let shipment = found[place]?.shipment, !takenBack.contains(shipment) else { continue }
      board.take(outcomes[shipment], of: place, "the receipt \(board.jobs[place].row.idempotencyKey)")
    }
  }

  /// The supplier's lot, who and when: Tryton has no field for them.
  private func note(_ board: inout DeliveryBoard<Job>, _ found: [Int: Found]) async throws(DeliveryStop) {
    let jobs = board.jobs
    let outcomes = try await desk.ensureNotes(
      board.open.compactMap { place in
        found[place].map { fact in
          TrytonNote(
            resource: "stock.lot,\(fact.lot)", key: jobs[place].row.idempotencyKey,
            digest: jobs[place].row.payloadSHA256, text: NoteText.movement(jobs[place].movement))
        }
      })
    for place in board.open {
      let key = jobs[place].row.idempotencyKey
      if board.take(outcomes[key], of: place, "the note on the lot of \(key)") != nil, let fact = found[place] {
        board.finish(place, "\(Self.model),\(fact.shipment)")
      }
    }
  }
}
