import Ledger
import Shopfloor

/// Releases, quarantines and blocks of a material lot. A release inspects and puts away what was received; a block fails the
/// inspection; what is in storage already goes to the location of held goods and comes back.
struct DispositionFlow: Sendable {
  struct Job: Sendable {
    var row: OutboxRow
    var movement: OwedMovement
  }

  private struct Found: Sendable {
    var lot: TrytonDesk.Lot
    /// Supplier shipments of ours with the lot that are received and not put away.
    var received: [Int64] = []
    var inspections: [String] = []
  }

  static let receipt = ReceiptFlow.model
  let desk: TrytonDesk

  func run(_ jobs: [Job]) async throws(DeliveryStop) -> [DeliveryBoard<Job>.End?] {
    var board = DeliveryBoard(jobs)
    var found = try await find(&board)
    try await inspect(&board, &found)
    try await putAway(&board, found)
    try await moveHeld(&board, found)
    try await note(&board, found)
    return board.ends
  }

  private func find(_ board: inout DeliveryBoard<Job>) async throws(DeliveryStop) -> [Int: Found] {
    let jobs = board.jobs
    let lots = Dictionary(grouping: try await desk.lots(Set(jobs.map(\.movement.materialLot.text))), by: \.number)
    let moves = try await desk.rows(
      "stock.move",
      [
        .clause("lot", "in", .integers(lots.values.joined().map(\.id))),
        .clause("shipment.reference", "like", .text("lotwire:%"), model: Self.receipt),
      ], ["shipment", "shipment.state", "lot"])
    var found: [Int: Found] = [:]
    for place in board.open {
      let number = jobs[place].movement.materialLot
      let candidates = lots[number.text] ?? []
      let ours = Set(moves.compactMap { $0.integer("lot") })
      let narrowed = candidates.count > 1 ? candidates.filter { ours.contains($0.id) } : candidates
      guard let lot = narrowed.first else {
        board.stop(place, .awaitingEarlier("the lot \(number)"))
        continue
      }
      guard narrowed.count == 1 else {
        board.stop(place, .blocked("the ERP has \(candidates.count) lots with the number \(number); one may have it"))
        continue
      }
      let ofLot = moves.filter { $0.integer("lot") == lot.id }
      if ofLot.contains(where: { $0["shipment"].text("state") == "draft" }) {
        board.stop(place, .awaitingEarlier("the receipt of \(number) as received"))
        continue
      }
      found[place] = Found(
        lot: lot,
        received: Set(
          ofLot.filter { $0["shipment"].text("state") == "received" }
            .compactMap { $0.reference("shipment", to: Self.receipt) }
        ).sorted())
    }
    return found
  }

  /// Where Tryton demands an inspection before goods are put away: passed by a release, failed by a block.
  private func inspect(
    _ board: inout DeliveryBoard<Job>, _ found: inout [Int: Found]
  ) async throws(DeliveryStop) {
    let places = board.open.filter { !(found[$0]?.received.isEmpty ?? true) && judgement(board.jobs[$0]) != nil }
    guard !places.isEmpty else { return }
    let controls = try await QualityControls("\(Self.receipt):do", desk)
    guard !controls.controls.isEmpty else { return }
    let products = try await desk.read(
      "product.product", Set(places.compactMap { found[$0]?.lot.product }).sorted(), ["categories_all"])
    let shipments = places.flatMap { found[$0]?.received ?? [] }
    let known = try await desk.rows(
      InspectionKeeper.model,
      [.clause("origin", "in", .texts(shipments.map { "\(Self.receipt),\($0)" }))],
      ["origin", "control", "reference", "company"])
    let companies = try await desk.read(Self.receipt, shipments, ["company"])
    var wanted: [WantedInspection] = []
    for place in places {
      guard let fact = found[place], let isGood = judgement(board.jobs[place]) else { continue }
      let categories = Set(products.first { $0.id == fact.lot.product }?.integers("categories_all") ?? [])
      for shipment in fact.received {
        for control in controls.matching(products: [fact.lot.product], categories: categories) {
          let key = "\(board.jobs[place].row.idempotencyKey):\(shipment):\(control.id)"
          let origin = "\(Self.receipt),\(shipment)"
          // Somebody inspected it in the ERP already: that stands.
          guard
            !known.contains(where: {
              $0.text("origin") == origin && $0.integer("control") == control.id && $0.text("reference") != key
            })
          else { continue }
          found[place]?.inspections.append(key)
          wanted.append(
            WantedInspection(
              key: key, origin: origin, control: control.id,
              company: companies.first { $0.id == shipment }?.integer("company") ?? 0,
              points: Dictionary(
                control.points.map { ($0.name, $0.kind == "boolean" ? .flag(isGood) : .null) },
                uniquingKeysWith: { first, _ in first })))
        }
      }
    }
    try await judge(&board, found, wanted)
  }

