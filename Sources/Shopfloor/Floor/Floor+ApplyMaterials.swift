extension Floor {
  /// Moves the stock by one movement of material.
  mutating func applyMovement(_ event: Event) {
    switch event {
    case .materialReceived(let received):
      receive(received, .forward)
      done(.received(received), at: received.station)
    case .materialPicked(let picked):
      allocate(picked.quantity, of: picked.material, to: picked.order)
      done(.picked(picked), at: picked.station)
    case .materialUnpicked(let back):
      allocate(.zero - back.quantity, of: back.material, to: back.order)
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
    case .picked(let picked): allocate(.zero - picked.quantity, of: picked.material, to: picked.order)
    case .unpicked(let back): allocate(back.quantity, of: back.material, to: back.order)
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
    if let key = received.unitKey { receivedUnits[key] = direction == .forward ? received.material : nil }
    if direction == .forward, materials[received.material] == nil { materialCount += 1 }
  }

  private mutating func allocate(_ quantity: Quantity, of material: MaterialLotNumber, to order: WorkOrderNumber) {
    var stock = self.stock[material] ?? MaterialStock()
    let sum = stock.allocated[order, default: .zero] + quantity
    stock.allocated[order] = sum.isPositive ? sum : nil
    self.stock[material] = stock
  }

  /// Consumption takes what was picked for the run's work orders first.
  private mutating func consume(_ use: MaterialConsumed, _ direction: Direction) {
    guard let quantity = use.exactQuantity else { return }
    var stock = self.stock[use.materialLot] ?? MaterialStock()
    stock.consumed += direction == .forward ? quantity : .zero - quantity
    for share in use.fromPicked ?? [] {
      let change = direction == .forward ? .zero - share.quantity : share.quantity
      let sum = stock.allocated[share.order, default: .zero] + change
      stock.allocated[share.order] = sum.isPositive ? sum : nil
    }
    self.stock[use.materialLot] = stock
  }

  /// Moves what people prepared and opened at a station.
  mutating func applyStationWork(_ event: Event) {
    switch event {
    case .labelScanned(let scan):
      guard scan.outcome != .repeated else { return }
      stations[scan.station, default: StationState()].lastAccepted = scan.outcome == .accepted ? scan : nil
    case .stationPrepared(let prepared):
      stations[prepared.station, default: StationState()].preparation = prepared.preparation
    case .receiptOpened(let opened):
      stations[opened.station, default: StationState()].receipt = opened
      stations[opened.station]?.pending = nil
      stations[opened.station]?.lastStep = nil
    case .receiptPending(let pending):
      stations[pending.station, default: StationState()].pending = pending.pending
    case .receiptClosed(let closed):
      stations[closed.station]?.receipt = nil
      stations[closed.station]?.pending = nil
      stations[closed.station]?.lastStep = nil
      stations[closed.station]?.preparation = StationPreparation()
    case .pickingOpened(let opened):
      stations[opened.station, default: StationState()].picking = opened
      stations[opened.station]?.lastStep = nil
    case .pickingClosed(let closed):
      stations[closed.station]?.picking = nil
      stations[closed.station]?.lastStep = nil
      stations[closed.station]?.preparation = StationPreparation()
    case .witnessAsked(let asked):
      stations[asked.station, default: StationState()].awaitedWitness = asked
    case .stepWitnessed(let step): stations[step.station]?.awaitedWitness = nil
    case .lineCleared(let cleared): stations[cleared.station]?.unclearedOrders = nil
    default: break
    }
  }
}

extension Floor.StationState {
  mutating func forgetLastScan() { lastAccepted = nil }
}

extension MaterialConsumed {
  /// The quantity as an exact decimal; nil where none was recorded.
  public var exactQuantity: Quantity? { quantity.flatMap(Quantity.init(nearest:)) }
}
