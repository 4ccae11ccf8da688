import Devices
import Ledger
import Shopfloor
import Synchronization

@testable import ERP

/// The time, the outbox and what happens meanwhile on the floor, without a disk and without waiting. Time passes where
/// the fake ERP works and where the test lets it pass.
final class ExchangeWorld: WallClock, Sendable {
  struct Refused: Error {}

  struct State {
    var now: Int64
    /// What happens at which time, the latest first.
    var agenda: [(at: Int64, act: @Sendable (inout State) -> Void)] = []
    var rows: [Int64: OutboxRow] = [:]
    /// Rows that are not done with, by their order keys.
    var open: [String: [Int64]] = [:]
    var blocked: Set<Int64> = []
    var delivered: [Int64] = []
    var deliveredAt: [Int64: Int64] = [:]
    var settings: [String: String] = [:]
    var comparisons: [DeliveryComparison] = []
    var reportsToLose = 0
    var notes: [String] = []
    var failures: [Int64: Int] = [:]

    mutating func add(_ id: Int64, key: String) {
      var row = outboxRow(id, content: "row \(id)")
      row.orderKey = key
      row.createdAt = Timestamp(microseconds: now)
      row.nextAttemptAt = row.createdAt
      rows[id] = row
      open[key, default: []].append(id)
    }

    /// A person had what stood in its way put right.
    mutating func retryBlocked() {
      for id in blocked {
        rows[id]?.state = .pending
        rows[id]?.nextAttemptAt = Timestamp(microseconds: now)
      }
      blocked = []
    }

    mutating func take(_ report: DeliveryReport) {
      guard var row = rows[report.outboxRow], row.state == .pending, let key = row.orderKey else { return }
      row.attempts += 1
      switch report.outcome {
      case .delivered:
        row.state = .delivered
        if let place = open[key]?.firstIndex(of: row.id) { open[key]?.remove(at: place) }
        if open[key]?.isEmpty == true { open[key] = nil }
        delivered.append(row.id)
        deliveredAt[row.id] = now
      case .blocked(let reason):
        row.state = .blocked
        blocked.insert(row.id)
        row.lastAnswer = reason
      case .failed(let reason, let retryAt):
        row.nextAttemptAt = retryAt
        row.lastAnswer = reason
        failures[row.id, default: 0] += 1
      }
      rows[row.id] = row
    }
  }

  private let state: Mutex<State>

  static let start: Int64 = 1_795_000_000_000_000

  init() { state = Mutex(State(now: Self.start)) }

  func now() -> ClockReading {
    state.withLock { ClockReading(utc: Timestamp(microseconds: $0.now), monotonicMicroseconds: $0.now - Self.start) }
  }

  func look<Value: Sendable>(_ body: (inout State) throws -> Value) rethrows -> Value {
    try state.withLock { try body(&$0) }
  }

  func plan(_ events: [(at: Int64, act: @Sendable (inout State) -> Void)]) {
    look { $0.agenda = events.sorted { $0.at > $1.at } }
  }

  /// Lets time pass; what happens meanwhile happens.
  func pass(_ microseconds: Int64) {
    look { state in
      let end = state.now + microseconds
      while let next = state.agenda.last, next.at <= end {
        state.agenda.removeLast()
        state.now = max(state.now, next.at)
        next.act(&state)
      }
      state.now = end
    }
  }

  /// Sleeps as the service does: something new on the floor wakes it.
  func sleep(_ microseconds: Int64) {
    let next = look { state in state.agenda.last.map { $0.at - state.now } }
    pass(max(0, min(microseconds, next ?? .max)))
  }

  private func first(_ longest: Int64, since: Timestamp?) -> [OutboxRow] {
    look { state in
      state.open.values.compactMap { ids -> OutboxRow? in
        guard let row = ids.first.flatMap({ state.rows[$0] }), row.state == .pending else { return nil }
        if let since, let last = ids.last, let newest = state.rows[last], newest.createdAt < since { return nil }
        return row
      }.sorted { $0.id < $1.id }
    }
  }

  func ports() -> ERPServicePorts {
    ERPServicePorts(
      nextRows: { now, longest in
        let rows = self.first(longest, since: nil)
        let due = rows.filter { $0.nextAttemptAt <= now }.prefix(32)
        let later = rows.filter { $0.nextAttemptAt > now }.min { $0.nextAttemptAt < $1.nextAttemptAt }
        return due + (due.count < 32 ? [later].compactMap { $0 } : [])
      },
      liveRows: { since in self.first(0, since: since) },
      rowAfter: { key, id in self.look { state in state.open[key]?.first { $0 > id }.flatMap { state.rows[$0] } } },
      load: { ids, _ in
        self.look { state in ids.compactMap { state.rows[$0] }.filter { $0.state == .pending } }
      },
      isOlderRowOpen: { id in
        self.look { state in
          state.open.values.contains { $0.contains { $0 < id && state.rows[$0]?.state == .pending } }
        }
      },
      backlog: {
        self.look { state in
          let oldest = state.open.values.compactMap(\.first).min().flatMap { state.rows[$0]?.createdAt }
          return OutboxBacklog(
            waitingRows: state.rows.count - state.delivered.count - state.blocked.count, oldestWaitingSince: oldest,
            blockedRows: state.blocked.count)
        }
      },
      report: { reports in
        try self.look { state in
          for report in reports {
            if state.reportsToLose > 0 {
              state.reportsToLose -= 1
              throw Refused()
            }
            state.take(report)
          }
        }
      },
      applyWork: { _ in }, loadCursor: { nil }, saveCursor: { _ in }, comparison: comparisonPorts(),
      journal: KeptNotes(), note: { note in self.look { $0.notes.append(note) } })
  }

  private func comparisonPorts() -> ComparisonPorts {
    ComparisonPorts(
      rowsAfter: { id, limit, _ in
        self.look { state in
          state.delivered.filter { $0 > id }.sorted().prefix(limit).compactMap { state.rows[$0] }
        }
      },
      rows: { ids, _ in self.look { state in ids.compactMap { state.rows[$0] }.filter { $0.state == .delivered } } },
      countAfter: { id in self.look { state in state.delivered.count { $0 > id } } },
      lastRow: { time in
        self.look { state in state.rows.values.filter { $0.createdAt < time }.map(\.id).max() ?? 0 }
      },
      report: { found in self.look { $0.comparisons.append(found) } },
      loadPlace: { self.look { $0.settings["place"] } },
      savePlace: { place in self.look { $0.settings["place"] = place } },
      loadScope: { self.look { $0.settings["scope"] } },
      saveScope: { scope in self.look { $0.settings["scope"] = scope } },
      lastDelivered: { self.look { $0.delivered.max() ?? 0 } })
  }
}
