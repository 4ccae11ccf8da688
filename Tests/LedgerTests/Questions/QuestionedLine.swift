import Devices
import Foundation
import Harness
import Shopfloor

@testable import Ledger

/// Weeks of a line by rule, not by chance: every number of it can be told without the ledger.
///
/// Lot i (from 1) of order i / 4 seals at "sealer" for ten cycles and dries at "oven"; it takes film lot 1 + i / 20, which
/// goes into 20 lots. Every tenth lot is taken into the next one as material. An hour a lot.
struct QuestionedLine {
  static let begin = Timestamp(microseconds: 1_790_000_000_000_000)
  static let hour: Int64 = 3_600_000_000

  let lots: Int
  /// Events of the recorder beside the lots.
  var recorderEventsPerLot = 2

  init(lots: Int) { self.lots = lots }

  static func start(of lot: Int) -> Timestamp { begin.advanced(byMicroseconds: Int64(lot) * hour) }

  static func lot(_ number: Int) -> LotNumber { name("L", number) }

  static func name<Kind>(_ letter: String, _ number: Int) -> Identifier<Kind> {
    Identifier(stringLiteral: "\(letter)-\(number)")
  }

  static func product(of lot: Int) -> ItemCode { lot / 4 % 2 == 0 ? "P-A" : "P-B" }

  static func film(of lot: Int) -> MaterialLotNumber { name("ML", 1 + lot / 20) }

  static func isHeld(_ lot: Int) -> Bool { lot % 17 == 0 }

  static func hasAlarm(_ lot: Int) -> Bool { lot % 13 == 0 }

  /// Of cycle 1 to 10: a slow rise along the run, and a little more from lot to lot.
  static func value(lot: Int, cycle: Int) -> Double { 180 + Double(cycle) + Double(lot % 7) / 10 }

