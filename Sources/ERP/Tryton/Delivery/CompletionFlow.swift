import BatchRecord
import Shopfloor

/// Completes productions from the records of their lots: inputs brought to what was consumed, inspections, assigned, run,
/// times of the operations, outputs by lot, done. Each step looks first, so that it goes on where an earlier attempt ended.
struct CompletionFlow: Sendable {
  struct Job: Sendable {
    var production: TrytonDesk.Production
    var product: TrytonProduct
    /// The newest record of every lot of the order.
    var extracts: [LotExtract]

    var order: WorkOrderNumber? { extracts.first?.workOrder }
    var name: String { "the production of \(order?.text ?? "-")" }
  }

  let desk: TrytonDesk

  func run(_ jobs: [Job]) async throws(DeliveryStop) -> [DeliveryBoard<Job>.End?] {
    var board = DeliveryBoard(jobs)
    guard !jobs.isEmpty else { return [] }
    for place in board.open where jobs[place].production.state == "cancelled" {
      board.stop(place, .blocked("\(jobs[place].name) is cancelled in the ERP"))
    }
    let isBefore = { (place: Int) in ["draft", "waiting", "assigned"].contains(jobs[place].production.state) }
    try await CompletionInputs(desk: desk).bring(&board, board.open.filter(isBefore))
    try await CompletionInputs(desk: desk).judgeBooked(&board, board.open.filter { !isBefore($0) })
    try await CompletionInspections(desk: desk).ensure(&board, board.open)
    try await advance(&board, "assign_try", from: ["waiting"], to: ["assigned", "running", "done"])
    try await advance(&board, "run", from: ["assigned"], to: ["running", "done"])
    try await CompletionWorks(desk: desk).bring(&board, board.open.filter { jobs[$0].production.state != "done" })
    try await CompletionOutputs(desk: desk).bring(&board)
    try await advance(&board, "do", from: ["running"], to: ["done"])
    for place in board.open { board.finish(place, jobs[place].production.resource) }
    return board.ends
  }

  private func advance(
    _ board: inout DeliveryBoard<Job>, _ button: String, from: Set<String>, to: Set<String>
  ) async throws(DeliveryStop) {
    let places = board.open
    let outcomes = try await desk.advance(
      "production", places.map { board.jobs[$0].production.id }, press: button, from: from, to: to)
    for place in places {
      let job = board.jobs[place]
      if button == "assign_try", case .blocked(let reason)? = outcomes[job.production.id] {
        board.stop(place, try await CompletionInputs(desk: desk).whyNotAssigned(job, reason))
      } else {
        board.take(outcomes[job.production.id], of: place, job.name)
      }
    }
  }
}
