import Foundation

/// Receives deliveries.
final class MaterialDayReceiver: MaterialDayPerson, @unchecked Sendable {  // as its superclass
  private var deliveries = 0
  private var containers = 0
  private var isOpen = false
  private var boxed: Set<String> = []

  override func step() throws {
    if !isOpen {
      let next = deliveries + 1
      isOpen = try scan(next.isMultiple(of: 6) ? "LOTWIRE:BLIND" : MaterialDay.delivery(next))
      if isOpen {
        deliveries = next
      } else {
        // Something else is open, or the ERP has not announced it yet.
        try scan("LOTWIRE:END")
        usleep(200_000)
      }
      return
    }
    if chance(8) {
      if try scan("LOTWIRE:END") { isOpen = false }
      return
    }
    let before = scanner.entries.count
    let goods = try receive()
    if chance(12), scanner.entries.count > before {
      if try scan("LOTWIRE:UNDO"), try scan("BADGE-2") { return }
    } else if let goods {
      // The driver scans the same label once more.
      if !goods.label.isEmpty, chance(5) { try scan(goods.label) }
      warehouse.with { $0.there.append(goods) }
    } else if chance(50) {
      try scan("LOTWIRE:CANCEL")
    }
  }

  private func receive() throws -> MaterialDayWarehouse.Goods? {
    containers += 1
    let letter = one(of: ["A", "B"])
    let expires = letter == "A" ? "280630" : "291231"
    let lot = "F-\(deliveries)\(letter)"
    switch Int.random(in: 0..<10, using: &random) {
    case 0...4:
      let meters = one(of: [20, 30, 40])
      let label = MaterialDayLabels.roll(containers, lot: lot, meters: meters, expires: expires)
      return try scan(label) ? .init(label: label, supplierLot: lot, quantity: meters, isFilm: true) : nil
    case 5:
      let label = MaterialDayLabels.unmeasuredRoll(containers, lot: lot, expires: expires)
      guard try scan(label) else { return nil }
      if chance(15) { try scan("LOTWIRE:END") }
      guard try scan("LOTWIRE:QUANTITY:25") else { return nil }
      return .init(label: label, supplierLot: lot, quantity: 25, isFilm: true)
    case 6...7:
      let box = "K-\(deliveries)\(letter)"
      if boxed.contains(box), chance(85) { try scan("LOTWIRE:ANOTHER") }
      guard try scan(MaterialDayLabels.box(lot: box, count: 100)) else {
        try scan("LOTWIRE:CANCEL")
        return nil
      }
      boxed.insert(box)
      return .init(label: "", supplierLot: box, quantity: 100, isFilm: false)
    case 8:
      let piece = "K-\(deliveries)P"
      let label = MaterialDayLabels.piece(containers, lot: piece)
      return try scan(label) ? .init(label: label, supplierLot: piece, quantity: 1, isFilm: false) : nil
    default:
      // What must not come in: expired soon, an unknown item, a container that came before.
      let wrong = [
        MaterialDayLabels.roll(containers, lot: lot, meters: 10, expires: "261101"),
        MaterialDayLabels.roll(containers, lot: lot, meters: 10, expires: expires)
          .replacingOccurrences(of: MaterialDayLabels.film, with: MaterialDayLabels.unknownItem),
        MaterialDayLabels.roll(max(1, containers / 2), lot: lot, meters: 20, expires: expires),
      ]
      try scan(one(of: wrong))
      try scan("LOTWIRE:CANCEL")
      return nil
    }
  }
}

/// Picks for one work order after the other.
final class MaterialDayPicker: MaterialDayPerson, @unchecked Sendable {  // as its superclass
  private var isOpen = false
  private var order = 1
  private var picks = 0

  override func step() throws {
    if !isOpen {
      isOpen = try scan(MaterialDay.order(order))
      picks = 0
      return
    }
    if picks > 14 || chance(4) {
      if try scan("LOTWIRE:END") {
        isOpen = false
        order += 1
      }
      return
    }
    if chance(4) { try scan(one(of: ["BADGE-1", "BADGE-2"])) }
    let choice = warehouse.with { state in
      (state.there.filter { state.numbers[$0.supplierLot] != nil }, state.there, state.numbers)
    }
    guard let goods = choice.0.isEmpty || chance(8) ? choice.1.randomElement(using: &random) : one(of: choice.0) else {
      try scan("ML-999999")
      return
    }
    try pick(goods, number: choice.2[goods.supplierLot])
  }

