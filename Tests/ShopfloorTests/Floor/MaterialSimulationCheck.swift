@testable import Shopfloor

/// Holds one decision to what must be true of every decision.
struct MaterialSimulationCheck {
  var command: Command
  var before: Floor
  var decision: Decision
  var after: Floor

  func faults(at time: Timestamp) -> [String] {
    var found: [String] = []
    if before.decide(command, at: time) != decision { found.append("the same command is decided in another way") }
    for event in decision.events {
      switch event {
      case .materialReceived(let step): found += faults(of: step)
      case .materialPicked(let step): found += faults(of: step, time)
      case .materialUnpicked(let step): found += faults(of: step)
      case .materialConsumed(let step): found += faults(of: step, time)
      case .stepUndone(let undone): found += faults(of: undone)
      default: break
      }
    }
    let moves = decision.events.filter(Self.isMovement).count
    if moves > 1 { found.append("one scan moved material \(moves) times") }
    if !decision.answer.isAccepted, moves > 0 { found.append("a refused command moved material") }
    if case .scan(let label, let station) = command, moves > 0,
      before.station(station).lastAccepted?.raw == hexadecimal(label.raw)
    {
      found.append("a repeated label moved material")
    }
    return found
  }

  static func isMovement(_ event: Event) -> Bool {
    switch event {
    case .materialReceived, .materialPicked, .materialUnpicked, .materialConsumed, .stepUndone: true
    default: false
    }
  }

  // MARK: What must have been true before

  private func faults(of step: MaterialReceived) -> [String] {
    var found: [String] = []
    for unit in step.units {
      if let earlier = before.receivedUnits[unit] { found.append("\(unit) was received as \(earlier)") }
    }
    if !step.quantity.isPositive { found.append("received \(step.quantity)") }
    if let known = before.materials[step.material], known.status != .quarantined || known.item != step.item {
      found.append("received into \(known)")
    }
    if let limit = step.unusableFrom, limit <= step.at { found.append("received what expired at \(limit)") }
    if after.materials[step.material]?.status != .quarantined { found.append("not in quarantine after the receipt") }
    if let number = step.delivery, before.deliveries[number]?.state != .expected {
      found.append("received on \(number), which has ended")
    }
    return found
  }

  private func usability(_ number: MaterialLotNumber, _ time: Timestamp) -> [String] {
    guard let material = before.materials[number] else { return ["\(number) is unknown"] }
    return (material.status == .released ? [] : ["\(number) is \(material.status)"])
      + (material.unusableFrom.map { time >= $0 } == true ? ["\(number) expired"] : [])
  }

  private func faults(of step: MaterialPicked, _ time: Timestamp) -> [String] {
    var found = usability(step.material, time)
    if !step.quantity.isPositive { found.append("picked \(step.quantity)") }
    if let piece = serialKey(step.item, step.serial), step.quantity == Quantity(1) {
      if let taken = before.pickedPieces[piece] { found.append("\(piece) is picked for \(taken.order) already") }
      if let run = before.consumedPieces[piece] { found.append("\(piece) was consumed in \(run)") }
    }
    if let order = before.orders[step.order] {
      if order.state != .released { found.append("\(step.order) is \(order.state)") }
      found += needFaults(order, step.substituteFor ?? step.item)
    }
    if let free = before.freeQuantity(of: step.material), free < step.quantity {
      found.append("picked \(step.quantity) of \(free)")
    }
    return found
  }

  private func needFaults(_ order: WorkOrder, _ item: ItemCode) -> [String] {
    guard let line = order.materials.first(where: { $0.item == item }) else { return ["\(item) is not needed"] }
    let required = Int64((line.quantityPerUnit * order.quantity * 1_000_000).rounded())
    let picked = after.picked[order.number]?[item] ?? .zero
    return picked.millionths > required ? ["picked \(picked) of \(item), and \(required) millionths are needed"] : []
  }

  private func faults(of step: MaterialUnpicked) -> [String] {
    var found: [String] = []
    let allocated = before.stock[step.material]?.allocated[step.order] ?? .zero
    if allocated < step.quantity || !step.quantity.isPositive {
      found.append("put \(step.quantity) of \(allocated) back")
    }
    if let piece = serialKey(step.item, step.serial), step.quantity == Quantity(1) {
      if before.pickedPieces[piece]?.order != step.order { found.append("\(piece) was not picked for \(step.order)") }
      if let run = before.consumedPieces[piece] { found.append("\(piece) was consumed in \(run)") }
    }
    return found
  }

