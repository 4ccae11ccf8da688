import BatchRecord
import Ledger
import Shopfloor

/// Picks, returns, consumption, and their corrections: the line of the material lot among the inputs of the production is
/// brought to what is at the order in all. Tryton books inputs when the production runs; from then on they stand.
struct AllocationFlow: Sendable {
  struct Job: Sendable {
    var row: OutboxRow
    var movement: MaterialMovement
    var order: WorkOrderNumber
    var item: ItemCode
    /// Picked and consumed for the order.
    var total: Quantity
  }

  private struct Target: Sendable {
    var production: TrytonDesk.Production
    var product: TrytonProduct
    var lot: Int64
  }

  let desk: TrytonDesk

  func run(_ jobs: [Job]) async throws(DeliveryStop) -> [DeliveryBoard<Job>.End?] {
    var board = DeliveryBoard(jobs)
    let targets = try await find(&board)
    let editor = ProductionLines(desk: desk)
    let numbers = Set(board.open.compactMap { targets[$0]?.production.id }).sorted()
    do throws(DeliveryStop) {
      try await editor.reach(
        productions: numbers, side: .inputs,
        edit: { production, lines throws(DeliveryStop) in
          for place in board.open {
            guard let target = targets[place], target.production.id == production.id else { continue }
            try lines.requireUnit(
              target.product.unit, target.product.unitName, of: target.product.id, jobs[place].item.text)
            lines.set(
              product: target.product.id, lot: target.lot, to: jobs[place].total,
              template: ProductionLines.template(target.product, production))
          }
        })
    } catch {
      guard case .blocked = error else { throw error }
      let others = board.open
      for place in others { board.stop(place, others.count > 1 ? .alone : error) }
    }
    try await judgeBooked(&board, targets)
    for place in board.open {
      if let target = targets[place] { board.finish(place, target.production.resource) }
    }
    return board.ends
  }

  private func find(_ board: inout DeliveryBoard<Job>) async throws(DeliveryStop) -> [Int: Target] {
    let jobs = board.jobs
    let productions = try await desk.productions(Set(jobs.map(\.order.text)))
    let products = try await desk.products(Set(jobs.map(\.item.text)))
    let lots = try await desk.lots(Set(jobs.map(\.movement.materialLot.text)))
    var targets: [Int: Target] = [:]
    for place in board.open {
      let job = jobs[place]
      do throws(DeliveryStop) {
        let production = try TrytonDesk.theOne(job.order, in: productions).get()
        let product = try TrytonDesk.theOne(job.item, in: products).get()
        let found = lots.filter { $0.number == job.movement.materialLot.text && $0.product == product.id }
        guard let lot = found.first else { throw .awaitingEarlier("the lot \(job.movement.materialLot)") }
        guard found.count == 1 else {
          throw .blocked("the ERP has \(found.count) lots \(job.movement.materialLot) of \(job.item); one may have it")
        }
        guard production.state != "cancelled" else {
          throw .blocked("the production of \(job.order) is cancelled in the ERP")
        }
        targets[place] = Target(production: production, product: product, lot: lot.id)
      } catch {
        board.stop(place, error)
      }
    }
    return targets
  }

  /// A production that runs or is done has booked its inputs. Where a record stands there, it knew of later steps than this
  /// row: what it says must be booked. Where none does, somebody ran the production by hand: what this row says must be.
  private func judgeBooked(
    _ board: inout DeliveryBoard<Job>, _ targets: [Int: Target]
  ) async throws(DeliveryStop) {
    let places = board.open.filter { ["running", "done"].contains(targets[$0]?.production.state ?? "") }
    guard !places.isEmpty else { return }
    let lines = try await ProductionLines(desk: desk).lines(
      of: Set(places.compactMap { targets[$0]?.production.id }).sorted(), .inputs)
    let records = try await RecordsThere(desk: desk).all(
      of: Set(places.compactMap { targets[$0]?.production.resource }))
    for place in places {
      guard let target = targets[place] else { continue }
      let job = board.jobs[place]
      let there = MoveLines(lines[target.production.id] ?? [])
      do throws(DeliveryStop) {
        try there.requireUnit(target.product.unit, target.product.unitName, of: target.product.id, job.item.text)
        try Self.judge(
          job, booked: there.total(of: target.product.id, lot: target.lot),
          records: records[target.production.resource] ?? [])
      } catch {
        board.stop(place, error)
      }
    }
  }

  static func judge(_ job: Job, booked: Quantity, records: [LotExtract]) throws(DeliveryStop) {
    let said: String
    if records.isEmpty {
      guard booked != job.total else { return }
      said = "and this step says \(job.total) are at the order"
    } else {
      let uses = ConsumptionShare.once(records).filter {
        $0.use.materialLot == job.movement.materialLot && $0.use.item == job.item
      }
      let quantities = uses.compactMap(\.quantity)
      let sum = quantities.reduce(.zero, +)
      // Nobody said how much: at least what was counted.
      if quantities.count < uses.count {
        guard booked < max(sum, job.movement.consumedInAll ?? .zero) else { return }
      } else {
        guard booked != sum else { return }
      }
      said = "and the record says \(sum) were consumed"
    }
    throw .blocked(
      "the production of \(job.order) has booked \(booked) of \(job.movement.materialLot) in the ERP, \(said); correct the "
        + "stock there, then set this delivery aside")
  }
}