  private func judge(
    _ board: inout DeliveryBoard<Job>, _ found: [Int: Found], _ wanted: [WantedInspection]
  ) async throws(DeliveryStop) {
    let keeper = InspectionKeeper(desk: desk)
    let (outcomes, states) = try await keeper.ensure(wanted)
    var toPass: [Int64: Int] = [:]
    for place in board.open {
      for key in found[place]?.inspections ?? [] {
        guard let id = board.take(outcomes[key], of: place, "the inspection \(key)") else { continue }
        if judgement(board.jobs[place]) == true, states[id] == "failed" { toPass[id] = place }
      }
    }
    let passed = try await keeper.pass(toPass.keys.sorted())
    for (id, place) in toPass { board.take(passed[id], of: place, "the inspection \(id)") }
  }

  /// What an inspection is to say; nil: the step says nothing about the goods.
  private func judgement(_ job: Job) -> Bool? {
    switch job.movement.movement {
    case .release: true
    case .block: false
    default: nil
    }
  }

  private func putAway(_ board: inout DeliveryBoard<Job>, _ found: [Int: Found]) async throws(DeliveryStop) {
    let places = board.open.filter { board.jobs[$0].movement.movement == .release }
    let outcomes = try await desk.advance(
      Self.receipt, Set(places.flatMap { found[$0]?.received ?? [] }).sorted(), press: "do", from: ["received"],
      to: ["done"])
    for place in places {
      for shipment in found[place]?.received ?? [] {
        board.take(outcomes[shipment], of: place, "putting \(board.jobs[place].movement.materialLot) away")
      }
    }
  }

  private func moveHeld(_ board: inout DeliveryBoard<Job>, _ found: [Int: Found]) async throws(DeliveryStop) {
    let warehouse = try await desk.warehouse()
    guard let quarantine = warehouse.quarantine else { return }
    let transfers = StockTransfers(desk: desk, warehouse: warehouse, quarantine: quarantine)
    let held = try await transfers.held(lots: board.open.compactMap { found[$0]?.lot.id })
    for place in board.open {
      guard let lot = found[place]?.lot else { continue }
      let job = board.jobs[place]
      do throws(DeliveryStop) {
        if job.movement.movement == .release {
          for one in held where one.lot == lot.id { try await transfers.bringBack(one) }
        } else if found[place]?.received.isEmpty ?? true {
          try await transfers.hold(lot, under: job.row.idempotencyKey)
        }
      } catch {
        board.stop(place, error)
      }
    }
  }

  private func note(_ board: inout DeliveryBoard<Job>, _ found: [Int: Found]) async throws(DeliveryStop) {
    let jobs = board.jobs
    let outcomes = try await desk.ensureNotes(
      board.open.compactMap { place in
        found[place].map { fact in
          TrytonNote(
            resource: "stock.lot,\(fact.lot.id)", key: jobs[place].row.idempotencyKey,
            digest: jobs[place].row.payloadSHA256, text: NoteText.movement(jobs[place].movement))
        }
      })
    for place in board.open {
      let key = jobs[place].row.idempotencyKey
      if let id = board.take(outcomes[key], of: place, "the note \(key)") { board.finish(place, "ir.note,\(id)") }
    }
  }
}