  private func faults(of step: MaterialConsumed, _ time: Timestamp) -> [String] {
    var found = usability(step.materialLot, time)
    guard let run = before.activeRun(step.run) else { return found + ["no run \(step.run)"] }
    if let piece = serialKey(step.item, step.serial), step.quantity ?? 1 == 1 {
      if let earlier = before.consumedPieces[piece] { found.append("\(piece) was consumed in \(earlier)") }
      if let order = before.pickedPieces[piece]?.order, !run.workOrders.contains(order) {
        found.append("\(piece) is set aside for \(order)")
      }
    }
    for share in step.fromPicked ?? []
    where before.stock[step.materialLot]?.allocated[share.order] ?? .zero < share.quantity
      || !run.workOrders.contains(share.order)
    {
      found.append("takes \(share) from what is picked")
    }
    let mine = (step.fromPicked ?? []).map(\.quantity).reduce(.zero, +)
    if let quantity = step.exactQuantity, let free = before.freeQuantity(of: step.materialLot), quantity > free + mine {
      found.append("consumed \(quantity) of \(free) and \(mine) picked")
    }
    return found
  }

  private func faults(of undone: StepUndone) -> [String] {
    if before.station(undone.station).lastStep != undone.step { return ["another step than the last was taken back"] }
    guard case .unpicked(let back) = undone.step, let order = before.orders[back.order] else { return [] }
    return needFaults(order, back.substituteFor ?? back.item)
  }

  // MARK: Undo

  /// Takes a step back at once, on a copy: the stock is what it was, and the same scan may be made again.
  func undoFaults(at time: Timestamp) -> [String] {
    guard case .scan(let label, let station) = command,
      let step = after.station(station).lastStep, step != before.station(station).lastStep
    else { return [] }
    // The ERP may have made the order smaller than what was picked: what goes back then does not come again.
    if case .unpicked(let back) = step, !isWithinNeed(back) { return [] }
    var copy = after
    let later = time.advanced(byMicroseconds: 1_000_000)
    func scan(_ label: ScannedLabel) -> Decision {
      let decision = copy.decide(.scan(label, station: station), at: later)
      for event in decision.events { copy.apply(event) }
      return decision
    }
    _ = scan(ScannedLabel(text: CommandCard.undo.rawValue))
    if let asked = copy.station(station).awaitedWitness {
      _ = scan(ScannedLabel(text: asked.person == "P-2" ? "badge-4" : "badge-2"))
    }
    var found: [String] = []
    if MaterialSimulationBook.Totals(copy) != .init(before) { found.append("the undo of \(step) leaves another stock") }
    if Self.counts(copy) != Self.counts(before) { found.append("the undo of \(step) leaves another delivery") }
    if copy.station(station).consumed != before.station(station).consumed {
      found.append("the undo of \(step) leaves the run with something else")
    }
    guard before.station(station).awaitedWitness == nil else { return found }
    // What was prepared for the step would be scanned again by the person.
    copy.stations[station]?.preparation = before.station(station).preparation
    copy.stations[station]?.pending = before.station(station).pending
    _ = scan(label)
    if let again = copy.station(station).lastStep {
      if Self.essence(again) != Self.essence(step) { found.append("after the undo, \(again) instead of \(step)") }
    } else {
      found.append("after the undo of \(step) the same scan is not accepted")
    }
    return found
  }

  private func isWithinNeed(_ back: MaterialUnpicked) -> Bool {
    guard let order = before.orders[back.order] else { return false }
    let item = back.substituteFor ?? back.item
    return order.materials.contains { line in
      line.item == item
        && (before.picked[order.number]?[item] ?? .zero).doubleValue <= line.quantityPerUnit * order.quantity
    }
  }

  private static func counts(_ floor: Floor) -> [DeliveryNumber: Set<Floor.DeliveryCount>] {
    floor.deliveryReceipts.mapValues { Set($0.filter { $0.quantity != .zero }) }.filter { !$0.value.isEmpty }
  }

  /// The step without its time and, of a receipt, without the number that was given.
  private static func essence(_ step: UndoableStep) -> UndoableStep {
    switch step {
    case .received(var step):
      step.at = .init(microseconds: 0)
      step.material = "any"
      return .received(step)
    case .picked(var step):
      step.at = .init(microseconds: 0)
      return .picked(step)
    case .unpicked(var step):
      step.at = .init(microseconds: 0)
      return .unpicked(step)
    case .consumed(var step):
      step.at = .init(microseconds: 0)
      return .consumed(step)
    }
  }
}
