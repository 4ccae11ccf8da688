import BatchRecord
import Shopfloor

/// The outputs of productions: what was good of each lot.
struct CompletionOutputs: Sendable {
  typealias Job = CompletionFlow.Job

  let desk: TrytonDesk

  func bring(_ board: inout DeliveryBoard<Job>) async throws(DeliveryStop) {
    let places = board.open
    guard !places.isEmpty else { return }
    let jobs = board.jobs
    let numbers = Set(places.flatMap { jobs[$0].extracts.map(\.lot.text) })
    let lots = try await desk.lots(numbers)
    let jobOfProduction = Dictionary(
      places.map { (jobs[$0].production.id, jobs[$0]) }, uniquingKeysWith: { first, _ in first })
    do throws(DeliveryStop) {
      try await ProductionLines(desk: desk).reach(
        productions: places.map { jobs[$0].production.id }, side: .outputs,
        also: { production in
          guard production.row.day("effective_date") == nil,
            let end = jobOfProduction[production.id]?.extracts.compactMap(\.endedAt).max(),
            let day = TrytonDay(of: end)
          else { return [:] }
          return ["effective_date": day.value]
        },
        edit: { production, lines throws(DeliveryStop) in
          guard let job = jobOfProduction[production.id] else { return }
          // What was good is counted in the unit of the order.
          let unit = job.production.row.integer("unit") ?? job.product.unit
          let unitName = job.production.row["unit"].text("symbol") ?? job.product.unitName
          try lines.requireUnit(unit, unitName, of: job.product.id, job.product.code)
          let quantities = try Self.quantities(job, lots, lines)
          var template = ProductionLines.template(job.product, production)
          template.unit = unit
          (template.from, template.to) = (
            template.to,
            production.row["warehouse"].integer("production_output_location")
              ?? production.row["warehouse"].integer("storage_location") ?? 0
          )
          lines.setExactly(product: job.product.id, lots: quantities, template: template)
        })
    } catch {
      guard case .blocked = error else { throw error }
      for place in places { board.stop(place, places.count > 1 ? .alone : error) }
      return
    }
    try await judgeDone(&board, lots)
  }

  /// What was good of each lot; where nobody counted, what Tryton planned for it.
  static func quantities(
    _ job: Job, _ lots: [TrytonDesk.Lot], _ lines: MoveLines
  ) throws(DeliveryStop) -> [Int64: Quantity] {
    var found: [Int64: Quantity] = [:]
    for extract in job.extracts {
      guard let lot = lots.first(where: { $0.number == extract.lot.text && $0.product == job.product.id }) else {
        throw .awaitingEarlier("the lot \(extract.lot)")
      }
      if let good = extract.good {
        found[lot.id] = good
      } else {
        let planned = lines.total(of: job.product.id, lot: lot.id)
        found[lot.id] =
          planned.isPositive
          ? planned
          : Quantity(millionths: extract.orderedQuantity.millionths / Int64(max(1, extract.lots.count)))
      }
    }
    return found.filter(\.value.isPositive)
  }

  /// A production that somebody has finished, or an addendum that counts otherwise: what stands there is compared.
  private func judgeDone(_ board: inout DeliveryBoard<Job>, _ lots: [TrytonDesk.Lot]) async throws(DeliveryStop) {
    let places = board.open.filter { board.jobs[$0].production.state == "done" }
    let lines = try await ProductionLines(desk: desk).lines(of: places.map { board.jobs[$0].production.id }, .outputs)
    for place in places {
      let job = board.jobs[place]
      let there = MoveLines(lines[job.production.id] ?? [])
      for extract in job.extracts {
        guard let good = extract.good,
          let lot = lots.first(where: { $0.number == extract.lot.text && $0.product == job.product.id })
        else { continue }
        do throws(DeliveryStop) {
          try there.requireUnit(
            job.production.row.integer("unit") ?? job.product.unit, job.production.row["unit"].text("symbol") ?? "",
            of: job.product.id, job.product.code)
        } catch {
          board.stop(place, error)
        }
        let booked = there.total(of: job.product.id, lot: lot.id)
        if booked != good {
          board.stop(
            place,
            .blocked(
              "\(job.name) is done in the ERP with \(booked) of lot \(extract.lot), the record says \(good); correct the "
                + "stock there, then set this delivery aside"))
        }
      }
    }
  }
}
