@testable import Shopfloor

/// What happens next in the made-up day.
extension MaterialSimulation {
  mutating func nextCommand() -> Command {
    // Most scans follow within a minute; now and then hours pass, in which material expires.
    let seconds =
      chance(1) ? Int64.random(in: 10_000...90_000, using: &random) : Int64.random(in: 1...60, using: &random)
    time = time.advanced(byMicroseconds: seconds * 1_000_000)
    if chance(9) { return aside() }
    let station = one(of: Self.stations)
    if chance(8), let last = lastLabels[station] { return .scan(last, station: station) }
    let label = chance(12) ? wrongLabel() : label(at: station)
    lastLabels[station] = label
    return .scan(label, station: station)
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  mutating func one<Element>(of list: [Element]) -> Element { list[Int.random(in: 0..<list.count, using: &random)] }

  private func card(_ card: CommandCard) -> ScannedLabel { ScannedLabel(text: card.rawValue) }

  private mutating func quantityCard() -> ScannedLabel {
    ScannedLabel(text: CommandCard.quantityPrefix + one(of: ["1", "2.5", "10", "25", "40", "0.000001", "0", "400"]))
  }

  // MARK: What people do

  private mutating func label(at station: StationName) -> ScannedLabel {
    let state = floor.station(station)
    if state.awaitedWitness != nil, chance(80) { return ScannedLabel(text: one(of: ["badge-2", "badge-4"])) }
    if state.person == nil { return ScannedLabel(text: "badge-1") }
    if chance(3) { return ScannedLabel(text: one(of: Self.badges)) }
    if chance(7) { return card(.undo) }
    if chance(3) { return card(one(of: CommandCard.allCases)) }
    if chance(6) { return quantityCard() }
    if Self.docks.contains(station) { return dockLabel(state) }
    return Self.picks.contains(station) ? pickLabel(state) : fillerLabel(state)
  }

  private mutating func dockLabel(_ state: Floor.StationState) -> ScannedLabel {
    guard state.receipt != nil else {
      return chance(30)
        ? card(.blind) : ScannedLabel(text: "PO-\(Int.random(in: 1...Self.deliveryCount, using: &random))")
    }
    if state.pending != nil, chance(60) { return quantityCard() }
    if chance(6) { return card(.end) }
    if chance(10) { return card(.another) }
    if chance(2) { return card(one(of: [.hold, .cancel, .confirm])) }
    if state.pending != nil, chance(30) { return card(.cancel) }
    return chance(8) && !arrived.isEmpty ? one(of: arrived) : goods()
  }

  private mutating func pickLabel(_ state: Floor.StationState) -> ScannedLabel {
    guard state.picking != nil else { return ScannedLabel(text: one(of: Self.orders).text + one(of: ["", "-L1"])) }
    if chance(6) { return card(.end) }
    if chance(8) { return card(.unpick) }
    if chance(12) { return card(.override) }
    if chance(2) { return card(.hold) }
    return material()
  }

  private mutating func fillerLabel(_ state: Floor.StationState) -> ScannedLabel {
    guard state.activeRun != nil else {
      if chance(15) { return card(.clearance) }
      if !state.load.isEmpty, chance(50) { return card(.start) }
      return ScannedLabel(text: "\(one(of: Self.orders))-L\(Int.random(in: 1...40, using: &random))")
    }
    if chance(8) { return card(.end) }
    if chance(2) { return card(one(of: [.pause, .hold])) }
    if chance(10) { return card(.another) }
    return material()
  }

  /// Something that may be in the warehouse: by our own number, by the label it came with, or a lot of the ERP.
  private mutating func material() -> ScannedLabel {
    if chance(8) { return ScannedLabel(text: one(of: Self.erpLots).number.text) }
    let numbers = floor.materials.keys.sorted()
    if !numbers.isEmpty, chance(45) { return ScannedLabel(text: one(of: numbers).text) }
    return arrived.isEmpty ? goods() : one(of: arrived)
  }

  // MARK: Labels of suppliers

  private mutating func goods() -> ScannedLabel {
    let kind = Int.random(in: 0..<10, using: &random)
    let lot = String(Int.random(in: 1...5, using: &random))
    containerCount += 1
    switch kind {
    case 0...4:
      let days = one(of: ["2026-11-19", "2026-12-01", "2027-03-31", "2027-12-31"])
      return made(
        "film F-\(lot)", ["09521234543213"], lot: "F-\(lot)-\(days.suffix(5))", quantity: one(of: [50, 50, 80, nil]),
        expires: days, container: chance(60) ? "C-\(containerCount)" : nil)
    case 5...7:
      let code = one(of: ["S-CAP-1", "S-CAP-1", "S-CAP-2"])
      return made(
        "cap \(code)", [code], lot: "K-\(lot)", quantity: one(of: [100, 100, 40, nil]), expires: nil,
        container: chance(40) ? "C-\(containerCount)" : nil)
    case 8:
      return made(
        "piece", ["S-CAP-1"], lot: "K-\(lot)", quantity: nil, expires: nil, serial: "\(containerCount)")
    default:
      return made("glue", ["S-GLUE"], lot: one(of: ["G-7", "G-8"]), quantity: 15, expires: nil, container: nil)
    }
  }

  private func made(
    _ name: String, _ codes: [String], lot: String?, quantity: Int?, expires: String?, container: String? = nil,
    serial: String? = nil
  ) -> ScannedLabel {
    ScannedLabel(
      text: [name, lot, quantity.map(String.init), expires, container, serial].map { $0 ?? "-" }.joined(separator: " "),
      scheme: "gs1", itemCodes: codes, lot: lot, serial: serial, container: container,
      unusableFrom: expires.flatMap { Timestamp(iso8601: $0) }, quantity: quantity.map { Quantity($0) })
  }

  private mutating func wrongLabel() -> ScannedLabel {
    switch Int.random(in: 0..<7, using: &random) {
    case 0: ScannedLabel(text: "hello")
    case 1: ScannedLabel(text: "09521234543213")
    case 2: ScannedLabel(text: "x", scheme: "gs1", fault: .init(code: "gs1.check_digit", words: Words("wrong", "错误")))
    case 3: made("two", ["09521234543213", "S-CAP-1"], lot: "X", quantity: 1, expires: nil)
    case 4: made("lot only", [], lot: "F-1", quantity: nil, expires: nil)
    case 5: arrived.isEmpty ? goods() : one(of: arrived)
    default: ScannedLabel(text: one(of: ["WO-1", "PO-1", "M-1", "WO-2-L1", "badge-3"]))
    }
  }

  // MARK: Quality and the ERP

  private mutating func aside() -> Command {
    let numbers = floor.materials.keys.sorted()
    switch Int.random(in: 0..<18, using: &random) {
    case 0...14 where !numbers.isEmpty:
      // Mostly a release of what waits.
      let waiting = numbers.filter { floor.materials[$0]?.status == .quarantined }
      let number = waiting.isEmpty || chance(15) ? one(of: numbers) : one(of: waiting)
      return .disposeMaterial(
        material: number, status: chance(85) ? .released : one(of: [.blocked, .quarantined]), person: "Q-1",
        reason: "inspected")
    case 15:
      var order = Self.order(one(of: Self.orders))
      order.quantity = one(of: [300, 500, 500, 800])
      order.state = chance(10) ? .closed : .released
      if chance(15) { order.materials.removeLast() }
      return .updateWork(WorkChange(orders: [order]))
    case 16 where !numbers.isEmpty:
      var lot = MaterialLot(
        number: one(of: numbers), item: "FILM", status: chance(70) ? .released : .blocked)
      lot.item = chance(5) ? "CAP" : floor.materials[lot.number]?.item ?? "FILM"
      lot.quantity = chance(20) ? Quantity(20) : nil
      lot.unusableFrom = chance(10) ? time : nil
      return .updateWork(WorkChange(materials: [lot]))
    default:
      var delivery = Self.delivery(Int.random(in: 1...Self.deliveryCount, using: &random))
      delivery.state = one(of: [.expected, .closed, .cancelled])
      return .updateWork(WorkChange(deliveries: [delivery]))
    }
  }
}
