import Devices
import ERP
import Ledger
import Shopfloor

/// A line with a real ledger and a real floor, without a recorder: what the service needs from the daemon.
actor LedgerLine {
  private var store: LedgerStore
  private var floor = Floor()
  private let path: String
  private var second: Int64 = 0
  /// So many reports are lost, as if the daemon died before their commit.
  private var reportsToLose: Int
  /// Most rows that one question got.
  private(set) var mostRowsAtOnce = 0
  private(set) var reports: [DeliveryReport] = []

  struct Killed: Error {}

  init(path: String, reportsToLose: Int = 0) throws {
    self.path = path
    store = try LedgerStore(path: path)
    self.reportsToLose = reportsToLose
  }

  /// Closes the ledger and opens it again, as a new process does.
  func restart() throws {
    store.close()
    store = try LedgerStore(path: path)
  }

  func close() { store.close() }

  func commit(_ events: [Event], deliveries: [DeliveryReport] = []) throws {
    second += 1
    var group = CommitGroup(
      clock: ClockReading(
        utc: Timestamp(microseconds: 1_795_000_000_000_000 + second * 1_000), monotonicMicroseconds: second))
    group.events = events.map { .init($0, actor: "person P-1") }
    group.deliveries = deliveries
    _ = try store.commit(group)
    for event in events { floor.apply(event) }
  }

  func events(about subject: EventSubject) throws -> [Event] { try store.reader.events(about: subject).map(\.event) }

  func backlog() throws -> OutboxBacklog { try store.reader.outboxBacklog() }

  func openRows() throws -> [OutboxRow] { try store.reader.openOutboxRows(limit: 100_000) }

  private func next(_ now: Timestamp, _ longestWait: Int64, _ limit: Int) throws -> [OutboxRow] {
    let rows = try store.reader.nextOutboxRows(at: now, longestWaitMicroseconds: longestWait, limit: limit)
    mostRowsAtOnce = max(mostRowsAtOnce, rows.count)
    return rows
  }

  private func read<Value>(_ body: (LedgerReader) throws -> Value) throws -> Value { try body(store.reader) }

  private func take(_ reports: [DeliveryReport]) throws {
    for report in reports {
      if reportsToLose > 0 {
        reportsToLose -= 1
        throw Killed()
      }
      self.reports.append(report)
      try commit(
        floor.decide(.reportDelivery(report), at: Timestamp(microseconds: second)).events, deliveries: [report])
    }
  }

  private func take(_ change: WorkChange) throws {
    try commit(floor.decide(.updateWork(change), at: Timestamp(microseconds: second)).events)
  }

  // MARK: Access

  /// The kinds of the events that notes about the exchange led to.
  private(set) var notedEvents: [EventKind] = []

  /// Alarms about access that stand.
  var accessAlarms: [String] {
    floor.alarms.values.filter { $0.kind == .erpAccess && $0.returnedAt == nil }.map(\.source).sorted()
  }

  fileprivate func take(_ note: ERPNote) throws {
    let events = floor.decide(.noteERP(note), at: note.at).events
    notedEvents += events.map(\.kind)
    if !events.isEmpty { try commit(events) }
  }

  nonisolated func journal(of connector: String) -> any DeliveryJournal {
    FloorJournal(line: self, connector: connector)
  }

  nonisolated func ports(rowsAtOnce: Int = 8, journal: any DeliveryJournal = KeptNotes()) -> ERPServicePorts {
    ERPServicePorts(
      nextRows: { try await self.next($0, $1, rowsAtOnce) },
      liveRows: { since in try await self.read { try $0.liveOutboxRows(since: since, limit: rowsAtOnce) } },
      rowAfter: { key, id in try await self.read { try $0.firstOutboxRow(of: key, after: id) } },
      load: { ids, bytes in try await self.read { try $0.waitingOutboxRows(ids, maximumBytes: bytes) } },
      isOlderRowOpen: { id in try await self.read { try $0.isOlderOutboxRowOpen(than: id) } },
      backlog: { try await self.backlog() },
      report: { try await self.take($0) },
      applyWork: { try await self.take($0) },
      loadCursor: { nil },
      saveCursor: { _ in }, journal: journal)
  }
}

/// Gives notes to the floor, as the daemon does.
private struct FloorJournal: DeliveryJournal {
  let line: LedgerLine
  let connector: String

  func note(_ kind: ERPNote.Kind, name: String?, text: String, row: OutboxRow?) async throws(ERPFailure) {
    let note = ERPNote(kind, connector: connector, name: name, text: text, at: SystemClock().now().utc)
    do {
      try await line.take(note)
    } catch {
      throw ERPFailure(.local, problem: "\(error)", remedy: "Look at the test")
    }
  }
}

/// Movements of material as a day brings them, with the plainest possible account of the stock.
struct MovedDay {
  struct Stock: Hashable {
    var received = Quantity.zero
    var picked = Quantity.zero
    var consumed = Quantity.zero
    var movements = 0
  }

  var events: [Event] = []
  var stock: [String: Stock] = [:]

  static func lot(_ number: Int) -> MaterialLotNumber { Identifier(stringLiteral: "M-\(number)") }

  init(seed: UInt64, lots: Int, steps: Int) {
    var generator = SeededGenerator(seed: seed)
    for number in 1...lots {
      let material = MaterialLot(number: Self.lot(number), item: "FILM", status: .quarantined)
      events.append(.materialLotUpdated(material))
      receive(Self.lot(number), at: 0)
    }
    for step in 1...steps { move(Self.lot(.random(in: 1...lots, using: &generator)), at: Int64(step), &generator) }
  }

  private mutating func receive(_ material: MaterialLotNumber, at: Int64) {
    let quantity = Quantity(millionths: 100_250_000 + at)
    events.append(
      .materialReceived(
        MaterialReceived(
          material: material, item: "FILM", supplierLot: "S", quantity: quantity, station: "dock", person: "P-1",
          at: Timestamp(microseconds: at))))
    stock[material.text, default: Stock()].received += quantity
    stock[material.text]?.movements += 1
  }

  private mutating func move(_ material: MaterialLotNumber, at: Int64, _ generator: inout SeededGenerator) {
    let quantity = Quantity(millionths: Int64.random(in: 1...3_000_000, using: &generator))
    let time = Timestamp(microseconds: at)
    var line = stock[material.text, default: Stock()]
    let use = MaterialConsumed(
      run: "R-1", materialLot: material, item: "FILM", person: "P-1", quantity: quantity.doubleValue, serial: nil,
      at: time)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0:
      line.picked += quantity
      events.append(
        .materialPicked(
          MaterialPicked(
            order: "WO-1", material: material, item: "FILM", quantity: quantity, station: "store", person: "P-1",
            at: time)))
    case 1:
      line.picked -= quantity
      events.append(
        .materialUnpicked(
          MaterialUnpicked(
            order: "WO-1", material: material, item: "FILM", quantity: quantity, station: "store", person: "P-1",
            at: time)))
    case 2:
      line.movements += 1
      events.append(.materialConsumed(use))
      events.append(.stepUndone(StepUndone(station: "sealer", person: "P-1", step: .consumed(use), at: time)))
    case 3:
      events.append(
        .materialDisposed(
          MaterialDisposed(material: material, status: .released, person: "P-2", reason: "ok", at: time)))
    default:
      line.consumed += quantity
      events.append(.materialConsumed(use))
    }
    line.movements += 1
    stock[material.text] = line
  }
}
