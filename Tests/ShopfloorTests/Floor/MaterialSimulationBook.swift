@testable import Shopfloor

/// A plain recount of material: one line for each movement, added up from the first to the last every time. It knows no
/// rule of the floor.
struct MaterialSimulationBook {
  private struct Line {
    var step: UndoableStep
    /// −1 for a movement that was taken back.
    var sign: Int64
  }

  private var lines: [Line] = []

  /// In millionths of a unit.
  struct Totals: Equatable {
    var received: [MaterialLotNumber: Int64] = [:]
    var consumed: [MaterialLotNumber: Int64] = [:]
    var allocated: [MaterialLotNumber: [WorkOrderNumber: Int64]] = [:]
    var picked: [WorkOrderNumber: [ItemCode: Int64]] = [:]
    var receivedUnits: [String: MaterialLotNumber] = [:]
    var pickedPieces: [String: WorkOrderNumber] = [:]
    var consumedPieces: [String: RunID] = [:]
  }

  /// Whether the event was a movement.
  mutating func note(_ event: Event) -> Bool {
    switch event {
    case .materialReceived(let step): lines.append(Line(step: .received(step), sign: 1))
    case .materialPicked(let step): lines.append(Line(step: .picked(step), sign: 1))
    case .materialUnpicked(let step): lines.append(Line(step: .unpicked(step), sign: 1))
    case .materialConsumed(let step): lines.append(Line(step: .consumed(step), sign: 1))
    case .stepUndone(let undone): lines.append(Line(step: undone.step, sign: -1))
    default: return false
    }
    return true
  }

  var count: Int { lines.count }

  func totals() -> Totals {
    var sums = Totals()
    for line in lines {
      let isBack = line.sign < 0
      switch line.step {
      case .received(let step):
        sums.received[step.material, default: 0] += line.sign * step.quantity.millionths
        for unit in [step.container, step.serial.map({ "\(step.item)|\($0)" })].compactMap({ $0 }) {
          sums.receivedUnits[unit] = isBack ? nil : step.material
        }
      case .picked(let step):
        sums.allocated[step.material, default: [:]][step.order, default: 0] += line.sign * step.quantity.millionths
        sums.picked[step.order, default: [:]][step.substituteFor ?? step.item, default: 0] +=
          line.sign * step.quantity.millionths
        if let unit = step.serial.map({ "\(step.item)|\($0)" }), step.quantity.millionths == 1_000_000 {
          sums.pickedPieces[unit] = isBack ? nil : step.order
        }
      case .unpicked(let step):
        sums.allocated[step.material, default: [:]][step.order, default: 0] -= line.sign * step.quantity.millionths
        sums.picked[step.order, default: [:]][step.substituteFor ?? step.item, default: 0] -=
          line.sign * step.quantity.millionths
        if let unit = step.serial.map({ "\(step.item)|\($0)" }), step.quantity.millionths == 1_000_000 {
          sums.pickedPieces[unit] = isBack ? step.order : nil
        }
      case .consumed(let step):
        sums.consumed[step.materialLot, default: 0] +=
          line.sign * Int64(((step.quantity ?? 0) * 1_000_000).rounded(.toNearestOrEven))
        for share in step.fromPicked ?? [] {
          sums.allocated[step.materialLot, default: [:]][share.order, default: 0] -=
            line.sign * share.quantity.millionths
        }
        if let unit = step.serial.map({ "\(step.item)|\($0)" }), step.quantity ?? 1 == 1 {
          sums.consumedPieces[unit] = isBack ? nil : step.run
        }
      }
    }
    return sums.withoutZeros
  }
}

extension MaterialSimulationBook.Totals {
  /// What the floor says, in the same form.
  init(_ floor: Floor) {
    for (number, material) in floor.materials where material.receivedAt != nil {
      received[number] = material.quantity?.millionths ?? -1
    }
    for (number, stock) in floor.stock {
      consumed[number] = stock.consumed.millionths
      allocated[number] = stock.allocated.mapValues(\.millionths)
    }
    picked = floor.picked.mapValues { $0.mapValues(\.millionths) }
    receivedUnits = floor.receivedUnits
    pickedPieces = floor.pickedPieces.mapValues(\.order)
    consumedPieces = floor.consumedPieces
    self = withoutZeros
  }

  /// A lot of which everything was taken back counts like one that never came.
  var withoutZeros: Self {
    var sums = self
    sums.received = received.filter { $0.value != 0 }
    sums.consumed = consumed.filter { $0.value != 0 }
    sums.allocated = allocated.mapValues { $0.filter { $0.value != 0 } }.filter { !$0.value.isEmpty }
    sums.picked = picked.mapValues { $0.filter { $0.value != 0 } }.filter { !$0.value.isEmpty }
    return sums
  }

  /// What is wrong with these sums, whatever led to them.
  var faults: [String] {
    var found: [String] = []
    for (lot, orders) in allocated {
      for (order, amount) in orders where amount < 0 { found.append("\(lot) allocates \(amount) to \(order)") }
    }
    for (lot, amount) in consumed where amount < 0 { found.append("\(lot) consumed \(amount)") }
    for (lot, amount) in received {
      let free = amount - (consumed[lot] ?? 0) - (allocated[lot] ?? [:]).values.reduce(0, +)
      if free < 0 { found.append("\(lot) has \(free) free of \(amount)") }
    }
    for (order, items) in picked {
      for (item, amount) in items where amount < 0 { found.append("\(order) has picked \(amount) of \(item)") }
    }
    return found.sorted()
  }
}
