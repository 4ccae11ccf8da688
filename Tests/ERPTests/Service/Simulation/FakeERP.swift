import Devices
import Ledger
import Shopfloor
import Synchronization

@testable import ERP

/// An ERP that is sometimes away, loses answers, refuses and waits for earlier rows, by a seed. What it took it keeps by
/// key, in the order in which it came.
final class FakeERP: ERPConnector {
  enum Trouble: Hashable, Sendable {
    case none
    case away
    case badPassword
    case wrongAddress
  }

  struct State {
    var generator: Jitter
    /// Of a thousand rows, so many lose their answer after the write, so many before it.
    var lostAfter = 0
    var lostBefore = 0
    var stored: [String] = []
    var keys: Set<String> = []
    /// These are refused until a person had it put right.
    var refused: Set<Int64> = []
    /// A row and what must be there before it.
    var awaits: [Int64: Int64] = [:]
    /// Rows that the ERP shows otherwise.
    var drifting: Set<Int64> = []
    /// Rows whose comparison fails, alone and with others.
    var incomparable: Set<Int64> = []
    var trouble = Trouble.none
    /// These meet an error of the ERP itself.
    var broken: Set<Int64> = []
    /// Every contact, whatever came of it.
    var contacts: [Int64] = []
    /// One entry a batch.
    var batches: [[Int64]] = []
    var compared: [(id: Int64, at: Int64)] = []
    var mostRowsAtOnce = 0
    var microsecondsPerRow: Int64 = 20_000
  }

  let name = "fake"
  let world: ExchangeWorld
  private let state: Mutex<State>

  init(_ world: ExchangeWorld, seed: UInt64) {
    self.world = world
    state = Mutex(State(generator: Jitter(state: seed)))
  }

  func look<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }

  private var now: Int64 { world.now().utc.microseconds }

  private func contact() throws(ERPFailure) {
    let now = self.now
    let trouble = look { state in
      state.contacts.append(now)
      return state.trouble
    }
    switch trouble {
    case .none: break
    case .away: throw ERPFailure(.unreachable, problem: "away", remedy: "Wait")
    case .badPassword: throw ERPFailure(.unauthorized, problem: "wrong password", remedy: "Mend it")
    case .wrongAddress: throw ERPFailure(.unexpectedAnswer, problem: "no such page", remedy: "Mend it")
    }
  }

  func fetchWork(since cursor: String?) async throws(ERPFailure) -> WorkUpdate {
    if look({ $0.trouble }) != .wrongAddress { try contact() }
    return WorkUpdate(cursor: nil, change: WorkChange(), refusals: [])
  }

  func deliver(_ row: OutboxRow, _ journal: any DeliveryJournal) async throws(ERPFailure) -> DeliveryVerdict {
    world.pass(look { $0.microsecondsPerRow })
    try contact()
    return try look { state -> Result<DeliveryVerdict, ERPFailure> in
      let key = row.idempotencyKey
      if state.keys.contains(key) { return .success(.delivered(receipt: key)) }
      if state.refused.contains(row.id) { return .success(.blocked(reason: "not in this period")) }
      if let earlier = state.awaits[row.id], !state.stored.contains("\(earlier)") {
        return .failure(ERPFailure(.awaitingEarlier, problem: "\(earlier) is not there", remedy: "Wait"))
      }
      if state.broken.contains(row.id) {
        return .failure(ERPFailure(.unexpectedAnswer, problem: "KeyError", remedy: "Look into its log"))
      }
      let luck = Int.random(in: 0..<1_000, using: &state.generator)
      if luck < state.lostBefore {
        return .failure(ERPFailure(.outcomeUnknown, problem: "cut off", remedy: "Wait"))
      }
      state.keys.insert(key)
      state.stored.append("\(row.id)")
      if luck < state.lostBefore + state.lostAfter {
        return .failure(ERPFailure(.outcomeUnknown, problem: "no answer", remedy: "Wait"))
      }
      return .success(.delivered(receipt: key))
    }.get()
  }

  func deliver(
    _ rows: [OutboxRow], _ journal: any DeliveryJournal
  ) async -> [Result<DeliveryVerdict, ERPFailure>] {
    look { state in
      state.batches.append(rows.map(\.id))
      state.mostRowsAtOnce = max(state.mostRowsAtOnce, rows.count)
    }
    var answers: [Result<DeliveryVerdict, ERPFailure>] = []
    for row in rows {
      do throws(ERPFailure) {
        let verdict = try await deliver(row, journal)
        answers.append(.success(verdict))
        guard case .delivered = verdict else { break }
      } catch {
        answers.append(.failure(error))
        break
      }
    }
    return answers
  }

  func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] {
    try contact()
    let now = self.now
    if look({ state in rows.contains { state.incomparable.contains($0.id) } }) {
      throw ERPFailure(.unexpectedAnswer, problem: "the answer is larger than the bound", remedy: "Mend it")
    }
    return look { state in
      state.compared += rows.map { ($0.id, now) }
      return rows.filter { state.drifting.contains($0.id) }.map { $0.drift("quantity", "10", "9") }
    }
  }

  func close() async {}
}
