import Devices
import Foundation
import Shopfloor

@testable import Ledger

/// A day of receipts, picks, runs and mistakes, made up from a seed, and the plainest possible account of it.
struct TracedDay {
  struct Use {
    var material: MaterialLotNumber
    var run: RunID
    var isUndone = false
  }

  var events: [(Timestamp, Event)] = []
  var materials: [MaterialLotNumber] = []
  var deliveries: [MaterialLotNumber: DeliveryNumber] = [:]
  var runs: [RunID: Run] = [:]
  var uses: [Use] = []
  var movements: [MaterialLotNumber: Int] = [:]
  private var generator: SeededGenerator
  private var now = Timestamp(microseconds: 1_795_000_000_000_000)

  static let stations: [StationName] = ["sealer", "oven"]

  init(seed: UInt64, steps: Int) {
    generator = SeededGenerator(seed: seed)
    add(.personUpdated(Person(id: "P-1", name: "Anna", badge: "b", rights: [.operate])))
    add(.itemUpdated(Item(code: "FILM", name: "Film", unit: "m")))
    for number in 1...3 {
      let lines = [ExpectedDelivery.Line(item: "FILM", quantity: Quantity(100))]
      add(.deliveryExpected(ExpectedDelivery(number: name("D", number), supplier: "S\(number)", lines: lines)))
    }
    for number in 1...4 {
      add(
        .workOrderUpdated(
          WorkOrder(
            number: name("WO", number), product: "P", productName: "Pouch", quantity: 1, unit: "pcs",
            operations: ["seal"], lots: (1...3).map { name("L-\(number)", $0) }, materials: [])))
    }
    for _ in 0..<steps { step() }
  }

  private mutating func step() {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0, 1: receive()
    case 2: startRun()
    case 3: endRun()
    case 4: dispose()
    case 5: pick()
    case 6: undo()
    default: consume()
    }
  }

  private mutating func receive() {
    let number: MaterialLotNumber = name("ML", materials.count + 1)
    let delivery: DeliveryNumber? =
      Bool.random(using: &generator) ? name("D", .random(in: 1...3, using: &generator)) : nil
    materials.append(number)
    deliveries[number] = delivery
    let received = MaterialReceived(
      material: number, item: "FILM", supplierLot: "S-\(number)", quantity: Quantity(50),
      container: "C-\(materials.count)", delivery: delivery, station: "dock", person: "P-1", at: now)
    move(number, .materialReceived(received))
    add(
      .materialLotUpdated(
        MaterialLot(
          number: number, item: "FILM", status: .quarantined, supplierLot: "S-\(number)", quantity: Quantity(50),
          delivery: delivery, receivedAt: now)))
  }

  private mutating func startRun() {
    guard let station = Self.stations.filter({ active(at: $0) == nil }).randomElement(using: &generator) else { return }
    let order = Int.random(in: 1...4, using: &generator)
    let lots: [LotNumber] = (1...3).filter { _ in Bool.random(using: &generator) }.map { name("L-\(order)", $0) }
    guard !lots.isEmpty else { return }
    let run = Run(
      id: name("R", runs.count + 1), station: station, operation: "seal", workOrders: [name("WO", order)], lots: lots,
      startedAt: now, startedBy: "P-1", planDigest: "d")
    runs[run.id] = run
    add(.runStarted(run))
    // A run has many events that are not about material.
    for cycle in 1...20 { add(.cycleStarted(CycleStarted(run: run.id, cycle: cycle, at: now))) }
  }

  private mutating func endRun() {
    guard let run = Self.stations.compactMap(active).randomElement(using: &generator) else { return }
    runs[run.id]?.endedAt = now
    add(.runEnded(RunEnded(run: run.id, person: "P-1", at: now, completedOperation: true)))
  }

  private mutating func dispose() {
    guard let material = materials.randomElement(using: &generator) else { return }
    move(
      material,
      .materialDisposed(
        MaterialDisposed(material: material, status: .released, person: "P-1", reason: "ok", at: now)))
  }

  private mutating func pick() {
    guard let material = materials.randomElement(using: &generator) else { return }
    move(
      material,
      .materialPicked(
        MaterialPicked(
          order: name("WO", .random(in: 1...4, using: &generator)), material: material, item: "FILM",
          quantity: Quantity(2), station: "store", person: "P-1", at: now)))
  }

  private mutating func consume() {
    guard let run = Self.stations.compactMap(active).randomElement(using: &generator),
      let material = materials.randomElement(using: &generator)
    else { return }
    uses.append(Use(material: material, run: run.id))
    move(material, .materialConsumed(use(uses.count - 1)))
  }

  private mutating func undo() {
    let standing = uses.indices.filter { !uses[$0].isUndone }
    guard let index = standing.randomElement(using: &generator) else { return }
    uses[index].isUndone = true
    move(
      uses[index].material,
      .stepUndone(StepUndone(station: "sealer", person: "P-1", step: .consumed(use(index)), at: now)))
  }

  func use(_ index: Int) -> MaterialConsumed {
    MaterialConsumed(
      run: uses[index].run, materialLot: uses[index].material, item: "FILM", person: "P-1", quantity: 1.5,
      serial: "SN-\(index)", at: Timestamp(microseconds: Int64(index)))
  }

  private func active(at station: StationName) -> Run? {
    runs.values.first { $0.station == station && $0.endedAt == nil }
  }

  private mutating func move(_ material: MaterialLotNumber, _ event: Event) {
    movements[material, default: 0] += 1
    add(event)
  }

  private mutating func add(_ event: Event) {
    events.append((now, event))
    now = now.advanced(byMicroseconds: 1_000_000)
  }

  private func name<Kind>(_ letter: String, _ number: Int) -> Identifier<Kind> {
    Identifier(stringLiteral: "\(letter)-\(number)")
  }

  // MARK: The plain account

  func lots(madeWith material: MaterialLotNumber) -> Set<LotNumber> {
    Set(uses.filter { $0.material == material && !$0.isUndone }.flatMap { runs[$0.run]?.lots ?? [] })
  }

  func materials(in lot: LotNumber) -> Set<MaterialLotNumber> {
    Set(uses.filter { !$0.isUndone && runs[$0.run]?.lots.contains(lot) == true }.map(\.material))
  }

  func write(to store: LedgerStore) throws {
    for (time, event) in events {
      var group = CommitGroup(clock: ClockReading(utc: time, monotonicMicroseconds: 0))
      group.events = [.init(event, actor: "person P-1")]
      _ = try store.commit(group)
    }
  }
}