  private func pick(_ goods: MaterialDayWarehouse.Goods, number: String?) throws {
    let quantity = min(goods.quantity, goods.label.isEmpty ? one(of: [20, 50, 100]) : goods.quantity)
    if !goods.isFilm { try scan("LOTWIRE:QUANTITY:\(quantity)") }
    if chance(50) { try scan("LOTWIRE:OVERRIDE") }
    let label = goods.label.isEmpty ? number ?? "ML-000001" : goods.label
    // A roll without a length on its label needs the card as well.
    if goods.isFilm, MaterialDayRecount.fields(label, [:]).quantity == nil {
      try scan("LOTWIRE:QUANTITY:\(quantity)")
    }
    guard try scan(label) else {
      if chance(60) { try scan("LOTWIRE:CANCEL") }
      return
    }
    picks += 1
    if chance(8) {
      try scan("LOTWIRE:UNDO")
      if chance(30) { try scan("LOTWIRE:UNDO") }
      return
    }
    if chance(8) {
      try scan("LOTWIRE:UNPICK")
      try scan("LOTWIRE:QUANTITY:\(quantity)")
      guard try scan(label) else {
        try scan("LOTWIRE:CANCEL")
        return
      }
      if chance(30) { try scan("LOTWIRE:UNDO") }
      return
    }
    let order = MaterialDay.order(order)
    warehouse.with { state in
      if !goods.label.isEmpty { state.there.removeAll { $0 == goods } }
      var taken = goods
      taken.quantity = quantity
      state.picked[order, default: []].append(taken)
      state.orderAtHand = self.order
    }
  }
}

/// Runs lots and consumes what was picked for them, or else what is there.
final class MaterialDayFiller: MaterialDayPerson, @unchecked Sendable {  // as its superclass
  private var order = 1
  private var lot = 0
  private var isRunning = false
  private var uses = 0

  override func step() throws {
    if !isRunning {
      lot += 1
      if lot > MaterialDay.lotsPerOrder {
        lot = 1
        order += 1
      }
      // The filler follows the picking place; a lot of a later order is begun again where it was left.
      let atHand = warehouse.with { $0.orderAtHand }
      if atHand > order, chance(50) {
        order += 1
        lot = 1
      }
      isRunning = try scan(MaterialDay.lot(order, lot))
      uses = 0
      return
    }
    if uses > 5 || chance(10) {
      if try scan("LOTWIRE:END") { isRunning = false }
      return
    }
    if chance(4) {
      try scan("LOTWIRE:LEAVE")
      try scan(one(of: ["BADGE-1", "BADGE-2"]))
    }
    if chance(3) { try scan(MaterialDay.lot(order, 1 + lot % MaterialDay.lotsPerOrder)) }
    try consume()
  }

  private func consume() throws {
    uses += 1
    let name = MaterialDay.order(order)
    let (mine, numbers, there) = warehouse.with { ($0.picked[name] ?? [], $0.numbers, $0.there) }
    guard let goods = (mine.isEmpty || chance(10) ? there : mine).randomElement(using: &random) else {
      try scan("ML-999999")
      return
    }
    let label = goods.label.isEmpty ? numbers[goods.supplierLot] ?? "ML-000001" : goods.label
    let quantity = goods.quantity > 10 && chance(30) ? goods.quantity / 2 : goods.quantity
    try scan("LOTWIRE:QUANTITY:\(quantity)")
    if goods.label.isEmpty, chance(40) { try scan("LOTWIRE:ANOTHER") }
    guard try scan(label) else {
      try scan("LOTWIRE:CANCEL")
      return
    }
    if chance(10) {
      try scan("LOTWIRE:UNDO")
      return
    }
    warehouse.with { state in
      if let index = state.picked[name]?.firstIndex(of: goods) { state.picked[name]?.remove(at: index) }
      if !goods.label.isEmpty { state.there.removeAll { $0 == goods } }
    }
    // The line is told again what it knows.
    if chance(10), !goods.label.isEmpty {
      try scan("LOTWIRE:QUANTITY:\(quantity)")
      try scan(label)
      try scan("LOTWIRE:CANCEL")
    }
  }
}
