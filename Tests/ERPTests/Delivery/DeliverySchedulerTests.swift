import ERP
import Ledger
import Shopfloor
import Testing

@Suite struct DeliverySchedulerTests {
  let scheduler = DeliveryScheduler(longestWaitMicroseconds: 1_000)
  let now = Timestamp(microseconds: 10_000)

  func row(_ id: Int64, _ lot: LotNumber?, _ state: OutboxRow.State = .pending, due: Int64 = 0) -> OutboxRow {
    var row = outboxRow(id, lot: lot, state: state)
    row.nextAttemptAt = Timestamp(microseconds: due)
    return row
  }

  func chosen(_ rows: [OutboxRow]) -> Int64? {
    if case .deliver(let row) = scheduler.choose(from: rows, now: now) { row.id } else { nil }
  }

  @Test func nothingToDo() {
    #expect(scheduler.choose(from: [], now: now) == .idle)
    #expect(
      scheduler.choose(from: [row(1, "A", .delivered), row(2, "A", .blocked), row(3, "B", .refused)], now: now) == .idle
    )
  }

  @Test func lowestIdFirst() {
    #expect(chosen([row(3, "B"), row(2, "A"), row(5, nil)]) == 2)
  }

  @Test func blockedRowHoldsBackItsOwnLotOnly() {
    #expect(chosen([row(1, "A", .blocked), row(2, "A"), row(3, "B")]) == 3)
  }

  @Test func waitingRowHoldsBackItsOwnLotOnly() {
    #expect(chosen([row(1, "A", due: 10_500), row(2, "A"), row(3, "B")]) == 3)
    #expect(
      scheduler.choose(from: [row(1, "A", due: 10_500), row(2, "A")], now: now)
        == .waitUntil(Timestamp(microseconds: 10_500)))
  }

  @Test func refusedRowHoldsBackNothing() {
    #expect(chosen([row(1, "A", .refused), row(2, "A")]) == 2)
  }

  @Test func rowsWithoutALotStandAlone() {
    #expect(chosen([row(1, nil, .blocked), row(2, nil, due: 10_500), row(3, nil)]) == 3)
  }

  @Test func dueTimeOfAWrongClockCountsAsDue() {
    #expect(chosen([row(1, "A", due: 99_000_000)]) == 1)
  }

  /// Against a slow and obvious reading of the rule, row by row.
  @Test(arguments: 1...300) func agreesWithTheObviousReading(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let lots: [LotNumber?] = ["A", "B", "C", nil]
    let states: [OutboxRow.State] = [.pending, .pending, .pending, .blocked, .delivered, .refused]
    let rows = (1...Int64.random(in: 1...12, using: &generator)).map { id in
      row(
        id, lots.randomElement(using: &generator) ?? nil, states.randomElement(using: &generator) ?? .pending,
        due: Int64.random(in: 9_000...11_000, using: &generator))
    }
    func isFree(_ row: OutboxRow) -> Bool {
      row.state == .pending
        && !rows.contains {
          $0.orderKey != nil && $0.orderKey == row.orderKey && $0.id < row.id
            && [.pending, .blocked].contains($0.state)
        }
    }
    let free = rows.filter(isFree)
    let due = free.filter { $0.nextAttemptAt <= now }
    let expected: DeliveryScheduler.Choice =
      if let first = due.min(by: { $0.id < $1.id }) {
        .deliver(first)
      } else if let earliest = free.map(\.nextAttemptAt).min() {
        .waitUntil(earliest)
      } else {
        .idle
      }
    #expect(scheduler.choose(from: rows.shuffled(using: &generator), now: now) == expected)
  }
}
