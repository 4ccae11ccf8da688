import BatchRecord
import Ledger
import Shopfloor

/// Sealed records: attached to the production and to the lot that was made, read back, with the ledger's checkpoint beside
/// them; with the record of its last lot the production is completed from what stands in the records.
struct RecordFlow: Sendable {
  struct Job: Sendable {
    var row: OutboxRow
    var extract: LotExtract

    var fileName: String { RecordFile.name(of: extract.lot, sha256: row.payloadSHA256) }
  }

  private struct Found: Sendable {
    var production: TrytonDesk.Production
    var product: TrytonProduct
    var lot: Int64 = 0
  }

  let desk: TrytonDesk
  let ledger: TrytonLedger

  func run(_ jobs: [Job]) async throws(DeliveryStop) -> [DeliveryBoard<Job>.End?] {
    var board = DeliveryBoard(jobs)
    var found = try await find(&board)
    try await ensureLots(&board, &found)
    try await attach(&board, found)
    try await CheckpointAnchor(desk: desk, checkpoint: ledger.checkpoint).ensure(
      &board, productions: found.mapValues(\.production.resource))
    try await note(&board, found)
    try await complete(&board, found)
    for place in board.open {
      guard let fact = found[place] else { continue }
      // The delivered expiry stands in our own outbox: later comparisons are with it.
      let expiry = OutputLot.expiryDay(jobs[place].extract, fact.product)
      board.finish(place, RecordFile.receipt(fact.production.resource, expiry))
    }
    return board.ends
  }

  private func find(_ board: inout DeliveryBoard<Job>) async throws(DeliveryStop) -> [Int: Found] {
    let jobs = board.jobs
    let productions = try await desk.productions(Set(jobs.map(\.extract.workOrder.text)))
    let products = try await desk.products(Set(jobs.map(\.extract.product.text)))
    var found: [Int: Found] = [:]
    for place in board.open {
      let extract = jobs[place].extract
      do throws(DeliveryStop) {
        let production = try TrytonDesk.theOne(extract.workOrder, in: productions).get()
        let product = try TrytonDesk.theOne(extract.product, in: products).get()
        guard production.row.integer("product") == product.id else {
          throw .blocked(
            "the production of \(extract.workOrder) makes \(production.row["product"].text("code") ?? "-") in the ERP, the "
              + "record is of \(extract.product)")
        }
        found[place] = Found(production: production, product: product)
      } catch {
        board.stop(place, error)
      }
    }
    return found
  }

