import Shopfloor

/// The people at one station: they look at what the floor says and scan what comes next, and sometimes something else.
struct SimulatedPeople {
  let station: StationName
  private var random: SplitMix64

  init(_ station: StationName, random: SplitMix64) {
    self.station = station
    self.random = random
  }

  mutating func pause() -> Int64 { random.microseconds(random.chance(0.3) ? 0.5...5 : 5...120) }

  /// The text of the next label; nil: nobody does anything.
  mutating func nextLabel(_ floor: Floor) -> String? {
    if random.chance(0.03) { return random.pick(["nothing known", "WO-1", "badge-9", "LOTWIRE:QUANTITY:x", "M-1"]) }
    let state = floor.station(station)
    guard let person = state.person else { return random.chance(0.5) ? "badge-1" : "badge-2" }
    if random.chance(0.02) {
      return random.pick(["badge-1", "badge-2", "LOTWIRE:LEAVE", "LOTWIRE:UNDO", "LOTWIRE:CANCEL"])
    }
    _ = person
    if station == SimulatedPlant.store { return picking(state, floor) }
    guard let run = state.activeRun else { return beginning(state, floor) }
    switch Double.random(in: 0..<1, using: &random) {
    case ..<0.25: return "LOTWIRE:END"
    case ..<0.30: return "LOTWIRE:PAUSE"
    case ..<0.32: return "LOTWIRE:HOLD"
    case ..<0.60:
      if state.preparation.quantity != nil { return material(of: run.workOrders.first, floor) }
      return "LOTWIRE:QUANTITY:\(Int.random(in: 1...3, using: &random))"
    case ..<0.65: return "LOTWIRE:ANOTHER"
    default: return nil
    }
  }

  private mutating func beginning(_ state: Floor.StationState, _ floor: Floor) -> String? {
    let operation: OperationName = station == SimulatedPlant.sealer ? "seal" : "cure"
    let ready = floor.lots.filter { number, lot in
      guard let order = floor.orders[lot.order], order.state == .released, lot.hold == nil else { return false }
      return order.operations.first { !lot.completedOperations.contains($0) } == operation
        && !floor.stations.values.contains { $0.activeRun?.lots.contains(number) == true }
        && !state.load.contains(number)
    }.keys.sorted()
    if station == SimulatedPlant.oven, !state.load.isEmpty, ready.isEmpty || state.load.count >= 3 || random.chance(0.4)
    {
      return random.chance(0.03) ? "LOTWIRE:UNLOAD" : "LOTWIRE:START"
    }
    if random.chance(0.03) { return floor.lots.keys.sorted().randomElement(using: &random)?.text }
    return ready.first?.text
  }

  private mutating func picking(_ state: Floor.StationState, _ floor: Floor) -> String? {
    guard let picking = state.picking else {
      return floor.orders.values.filter { $0.state == .released }.map(\.number).max()?.text
    }
    switch Double.random(in: 0..<1, using: &random) {
    case ..<0.3: return "LOTWIRE:END"
    case ..<0.6: return "LOTWIRE:QUANTITY:\(Int.random(in: 1...4, using: &random))"
    case ..<0.63: return "LOTWIRE:UNPICK"
    case ..<0.66: return "LOTWIRE:OVERRIDE"
    default: return material(of: picking.order, floor)
    }
  }

  private mutating func material(of order: WorkOrderNumber?, _ floor: Floor) -> String? {
    guard let order, floor.orders[order] != nil else { return nil }
    return floor.materials.keys.sorted().randomElement(using: &random)?.text
  }
}

/// The quality engineer: acknowledges, holds, lifts, disposes, calibrates. Each command carries a text of its own.
struct SimulatedQuality {
  private var random: SplitMix64
  private var count = 0
  static let person: PersonID = "P-3"

  init(random: SplitMix64) { self.random = random }

  mutating func pause() -> Int64 { random.microseconds(20...400) }

  mutating func nextCommand(_ floor: Floor, at time: Timestamp) -> (command: Command, token: String, mustLeave: Bool)? {
    count += 1
    let token = "ask-\(count)"
    switch Double.random(in: 0..<1, using: &random) {
    case ..<0.4:
      let open = floor.alarms.values.filter { $0.acknowledgement == nil }.map(\.id).sorted()
      guard let alarm = open.randomElement(using: &random) else { return nil }
      return (.acknowledge(alarm: alarm, person: Self.person, cause: token), token, true)
    case ..<0.6:
      let held = floor.lots.filter { $0.value.hold != nil }.keys.sorted()
      guard let lot = held.randomElement(using: &random) else { return nil }
      return (.liftHold(lot: lot, person: Self.person, reason: token), token, true)
    case ..<0.65:
      guard let lot = floor.lots.keys.sorted().randomElement(using: &random) else { return nil }
      return (.hold(lot: lot, person: Self.person, reason: token), token, true)
    case ..<0.75:
      guard let material = floor.materials.keys.sorted().randomElement(using: &random) else { return nil }
      let status: MaterialLot.Status = random.chance(0.2) ? .blocked : .released
      // A lot that has the status already leaves no trace.
      return (
        .disposeMaterial(material: material, status: status, person: Self.person, reason: token), token, false
      )
    case ..<0.78:
      let calibration = Calibration(
        station: SimulatedPlant.sealer, parameter: "seal.temperature", performedAt: time, asFound: .inTolerance,
        asLeft: .inTolerance, certificate: token, person: Self.person)
      return (.recordCalibration(calibration), token, true)
    default: return nil
    }
  }
}
