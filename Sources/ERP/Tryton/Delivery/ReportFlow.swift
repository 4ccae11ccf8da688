import Ledger
import Shopfloor

/// Reports of operations, quantities and holds: a note on the production each, with our key.
struct ReportFlow: Sendable {
  struct Job: Sendable {
    var row: OutboxRow
    var report: ProductionReportMessage
  }

  let desk: TrytonDesk

  func run(_ jobs: [Job]) async throws(DeliveryStop) -> [DeliveryBoard<Job>.End?] {
    var board = DeliveryBoard(jobs)
    let productions = try await desk.productions(Set(jobs.map(\.report.workOrder.text)))
    var notes: [Int: TrytonNote] = [:]
    for place in board.open {
      let job = jobs[place]
      switch TrytonDesk.theOne(job.report.workOrder, in: productions) {
      case .success(let production):
        notes[place] = TrytonNote(
          resource: production.resource, key: job.row.idempotencyKey, digest: job.row.payloadSHA256,
          text: NoteText.report(job.report))
      case .failure(let stop): board.stop(place, stop)
      }
    }
    let outcomes = try await desk.ensureNotes(notes.keys.sorted().compactMap { notes[$0] })
    for place in board.open {
      let what = "the note \(jobs[place].row.idempotencyKey)"
      if let id = board.take(outcomes[jobs[place].row.idempotencyKey], of: place, what) {
        board.finish(place, "ir.note,\(id)")
      }
    }
    return board.ends
  }
}
