extension Floor {
  /// Moves the stock by one movement of material.
  mutating func applyMovement(_ event: Event) {
    switch event {
    case .materialReceived(let received):
      receive(received, .forward)
      done(.received(received), at: received.station)
    case .materialPicked(let picked):
      pick(picked, .forward)
      done(.picked(picked), at: picked.station)
    case .materialUnpicked(let back):
      unpick(back, .forward)
      done(.unpicked(back), at: back.station)
    case .materialConsumed(let use):
      consume(use, .forward)
      if let station = station(ofRun: use.run) {
        stations[station]?.consumed.append(use)
        done(.consumed(use), at: station)
      }
    case .stepUndone(let undone):
      takeBack(undone.step)
      stations[undone.station]?.lastStep = nil
    default: break
    }
  }

  private enum Direction { case forward, back }

  /// A step was done: it can be taken back, and what was prepared for it is used up.
  private mutating func done(_ step: UndoableStep, at station: StationName) {
    stations[station, default: StationState()].lastStep = step
    stations[station]?.preparation = StationPreparation()
    stations[station]?.pending = nil
  }

  private func station(ofRun run: RunID) -> StationName? {
    stations.first { $0.value.activeRun?.id == run }?.key
  }

  private mutating func takeBack(_ step: UndoableStep) {
    switch step {
    case .received(let received): receive(received, .back)
    case .picked(let picked): pick(picked, .back)
    case .unpicked(let back): unpick(back, .back)
    case .consumed(let use):
      consume(use, .back)
      if let station = station(ofRun: use.run), let index = stations[station]?.consumed.lastIndex(of: use) {
        stations[station]?.consumed.remove(at: index)
      }
    }
  }

  private mutating func receive(_ received: MaterialReceived, _ direction: Direction) {
    let quantity = direction == .forward ? received.quantity : .zero - received.quantity
    if let delivery = received.delivery {
      var counts = deliveryReceipts[delivery] ?? []
      if let index = counts.firstIndex(where: {
        $0.item == received.item && $0.supplierLot == received.supplierLot
      }) {
        counts[index].quantity += quantity
      } else {
        counts.append(
          DeliveryCount(item: received.item, supplierLot: received.supplierLot, quantity: quantity))
      }
      deliveryReceipts[delivery] = counts
    }
    for unit in received.units { receivedUnits[unit] = direction == .forward ? received.material : nil }
    if received.quantity == Quantity(1), let piece = serialKey(received.item, received.serial) {
      if direction == .forward { pieces.insert(piece) } else { pieces.remove(piece) }
    }
    guard direction == .forward else { return }
    if materials[received.material] == nil { materialCount += 1 }
    if stations[received.station]?.receivedHere.contains(received.material) == false {
      stations[received.station]?.receivedHere.append(received.material)
    }
  }

  private mutating func pick(_ picked: MaterialPicked, _ direction: Direction) {
    let quantity = direction == .forward ? picked.quantity : .zero - picked.quantity
    allocate(quantity, of: picked.material, to: picked.order)
    self.picked[picked.order, default: [:]][picked.substituteFor ?? picked.item, default: .zero] += quantity
    self.stock[picked.material]?.pickedFor[picked.order] = picked.substituteFor ?? picked.item
    if let piece = pieceKey(picked.item, picked.serial, picked.quantity) {
      pickedPieces[piece] =
        direction == .forward ? PickedPiece(order: picked.order, material: picked.material) : nil
    }
    let label = PickedLabel(material: picked.material, container: picked.container, serial: picked.serial)
    if direction == .forward {
      stations[picked.station]?.pickedHere.append(label)
    } else if let index = stations[picked.station]?.pickedHere.lastIndex(of: label) {
      stations[picked.station]?.pickedHere.remove(at: index)
    }
  }

  private mutating func unpick(_ back: MaterialUnpicked, _ direction: Direction) {
    let quantity = direction == .forward ? .zero - back.quantity : back.quantity
    allocate(quantity, of: back.material, to: back.order)
    self.picked[back.order, default: [:]][back.substituteFor ?? back.item, default: .zero] += quantity
    if direction == .forward { stations[back.station]?.pickedHere.removeAll { $0.material == back.material } }
    if let piece = pieceKey(back.item, back.serial, back.quantity) {
      pickedPieces[piece] =
        direction == .forward ? nil : PickedPiece(order: back.order, material: back.material)
    }
  }

  private mutating func allocate(_ quantity: Quantity, of material: MaterialLotNumber, to order: WorkOrderNumber) {
    var stock = self.stock[material] ?? MaterialStock()
    let sum = stock.allocated[order, default: .zero] + quantity
    stock.allocated[order] = sum.isPositive ? sum : nil
    self.stock[material] = stock
  }

