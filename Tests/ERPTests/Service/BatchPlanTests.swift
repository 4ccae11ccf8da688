import Ledger
import Shopfloor
import Testing

@testable import ERP

@Suite struct BatchPlanTests {
  private func row(_ id: Int64, _ key: String?, at time: Int64 = 0) -> OutboxRow {
    var row = outboxRow(id)
    row.orderKey = key
    row.createdAt = Timestamp(microseconds: time)
    return row
  }

  private func ids(_ plan: inout BatchPlan, most: Int = 100) -> [Int64] {
    var ids: [Int64] = []
    while ids.count < most, let row = plan.next() { ids.append(row.id) }
    return ids
  }

  private let since = Timestamp(microseconds: 1_000)

  @Test func liveFirstAndAQuarterForTheBacklog() {
    let live = (0..<20).map { row(100 + $0, "lot:n\($0)", at: 2_000) }
    let old = (0..<20).map { row(1 + $0, "lot:o\($0)") }
    var plan = BatchPlan(live: live, backlog: old, since: since, rows: 8, oldRows: .max)
    #expect(ids(&plan, most: 8) == [100, 101, 102, 103, 104, 105, 1, 2])
    var alone = BatchPlan(live: live, backlog: [], since: since, rows: 8, oldRows: .max)
    #expect(ids(&alone, most: 8) == Array(100..<108))
    var few = BatchPlan(live: Array(live.prefix(2)), backlog: old, since: since, rows: 8, oldRows: .max)
    #expect(ids(&few, most: 8) == [100, 101, 1, 2, 3, 4, 5, 6])
  }

  @Test func whatMustGoBeforeWhatHappensNowGoesBeforeTheRest() {
    // Lot A is being worked on; its oldest row is of before the outage.
    let live = [row(40, "lot:A"), row(90, "lot:N", at: 2_000)]
    var plan = BatchPlan(live: live, backlog: [row(1, "lot:B")], since: since, rows: 8, oldRows: .max)
    #expect(plan.next()?.id == 90)
    #expect(plan.next()?.id == 40)
    plan.follow(with: row(41, "lot:A"))
    #expect(plan.next()?.id == 41)
    plan.follow(with: row(95, "lot:A", at: 2_000))
    #expect(ids(&plan) == [95, 1])
  }

  @Test func aKeyStandsInOneLaneOnly() {
    let head = row(3, "lot:A")
    var plan = BatchPlan(live: [head], backlog: [head, row(2, "lot:B")], since: since, rows: 8, oldRows: .max)
    #expect(ids(&plan) == [3, 2])
    #expect(plan.backlog.isEmpty)
  }

  @Test func followersGoByTheirIdsAndInTheirLane() {
    var plan = BatchPlan(
      live: [row(50, "lot:L", at: 2_000)], backlog: [row(1, "lot:A"), row(2, "lot:B")], since: since, rows: 8,
      oldRows: .max)
    let live = plan.next()
    #expect(live?.id == 50)
    if live != nil { plan.follow(with: row(60, "lot:L", at: 2_000)) }
    #expect(plan.next()?.id == 60)
    let old = plan.next()
    #expect(old?.id == 1)
    if old != nil { plan.follow(with: row(9, "lot:A")) }
    #expect(ids(&plan) == [2, 9])
  }

  @Test func theRateHoldsBackWhatIsOldInBothLanes() {
    let live = [row(5, "lot:A"), row(100, "lot:B", at: 2_000)]
    var plan = BatchPlan(live: live, backlog: [row(1, "lot:C")], since: since, rows: 8, oldRows: 1)
    #expect(ids(&plan) == [100, 5])
    #expect(plan.isHeldByRate)
    #expect(plan.backlog.map(\.id) == [1])
    var none = BatchPlan(live: live, backlog: [], since: since, rows: 8, oldRows: 0)
    #expect(ids(&none) == [100])
  }

  @Test func sizeFollowsTheERP() {
    var size = BatchSize()
    for _ in 0..<5 { size.took(100_000, rows: size.rows) }
    #expect(size.rows == 64)
    size.took(100_000, rows: 3)
    #expect(size.rows == 64)
    for _ in 0..<9 { size.took(6_000_000, rows: size.rows) }
    #expect(size.rows == 4)
    size.took(3_000_000, rows: 4)
    #expect(size.rows == 4)
    size.took(1_000, rows: 2)
    #expect(size.rows == 4)
  }

  @Test func budget() {
    var none = DrainBudget(rowsPerSecond: nil)
    #expect(none.available(at: 0) == .max)
    var slow = DrainBudget(rowsPerSecond: 0.5)
    #expect(slow.available(at: 0) == 1)
    slow.spend(1)
    #expect(slow.available(at: 1_000_000) == 0)
    #expect(slow.waitMicroseconds == 1_000_000)
    #expect(slow.available(at: 2_000_000) == 1)
    #expect(slow.available(at: 900_000_000) == 1)
    var fast = DrainBudget(rowsPerSecond: 10)
    #expect(fast.available(at: 0) == 10)
    fast.spend(10)
    #expect(fast.available(at: 300_000) == 3)
    #expect(fast.available(at: 10_000_000) == 10)
  }

  @Test func placeOfTheComparisonIsReadBackOrBeginsAnew() {
    let sweep = ComparisonSweep(startedAt: Timestamp(microseconds: 1_795), row: 12, isDone: true)
    #expect(ComparisonSweep(sweep.text) == sweep)
    for text in ["", "1;2", "1;2;3", "a;2;done", "1;-2;done", "1;2;done;"] { #expect(ComparisonSweep(text) == nil) }
    let day: Int64 = 86_400_000_000
    let going = ComparisonSweep(startedAt: Timestamp(microseconds: 0), row: 0)
    #expect(!going.isOver(at: Timestamp(microseconds: 9 * day), every: day))
    #expect(sweep.isOver(at: Timestamp(microseconds: 2 * day), every: day))
    #expect(!sweep.isOver(at: Timestamp(microseconds: day / 2), every: day))
    #expect(sweep.isOver(at: Timestamp(microseconds: 0), every: day))
    // 1,000 rows are 20 pieces and some; evenly over the day.
    #expect(going.pause(rowsLeft: 999, at: Timestamp(microseconds: 0), every: day) == day / 21)
    #expect(going.pause(rowsLeft: 9_999_999, at: Timestamp(microseconds: 0), every: day) == 10_000_000)
    #expect(sweep.pause(rowsLeft: 0, at: Timestamp(microseconds: day / 2 + 1_795), every: day) == day / 2)
  }

  @Test func recentDeliveriesAreBounded() {
    var recent = RecentDeliveries()
    #expect(recent.nextAt == nil)
    for id in Int64(1)...Int64(RecentDeliveries.maximumRows + 1) { recent.add(id, at: id) }
    #expect(recent.leftOut == 1_001)
    #expect(recent.nextAt == 1_002 + RecentDeliveries.settleMicroseconds)
    #expect(recent.due(at: 0, limit: 5).isEmpty)
    #expect(recent.due(at: RecentDeliveries.settleMicroseconds + 1_004, limit: 5) == [1_002, 1_003, 1_004])
    recent.compared([1_002, 1_004])
    #expect(recent.due(at: .max, limit: 2) == [1_003, 1_005])
  }
}