  private func ensureLots(
    _ board: inout DeliveryBoard<Job>, _ found: inout [Int: Found]
  ) async throws(DeliveryStop) {
    let jobs = board.jobs
    let facts = found
    func key(_ place: Int) -> String { "\(jobs[place].extract.lot)|\(facts[place]?.product.id ?? 0)" }
    let placeOfKey = Dictionary(board.open.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
    let outcomes = try await desk.ensure(
      "stock.lot", placeOfKey.keys.sorted().map { .init(key: $0, content: [:]) },
      lookUp: { keys throws(DeliveryStop) in try await LotLookUp(desk: desk).found(under: keys) },
      values: { key in
        guard let place = placeOfKey[key], let fact = facts[place] else { return [:] }
        return OutputLot.record(jobs[place].extract, fact.product)
      })
    for place in board.open {
      if let id = board.take(outcomes[key(place)], of: place, "the lot \(jobs[place].extract.lot)") {
        found[place]?.lot = id
      }
    }
    try await bringExpiries(&board, found)
  }

  /// A lot that was planned in the ERP has no expiry, or that of the day of its planning: ours counts from the end of the
  /// last run. What stood there before goes into a note first.
  private func bringExpiries(_ board: inout DeliveryBoard<Job>, _ found: [Int: Found]) async throws(DeliveryStop) {
    let jobs = board.jobs
    let places = board.open
    let lots = try await desk.lots(Set(places.map { jobs[$0].extract.lot.text }))
    for place in places {
      guard let fact = found[place], let lot = lots.first(where: { $0.id == fact.lot }) else { continue }
      let values = OutputLot.expiry(jobs[place].extract, fact.product)
      guard lot.differs(from: values) else { continue }
      do throws(DeliveryStop) {
        try await noteFormerExpiry(jobs[place].row, lot)
        if case .refused(let refusal) = try await desk.write("stock.lot", [.init(ids: [lot.id], values: values)]) {
          throw .blocked("the expiry of the lot \(lot.number): \(refusal.text)")
        }
        let now = try await desk.lots([lot.number]).first { $0.id == lot.id }
        guard let now, !now.differs(from: values) else {
          throw .unexpected("the ERP confirmed the expiry of the lot \(lot.number) but does not show it")
        }
      } catch {
        guard case .blocked = error else { throw error }
        board.stop(place, error)
      }
    }
  }

  private func noteFormerExpiry(_ row: OutboxRow, _ lot: TrytonDesk.Lot) async throws(DeliveryStop) {
    guard lot.expiry != nil || lot.shelfLife != nil else { return }
    let note = TrytonNote(
      resource: "stock.lot,\(lot.id)", key: row.idempotencyKey + ":expiry", digest: row.payloadSHA256,
      text: NoteText.formerExpiry(lot.number, lot.expiry, lot.shelfLife))
    switch try await desk.ensureNotes([note])[note.key] {
    case .there?: break
    case .blocked(let reason)?: throw .blocked("the note on the lot \(lot.number): \(reason)")
    default: throw .unexpected("the ERP confirmed the note \(note.key) but does not show it")
    }
  }

  private func attach(_ board: inout DeliveryBoard<Job>, _ found: [Int: Found]) async throws(DeliveryStop) {
    let jobs = board.jobs
    var files: [Int: [TrytonAttachment]] = [:]
    for place in board.open {
      guard let fact = found[place] else { continue }
      files[place] = [fact.production.resource, "stock.lot,\(fact.lot)"].map {
        TrytonAttachment(
          resource: $0, name: jobs[place].fileName,
          description: RecordFile.description(
            jobs[place], expiry: OutputLot.expiryDay(jobs[place].extract, fact.product)),
          bytes: jobs[place].row.payload, sha256: jobs[place].row.payloadSHA256)
      }
    }
    let outcomes = try await AttachmentKeeper(desk: desk).ensure(files.keys.sorted().flatMap { files[$0] ?? [] })
    for (place, ofPlace) in files {
      for file in ofPlace { _ = board.take(outcomes[file.key], of: place, "the attachment \(file.name)") }
    }
  }

  /// A note on the production before it is booked: by it the work that comes in knows what we booked ourselves.
  private func note(_ board: inout DeliveryBoard<Job>, _ found: [Int: Found]) async throws(DeliveryStop) {
    let jobs = board.jobs
    let outcomes = try await desk.ensureNotes(
      board.open.compactMap { place in
        found[place].map { fact in
          TrytonNote(
            resource: fact.production.resource, key: jobs[place].row.idempotencyKey,
            digest: jobs[place].row.payloadSHA256, text: NoteText.record(jobs[place].extract))
        }
      })
    for place in board.open {
      let key = jobs[place].row.idempotencyKey
      _ = board.take(outcomes[key], of: place, "the note \(key)")
    }
  }

  /// Whether a person did in the ERP what this record says: an earlier one that says the same to book was set aside. Only
  /// an addendum has an earlier one.
  private func isDoneByHand(_ job: Job) async throws(DeliveryStop) -> Bool {
    guard job.extract.revision > 0 else { return false }
    let payload: [UInt8]?
    do {
      payload = try await ledger.lastSetAside(job.row)
    } catch {
      throw .failure(
        ERPFailure(
          .local, problem: "what was set aside before \(job.row.idempotencyKey) cannot be read: \(oneLine("\(error)"))",
          remedy: "Check the disk of the ledger; the delivery is tried again by itself"))
    }
    guard let payload else { return false }
    // Unreadable, it was not what a person could have booked from.
    guard let earlier = try? LotExtract(sealedBytes: payload) else { return false }
    return job.extract.booksTheSame(as: earlier)
  }

  /// Completes the productions whose lots all have their record there.
  private func complete(_ board: inout DeliveryBoard<Job>, _ found: [Int: Found]) async throws(DeliveryStop) {
    let jobs = board.jobs
    var placesToBook: [Int] = []
    for place in board.open where try await !isDoneByHand(jobs[place]) { placesToBook.append(place) }
    var extracts = try await RecordsThere(desk: desk).extracts(
      of: Dictionary(
        placesToBook.compactMap { place in found[place].map { ($0.production.resource, jobs[place].extract.lots) } },
        uniquingKeysWith: { first, _ in first }),
      known: Dictionary(
        board.open.map { (jobs[$0].row.idempotencyKey, jobs[$0].extract) }, uniquingKeysWith: { first, _ in first }))
    var orders: [CompletionFlow.Job] = []
    var placesOfOrder: [[Int]] = []
    for place in board.open {
      guard let fact = found[place], let all = extracts.removeValue(forKey: fact.production.resource) else { continue }
      let places = board.open.filter { found[$0]?.production.id == fact.production.id }
      switch all {
      case .success(let extracts):
        orders.append(.init(production: fact.production, product: fact.product, extracts: extracts))
        placesOfOrder.append(places)
      case .failure(let stop): for place in places { board.stop(place, stop) }
      }
    }
    let ends = try await CompletionFlow(desk: desk).run(orders)
    for (places, end) in zip(placesOfOrder, ends) {
      if case .failure(let stop)? = end { for place in places { board.stop(place, stop) } }
    }
  }
}
