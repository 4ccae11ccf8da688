extension Floor {
  /// Moves the state by one event. Events were decided before; nothing is refused here.
  public mutating func apply(_ event: Event) {
    switch event {
    case .planApplied(let applied):
      plan = applied.plan
      planDigest = applied.digest
    case .workOrderUpdated(let order): apply(order)
    case .materialLotUpdated(let material): applyMaterial(material)
    case .itemUpdated(let item): applyItem(item)
    case .deliveryExpected(let delivery): deliveries[delivery.number] = delivery
    case .personUpdated(let person): people[person.id] = person
    case .lotHeld(let hold): apply(hold)
    case .lotHoldLifted(let hold):
      lots[hold.lot]?.hold = nil
      lots[hold.lot]?.holdAlarms = nil
    case .personIdentified(let arrival):
      stations[arrival.station, default: StationState()].person = arrival.person
      stations[arrival.station]?.lastAccepted = nil
      stations[arrival.station]?.awaitedWitness = nil
    case .personLeft(let leave):
      stations[leave.station]?.person = nil
      stations[leave.station]?.preparation = StationPreparation()
      stations[leave.station]?.pending = nil
      stations[leave.station]?.lastWitness = nil
      stations[leave.station]?.awaitedWitness = nil
    case .lotLoaded(let loaded): stations[loaded.station, default: StationState()].load.append(loaded.lot)
    case .loadEmptied(let emptied): stations[emptied.station]?.load = []
    case .runStarted(let run): start(run)
    case .runEnded(let end): finish(end)
    case .materialConsumed, .materialReceived, .materialPicked, .materialUnpicked, .stepUndone: applyMovement(event)
    case .labelScanned, .stationPrepared, .receiptOpened, .receiptPending, .receiptClosed, .pickingOpened,
      .pickingClosed, .witnessAsked, .stepWitnessed, .lineCleared:
      applyStationWork(event)
    case .operationCompleted(let done): lots[done.lot]?.completedOperations.append(done.operation)
    case .quantityReported(let report): count(report)
    case .deliveriesCompared(let comparison): applyComparison(comparison)
    case .workConflict(let conflict):
      orderConflicts = (orderConflicts ?? [:]).merging([conflict.key: conflict.words]) { $1 }
    case .lotCompleted(let done): lots[done.lot]?.completedAt = done.at
    case .recordSealed(let notice): lots[notice.lot]?.sealedRevision = notice.revision
    case .alarmRaised, .alarmReturned, .alarmAcknowledged, .alarmClosed, .alarmShelved, .alarmUnshelved,
      .alarmServiceChanged, .alarmEscalated, .reactionStepRecorded:
      applyAlarm(event)
    case .controlPlanImported, .controlPlanApproved, .controlPlanWithdrawn: applyControlPlan(event)
    case .thresholdCrossed(let crossing): applyThreshold(crossing)
    case .gapOpened: gapCount += 1
    case .deviceLimitsLearned(let learned): deviceLimits[learned.device] = learned.isEmpty ? nil : learned
    case .deviceCommissioned(let done): commissionings[done.device] = done
    case .brokerLinked(let link): apply(link)
    case .writeOrdered(let write): apply(write)
    case .writeReported(let report): apply(report)
    case .recordingStarted, .recordingStopped, .clockStepped, .commandRefused, .materialDisposed, .materialConflict,
      .scannerLinked, .messagesLost, .messagesThinned,
      .cycleStarted, .cycleEnded,
      .characteristicTaken, .measurementTaken, .subgroupCharted, .subgroupEnded, .chartStageBegun, .chartRulesBlocked,
      .notificationOwed,
      .limitsEstablished, .gapClosed, .lateReadings, .readingsDropped, .readingsAnchored,
      .textRecorded, .delivered, .deliveryBlocked, .recordingSuspended, .recordingResumed, .storageLow,
      .ledgerCheckpointed, .readingsPacked, .readingsRetired, .ledgerDamageFound, .ledgerCopied, .calibrationRecorded,
      .productionReported, .deliveryDecided, .erpNoted:
      break
    }
  }

  private mutating func apply(_ hold: LotHeld) {
    lots[hold.lot]?.hold = hold
    guard let alarm = hold.alarm, let earlier = lots[hold.lot].map({ $0.holdAlarms ?? [] }), !earlier.contains(alarm)
    else { return }
    lots[hold.lot]?.holdAlarms = earlier + [alarm]
  }

  private mutating func apply(_ order: WorkOrder) {
    orders[order.number] = order
    // A lot that never ran may move from one order to another, with its hold.
    for lot in order.lots { lots[lot, default: LotState(order: order.number)].order = order.number }
  }

  private mutating func start(_ run: Run) {
    runCount += 1
    for lot in run.lots { lots[lot]?.hasRun = true }
    stations[run.station, default: StationState()].activeRun = run
    stations[run.station]?.load = []
    stations[run.station]?.consumed = []
    stations[run.station]?.unclearedOrders = run.workOrders
    stations[run.station]?.preparation = StationPreparation()
  }

  private mutating func finish(_ end: RunEnded) {
    for (name, state) in stations {
      guard var run = state.activeRun, run.id == end.run else { continue }
      run.endedAt = end.at
      run.endedBy = end.person
      run.completedOperation = end.completedOperation
      stations[name]?.activeRun = nil
      stations[name]?.consumed = []
      stations[name]?.preparation = StationPreparation()
      stations[name]?.endedRuns.append(run)
      // Ended by an alarm or from elsewhere: the label that started it, read again, starts another.
      if end.alarm != nil || state.lastAccepted.map({ $0.at < end.at }) ?? false {
        stations[name]?.lastAccepted = nil
      }
      if state.endedRuns.count + 1 > Self.rememberedEndedRuns { stations[name]?.endedRuns.removeFirst() }
    }
  }
}