  /// Consumption takes what was picked for the run's work orders first.
  private mutating func consume(_ use: MaterialConsumed, _ direction: Direction) {
    let sign = direction == .forward ? 1 : -1
    let quantity = use.exactQuantity
    if let piece = pieceKey(use.item, use.serial, quantity) {
      // Whether it had been picked by its own label stays known, for the case that this is taken back.
      consumedPieces[piece] = direction == .forward ? use.run : nil
    }
    var stock = self.stock[use.materialLot] ?? MaterialStock()
    if stock.uses == 0 { stock.consumedFor = [:] }
    if let shares = use.sharesOfOrders {
      for share in shares {
        stock.consumedFor?[share.order, default: .zero] +=
          direction == .forward ? share.quantity : .zero - share.quantity
      }
    } else {
      stock.consumedFor = nil
    }
    stock.uses += sign
    if let quantity { stock.consumed += direction == .forward ? quantity : .zero - quantity }
    for share in use.fromPicked ?? [] {
      let change = direction == .forward ? .zero - share.quantity : share.quantity
      let sum = stock.allocated[share.order, default: .zero] + change
      stock.allocated[share.order] = sum.isPositive ? sum : nil
    }
    self.stock[use.materialLot] = stock
  }

  mutating func applyItem(_ item: Item) {
    if let known = items[item.code] {
      for code in [known.code.text] + known.otherCodes { itemsByCode[code]?.removeAll { $0 == item.code } }
    }
    for code in [item.code.text] + item.otherCodes where itemsByCode[code]?.contains(item.code) != true {
      itemsByCode[code, default: []].append(item.code)
    }
    items[item.code] = item
  }

  mutating func applyMaterial(_ material: MaterialLot) {
    if let known = materials[material.number] {
      if known.item != material.item { materialsByItem[known.item]?.removeAll { $0 == known.number } }
      if known.supplierLot != material.supplierLot, let lot = known.supplierLot {
        materialsBySupplierLot[lot]?.removeAll { $0 == known.number }
      }
    }
    if materialsByItem[material.item]?.contains(material.number) != true {
      materialsByItem[material.item, default: []].append(material.number)
    }
    if let lot = material.supplierLot, materialsBySupplierLot[lot]?.contains(material.number) != true {
      materialsBySupplierLot[lot, default: []].append(material.number)
    }
    materials[material.number] = material
  }

  /// Moves what people prepared and opened at a station.
  mutating func applyStationWork(_ event: Event) {
    switch event {
    case .labelScanned(let scan):
      guard scan.outcome != .repeated else { return }
      // A step that waits for a second person is given up by every other label.
      stations[scan.station, default: StationState()].awaitedWitness = nil
      stations[scan.station]?.lastWitness = nil
      stations[scan.station, default: StationState()].lastAccepted = scan.outcome == .accepted ? scan : nil
    case .stationPrepared(let prepared):
      stations[prepared.station, default: StationState()].preparation = prepared.preparation
    case .receiptOpened(let opened):
      stations[opened.station, default: StationState()].receipt = opened
      stations[opened.station]?.pending = nil
      stations[opened.station]?.receivedHere = []
      stations[opened.station]?.lastStep = nil
    case .receiptPending(let pending):
      stations[pending.station, default: StationState()].pending = pending.pending
      stations[pending.station]?.preparation = StationPreparation()
    case .receiptClosed(let closed):
      stations[closed.station]?.receipt = nil
      stations[closed.station]?.receivedHere = []
      stations[closed.station]?.pending = nil
      stations[closed.station]?.lastStep = nil
      stations[closed.station]?.preparation = StationPreparation()
    case .pickingOpened(let opened):
      stations[opened.station, default: StationState()].picking = opened
      stations[opened.station]?.pickedHere = []
      stations[opened.station]?.lastStep = nil
    case .pickingClosed(let closed):
      stations[closed.station]?.picking = nil
      stations[closed.station]?.pickedHere = []
      stations[closed.station]?.lastStep = nil
      stations[closed.station]?.preparation = StationPreparation()
    case .witnessAsked(let asked):
      stations[asked.station, default: StationState()].awaitedWitness = asked
    case .stepWitnessed(let step):
      stations[step.station]?.awaitedWitness = nil
      stations[step.station]?.lastWitness = step.witness
    case .lineCleared(let cleared): stations[cleared.station]?.unclearedOrders = nil
    default: break
    }
  }
}

extension MaterialConsumed {
  /// The quantity as an exact decimal; nil where none was recorded.
  public var exactQuantity: Quantity? { quantity.flatMap(Quantity.init(nearest:)) }

  /// What each work order took; nil where nobody said how much, or a run of several orders took more than was picked for
  /// them: whose the rest is, nobody said.
  public var sharesOfOrders: [Share]? {
    guard let exactQuantity else { return nil }
    if let order = totals?.order { return [Share(order: order, quantity: exactQuantity)] }
    guard let fromPicked, fromPicked.map(\.quantity).reduce(.zero, +) == exactQuantity else { return nil }
    return fromPicked
  }
}
