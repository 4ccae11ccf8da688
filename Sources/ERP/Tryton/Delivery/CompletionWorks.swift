import BatchRecord
import Shopfloor

/// The works of productions: one cycle of Tryton for each run of the operation, with its duration.
struct CompletionWorks: Sendable {
  typealias Job = CompletionFlow.Job

  static let cycle = "production.work.cycle"
  let desk: TrytonDesk

  func bring(_ board: inout DeliveryBoard<Job>, _ places: [Int]) async throws(DeliveryStop) {
    guard !places.isEmpty else { return }
    let jobs = board.jobs
    let works = try await desk.rows(
      "production.work", [.clause("production", "in", .integers(places.map { jobs[$0].production.id }))],
      ["operation.name", "production"])
    guard !works.isEmpty else { return }
    var wanted: [Int64: [Int64]] = [:]
    for work in works {
      guard let place = places.first(where: { jobs[$0].production.id == work.integer("production") }) else { continue }
      wanted[work.id] = durations(of: work["operation"].text("name") ?? "", jobs[place].extracts)
    }
    try await desk.reach(
      read: { () throws(DeliveryStop) -> CyclePlan? in
        let plan = CyclePlan(wanted: wanted, there: try await cycles(of: works.map(\.id)))
        return plan.isReached ? nil : plan
      },
      write: { plan throws(DeliveryStop) in try await write(plan) })
  }

  /// In microseconds. A run of several lots stands in the record of each.
  private func durations(of operation: String, _ extracts: [LotExtract]) -> [Int64] {
    let name = desk.options.operation(operation)
    var seen: Set<RunID> = []
    return extracts.flatMap(\.runs).filter { $0.operation.text == name && seen.insert($0.run).inserted }
      .compactMap { run in run.endedAt.map { max(0, $0.microseconds(since: run.startedAt)) } }
  }

  private func cycles(of works: [Int64]) async throws(DeliveryStop) -> [CyclePlan.Cycle] {
    try await desk.rows(
      Self.cycle, [.clause("work", "in", .integers(works)), .clause("state", "!=", .text("cancelled"))],
      ["work", "duration", "state"]
    ).map { row in
      CyclePlan.Cycle(
        id: row.id, work: row.integer("work") ?? 0,
        microseconds: row.seconds("duration").map { Int64(($0 * 1_000_000).rounded()) }, state: row.text("state") ?? "")
    }
  }

  private func write(_ plan: CyclePlan) async throws(DeliveryStop) -> TrytonDesk.Act {
    if !plan.toCreate.isEmpty {
      return try await desk.create(
        Self.cycle,
        plan.toCreate.map {
          ["work": .integer($0.work), "duration": .duration(seconds: Double($0.microseconds) / 1_000_000)]
        })
    }
    if !plan.toRemove.isEmpty { return try await desk.delete(Self.cycle, plan.toRemove) }
    for (button, ids) in [("run", plan.toRun), ("do", plan.toDo)] where !ids.isEmpty {
      return try await desk.press(Self.cycle, button, ids)
    }
    return .done(.null)
  }
}

/// What has to be done so that every work has a finished cycle of each duration. Pure.
struct CyclePlan: Hashable, Sendable {
  struct Cycle: Hashable, Sendable {
    var id: Int64
    var work: Int64
    var microseconds: Int64?
    var state: String
  }

  struct Wanted: Hashable, Sendable {
    var work: Int64
    var microseconds: Int64
  }

  private(set) var toCreate: [Wanted] = []
  /// Copies that something between us and the ERP made of one request.
  private(set) var toRemove: [Int64] = []
  private(set) var toRun: [Int64] = []
  private(set) var toDo: [Int64] = []

  /// Tryton's floating-point durations come back to the microsecond; half a millisecond is far from any other run.
  static let tolerance: Int64 = 500

  /// - Parameter wanted: durations by work, in microseconds.
  init(wanted: [Int64: [Int64]], there: [Cycle]) {
    for (work, durations) in wanted.sorted(by: { $0.key < $1.key }) {
      var left = there.filter { $0.work == work }.sorted { Self.rank($0) > Self.rank($1) }
      var matched: [Cycle] = []
      for duration in durations {
        if let place = left.firstIndex(where: { Self.fits($0, duration) }) {
          matched.append(left.remove(at: place))
        } else {
          toCreate.append(Wanted(work: work, microseconds: duration))
        }
      }
      toRemove += left.filter { cycle in
        cycle.state == "draft" && durations.contains { Self.fits(cycle, $0) }
      }.map(\.id)
      toRun += matched.filter { $0.state == "draft" }.map(\.id)
      toDo += matched.filter { $0.state == "running" }.map(\.id)
    }
  }

  var isReached: Bool { toCreate.isEmpty && toRemove.isEmpty && toRun.isEmpty && toDo.isEmpty }

  private static func fits(_ cycle: Cycle, _ duration: Int64) -> Bool {
    cycle.microseconds.map { abs($0 - duration) <= tolerance } ?? false
  }

  /// Finished ones first, then the older.
  private static func rank(_ cycle: Cycle) -> (Int, Int64) {
    (["draft": 0, "running": 1, "done": 2][cycle.state] ?? 0, -cycle.id)
  }
}
