import Ledger
import Shopfloor

/// Releases, quarantines and blocks of a material lot. A release inspects and puts away what was received; a block fails the
/// inspection; what is in storage already goes to the location of held goods and comes back.
struct DispositionFlow: Sendable {
  struct Job: Sendable {
    var row: OutboxRow
    var movement: MaterialMovement
  }

  private struct Found: Sendable {
    var lot: TrytonDesk.Lot
    /// Supplier shipments of ours with the lot that are received and not put away.
    var received: [Int64] = []
  }

  static let receipt = ReceiptFlow.model
  let desk: TrytonDesk

  func run(_ jobs: [Job]) async throws(DeliveryStop) -> [DeliveryBoard<Job>.End?] {
    var board = DeliveryBoard(jobs)
    let found = try await find(&board)
    try await leaveDelivered(&board, found)
    try await inspect(&board, found)
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

  /// The note is the last that a row leaves: where it stands, all was done, and later rows may have changed it since. A row
  /// that a person has tried again after a later one was delivered would bring back what that one ended.
  private func leaveDelivered(
    _ board: inout DeliveryBoard<Job>, _ found: [Int: Found]
  ) async throws(DeliveryStop) {
    let notes = try await desk.notes(on: Set(found.values.map { "stock.lot,\($0.lot.id)" }))
    var delivered: [Int: TrytonNote] = [:]
    for place in board.open {
      guard let wanted = found[place].map({ note(board.jobs[place], $0) }) else { continue }
      let ofLot = notes.filter { $0.text("resource") == wanted.resource }
      if ofLot.contains(where: { TrytonDesk.firstLine(of: $0) == wanted.firstLine }) {
        delivered[place] = wanted
      } else if let later = ofLot.first(where: { Self.isLater($0, than: board.jobs[place]) }) {
        let said = (later.text("message") ?? "").split(whereSeparator: \.isNewline).dropFirst().first ?? "-"
        board.stop(
          place,
          .blocked("a later step is in the ERP already, which this one would undo (\(said)); set this delivery aside"))
      }
    }
    // An earlier attempt may have broken off between two copies.
    try await finish(&board, delivered)
  }

  /// By the time of the steps; two of the same time by the place of their events in the ledger. Places alone say nothing
  /// where the line began a new ledger since.
  static func isLater(_ note: TrytonRecord, than job: Job) -> Bool {
    let lines = (note.text("message") ?? "").split(whereSeparator: \.isNewline)
    guard let key = lines.first?.split(separator: " ").first, let other = place(of: key),
      let at = lines.dropFirst().lazy.compactMap({ NoteText.timeOfDisposition($0) }).first,
      let own = Timestamp(iso8601: job.movement.at)
    else { return false }
    return (at, other) > (own, place(of: job.row.idempotencyKey) ?? job.movement.event)
  }

  /// "lotwire:movement:000000000017:…"
  private static func place(of key: some StringProtocol) -> Int64? {
    let parts = key.split(separator: ":")
    guard parts.count > 2, parts[0] == "lotwire", parts[1] == "movement" else { return nil }
    return Int64(parts[2])
  }

  private func note(_ job: Job, _ fact: Found) -> TrytonNote {
    TrytonNote(
      resource: "stock.lot,\(fact.lot.id)", key: job.row.idempotencyKey, digest: job.row.payloadSHA256,
      text: NoteText.movement(job.movement))
  }

  private func inspect(
    _ board: inout DeliveryBoard<Job>, _ found: [Int: Found]
  ) async throws(DeliveryStop) {
    var goods: [Int: IncomingInspections.Goods] = [:]
    for place in board.open {
      guard let fact = found[place], !fact.received.isEmpty, let isGood = Self.judgement(board.jobs[place]) else {
        continue
      }
      goods[place] = .init(product: fact.lot.product, shipments: fact.received, isGood: isGood)
    }
    try await IncomingInspections(desk: desk).judge(&board, goods)
  }

  /// What an inspection is to say; nil: the step says nothing about the goods.
  private static func judgement(_ job: Job) -> Bool? {
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
    let moves = try await transfers.moves(of: board.open.compactMap { found[$0]?.lot.id })
    for place in board.open {
      guard let fact = found[place] else { continue }
      let job = board.jobs[place]
      do throws(DeliveryStop) {
        if job.movement.movement == .release {
          for one in transfers.held(fact.lot.id, moves) { try await transfers.bringBack(one) }
        } else {
          try await transfers.hold(
            fact.lot, waits: !fact.received.isEmpty, moves, under: job.row.idempotencyKey)
        }
      } catch {
        board.stop(place, error)
      }
    }
  }

  private func note(_ board: inout DeliveryBoard<Job>, _ found: [Int: Found]) async throws(DeliveryStop) {
    var notes: [Int: TrytonNote] = [:]
    for place in board.open { notes[place] = found[place].map { note(board.jobs[place], $0) } }
    try await finish(&board, notes)
  }

  private func finish(
    _ board: inout DeliveryBoard<Job>, _ notes: [Int: TrytonNote]
  ) async throws(DeliveryStop) {
    let outcomes = try await desk.ensureNotes(notes.keys.sorted().compactMap { notes[$0] })
    for (place, note) in notes {
      if let id = board.take(outcomes[note.key], of: place, "the note \(note.key)") {
        board.finish(place, "ir.note,\(id)")
      }
    }
  }
}