  /// The ledger of sixty lots, which several tests ask: written once, copied for each. Its log lies beside it.
  private static let sixtyLots = Result { () throws -> [String: Data] in
    let folder = try TemporaryFolder("questioned")
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    try QuestionedLine(lots: 60).write(to: store)
    let names = ["lotwire.sqlite", "lotwire.sqlite-wal"]
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: folder.file($0))) })
  }

  static func storeOfSixtyLots(in folder: TemporaryFolder) throws -> LedgerStore {
    for (name, bytes) in try sixtyLots.get() { try bytes.write(to: folder.file(name)) }
    return try LedgerStore(path: folder.file("lotwire.sqlite").path)
  }

  func write(to store: LedgerStore) throws {
    let temperature = ParameterPlan(
      name: "seal.temperature", device: "plc-1", point: "temperature", unit: "°C", expectedIntervalMicroseconds: 0)
    let copy = ParameterPlan(
      name: "air", device: "plc-1", point: "temperature", unit: "°C", expectedIntervalMicroseconds: 0)
    _ = try store.register([("sealer", temperature), ("oven", copy)], devices: ["plc-1"])
    try commit(master, at: Self.begin, to: store)
    for lot in 1...lots { try write(lot, to: store) }
  }

  private func commit(_ events: [Event], at time: Timestamp, to store: LedgerStore) throws {
    var group = CommitGroup(clock: ClockReading(utc: time, monotonicMicroseconds: 0))
    group.events = events.map { .init($0, actor: "person P-1") }
    _ = try store.commit(group)
  }

  private var master: [Event] {
    let plan = LinePlan(site: "S", line: "L", stations: [StationPlan(name: "sealer", operation: "seal")])
    var events: [Event] = [
      .planApplied(PlanApplied(digest: "d", plan: plan, changes: [])),
      .itemUpdated(Item(code: "FILM", name: "Film", unit: "m")),
    ]
    for number in 1...3 {
      events.append(
        .personUpdated(
          Person(id: Self.name("P", number), name: "Person \(number)", badge: "b\(number)", rights: [.operate])))
    }
    return events
  }

  private func write(_ lot: Int, to store: LedgerStore) throws {
    let start = Self.start(of: lot)
    var events: [Event] = []
    if lot % 4 == 0 || lot == 1 { events.append(order(lot / 4)) }
    if lot % 20 == 0 || lot == 1 { events += film(lot / 20, at: start) }
    for minute in 0..<recorderEventsPerLot {
      events.append(.clockStepped(ClockStepped(stepMicroseconds: Int64(minute))))
    }
    events += run("R", "sealer", "seal", lot, start)
    for cycle in 1...10 {
      let at = start.advanced(byMicroseconds: Int64(cycle) * 60_000_000)
      events.append(.cycleStarted(CycleStarted(run: Self.name("R", lot), cycle: cycle, at: at)))
      events.append(
        .characteristicTaken(
          CharacteristicTaken(
            run: Self.name("R", lot), cycle: cycle, characteristic: "peak", value: Self.value(lot: lot, cycle: cycle),
            unit: "°C", readings: 10, at: at, charted: true)))
    }
    events.append(.materialConsumed(use(Self.film(of: lot), in: lot, start)))
    if lot > 1, (lot - 1) % 10 == 0 {
      let number: MaterialLotNumber = Self.name("L", lot - 1)
      events.append(.materialLotUpdated(MaterialLot(number: number, item: "P-A", status: .released)))
      events.append(.materialConsumed(use(number, in: lot, start)))
    }
    if Self.hasAlarm(lot) { events += alarm(lot, start) }
    try commit(events, at: start, to: store)
    try finish(lot, start, to: store)
  }

  private func finish(_ lot: Int, _ start: Timestamp, to store: LedgerStore) throws {
    let half = start.advanced(byMicroseconds: Self.hour / 2)
    let end = start.advanced(byMicroseconds: Self.hour - 1)
    var events: [Event] = [
      .runEnded(RunEnded(run: Self.name("R", lot), person: "P-1", at: half, completedOperation: true))
    ]
    events += run("D", "oven", "dry", lot, half)
    events.append(.runEnded(RunEnded(run: Self.name("D", lot), person: "P-2", at: end, completedOperation: true)))
    events.append(.lotCompleted(LotCompleted(lot: Self.lot(lot), workOrder: Self.name("WO", lot / 4), at: end)))
    if Self.isHeld(lot) {
      events.append(.lotHeld(LotHeld(lot: Self.lot(lot), person: "P-3", reason: "look at it")))
      if lot % 34 == 0 { events.append(.lotHoldLifted(LotHeld(lot: Self.lot(lot), person: "P-3", reason: "fine"))) }
    }
    events.append(
      .recordSealed(
        SealedRecordNotice(
          lot: Self.lot(lot), revision: 0, digestSHA256: "ab", keyID: "k", byteCount: 1, exceptionCount: 0,
          throughSequence: 1)))
    try commit(events, at: end, to: store)
  }

  private func order(_ number: Int) -> Event {
    let first = number == 0 ? 1 : number * 4
    return .workOrderUpdated(
      WorkOrder(
        number: Self.name("WO", number), product: Self.product(of: first), productName: "Pouch", quantity: 4,
        unit: "pcs",
        operations: ["seal", "dry"], lots: (first..<(number * 4 + 4)).map(Self.lot), materials: [],
        customer: "customer \(number % 3)"))
  }

  private func film(_ number: Int, at: Timestamp) -> [Event] {
    let material: MaterialLotNumber = Self.name("ML", number + 1)
    let supplierLot = "S/\(number + 1)"
    return [
      .materialReceived(
        MaterialReceived(
          material: material, item: "FILM", supplierLot: supplierLot, quantity: Quantity(100), station: "dock",
          person: "P-2", at: at)),
      .materialLotUpdated(
        MaterialLot(number: material, item: "FILM", status: .released, supplierLot: supplierLot, receivedAt: at)),
    ]
  }

  private func run(
    _ letter: String, _ station: StationName, _ operation: OperationName, _ lot: Int, _ at: Timestamp
  ) -> [Event] {
    [
      .runStarted(
        Run(
          id: Self.name(letter, lot), station: station, operation: operation, workOrders: [Self.name("WO", lot / 4)],
          lots: [Self.lot(lot)], startedAt: at, startedBy: "P-1", planDigest: "d"))
    ]
  }

  private func use(_ material: MaterialLotNumber, in lot: Int, _ at: Timestamp) -> MaterialConsumed {
    MaterialConsumed(
      run: Self.name("R", lot), materialLot: material, item: "FILM", person: "P-2", quantity: 2, serial: "SN-\(lot)",
      container: "C-\(lot)", at: at)
  }

  private func alarm(_ lot: Int, _ at: Timestamp) -> [Event] {
    let id: AlarmID = Self.name("A", lot)
    var events: [Event] = [
      .alarmRaised(
        Alarm(
          id: id, kind: .specification, station: "sealer", source: "seal.temperature",
          rule: Words("above 195", "高于 195"),
          side: .high, value: 196, limit: 195, unit: "°C", run: Self.name("R", lot), raisedAt: at)),
      .alarmReturned(AlarmReturned(alarm: id, at: at, value: 190)),
    ]
    if lot % 26 != 0 {
      events.append(.alarmAcknowledged(AlarmAcknowledged(alarm: id, person: "P-3", cause: "film", at: at)))
      events.append(.alarmClosed(AlarmClosed(alarm: id, at: at)))
    }
    return events
  }

  /// A calibration of the sealer's sensor an hour count after the begin.
  static func calibration(
    atHour hours: Int, found: Calibration.Finding, left: Calibration.Finding = .inTolerance, dueAtHour: Int? = nil
  ) -> Calibration {
    Calibration(
      station: "sealer", parameter: "seal.temperature", performedAt: start(of: hours), asFound: found, asLeft: left,
      dueAt: dueAtHour.map(start), certificate: "C-\(hours)", person: "P-3")
  }

  static func record(_ calibrations: [Calibration], in store: LedgerStore) throws {
    for done in calibrations {
      var group = CommitGroup(clock: ClockReading(utc: done.performedAt, monotonicMicroseconds: 0))
      group.events = [.init(.calibrationRecorded(done), actor: "person P-3")]
      _ = try store.commit(group)
    }
  }
}
