/// What an event is about, as short keys by which the ledger finds it again.
public enum EventSubject: Hashable, Sendable {
  case lot(LotNumber)
  case run(RunID)
  case station(StationName)
  case material(MaterialLotNumber)
  case person(PersonID)
  case order(WorkOrderNumber)
  case alarm(AlarmID)
  case gap(GapID)
  case plan(String)
  case device(DeviceName)
  case write(WriteID)
  case item(ItemCode)
  case delivery(DeliveryNumber)
  /// A logistic unit, by SSCC or licence plate.
  case container(String)
  case serial(String)
  case controlPlan(ControlPlanNumber)
  case characteristic(StationName, CharacteristicName)
  case recorder
  /// The keeping of the ledger itself: what no record of a lot carries.
  case ledger
  /// The sensor behind a parameter of a station.
  case parameter(StationName, ParameterName)

  public var key: String {
    switch self {
    case .lot(let lot): "lot:\(lot)"
    case .run(let run): "run:\(run)"
    case .station(let station): "station:\(station)"
    case .material(let material): "material:\(material)"
    case .person(let person): "person:\(person)"
    case .order(let order): "order:\(order)"
    case .alarm(let alarm): "alarm:\(alarm)"
    case .gap(let gap): "gap:\(gap)"
    case .plan(let digest): "plan:\(digest)"
    case .device(let device): "device:\(device)"
    case .write(let write): "write:\(write)"
    case .item(let item): "item:\(item)"
    case .delivery(let delivery): "delivery:\(delivery)"
    case .container(let container): "container:\(container)"
    case .serial(let serial): "serial:\(serial)"
    case .controlPlan(let number): "control-plan:\(number)"
    case .characteristic(let station, let name): "characteristic:\(station)/\(name)"
    case .recorder: "recorder"
    case .ledger: "ledger"
    case .parameter(let station, let name): "parameter:\(station)/\(name)"
    }
  }
}

extension Event {
  /// Everything the event itself names. Links over several events (which alarms a run had) are the reader's business.
  public var subjects: [EventSubject] {
    switch self {
    case .recordingStarted, .recordingStopped, .clockStepped, .readingsAnchored, .readingsDropped: [.recorder]
    case .planApplied(let applied): [.recorder, .plan(applied.digest)]
    case .workOrderUpdated(let order): [.order(order.number)] + order.lots.map(EventSubject.lot)
    case .materialLotUpdated(let material):
      [.material(material.number)] + (material.delivery.map { [.delivery($0)] } ?? [])
    case .itemUpdated(let item): [.item(item.code)]
    case .deliveryExpected(let delivery): [.delivery(delivery.number)]
    case .personUpdated(let person): [.person(person.id)]
    case .lotHeld(let hold), .lotHoldLifted(let hold):
      [.lot(hold.lot)] + [hold.person.map(EventSubject.person), hold.alarm.map(EventSubject.alarm)].compactMap { $0 }
    case .personIdentified(let at), .personLeft(let at), .loadEmptied(let at):
      [.station(at.station), .person(at.person)]
    case .lotLoaded(let loaded): [.station(loaded.station), .lot(loaded.lot), .person(loaded.person)]
    case .runStarted(let run):
      [.run(run.id), .station(run.station), .person(run.startedBy)] + run.lots.map(EventSubject.lot)
    case .runEnded(let end): [.run(end.run)] + (end.person.map { [.person($0)] } ?? [])
    case .materialConsumed(let use): use.subjects
    case .labelScanned(let scan): [.station(scan.station)]
    case .stationPrepared(let prepared): [.station(prepared.station), .person(prepared.person)]
    case .receiptOpened(let opened):
      [.station(opened.station), .person(opened.person)] + (opened.delivery.map { [.delivery($0)] } ?? [])
    case .receiptPending(let pending): [.station(pending.station)]
    case .materialReceived(let received): received.subjects
    case .receiptClosed(let closed):
      [.station(closed.station), .person(closed.person)] + (closed.delivery.map { [.delivery($0)] } ?? [])
    case .materialDisposed(let disposed): [.material(disposed.material), .person(disposed.person)]
    case .pickingOpened(let opened): [.station(opened.station), .order(opened.order), .person(opened.person)]
    case .materialPicked(let picked): picked.subjects
    case .materialUnpicked(let back): back.subjects
    case .pickingClosed(let closed): [.station(closed.station), .order(closed.order), .person(closed.person)]
    case .stepUndone(let undone):
      // The former step's own subjects, so that whoever asks for the step finds its correction too.
      [.station(undone.station), .person(undone.person)]
        + undone.step.subjects.filter { $0 != .station(undone.station) && $0 != .person(undone.person) }
    case .witnessAsked(let asked): [.station(asked.station), .person(asked.person)]
    case .stepWitnessed(let step):
      [.station(step.station), .person(step.person), .person(step.witness)]
        + [step.run.map(EventSubject.run), step.material.map(EventSubject.material)].compactMap { $0 }
    case .lineCleared(let cleared): [.station(cleared.station), .person(cleared.person)]
    case .materialConflict(let conflict): [.material(conflict.material)]
    case .operationCompleted(let done): [.lot(done.lot), .run(done.run)]
    case .lotCompleted(let done): [.lot(done.lot), .order(done.workOrder)]
    case .commandRefused(let refused):
      [refused.station.map(EventSubject.station), refused.run.map(EventSubject.run)].compactMap { $0 }
        + (refused.station == nil ? [.recorder] : [])
    case .cycleStarted(let cycle): [.run(cycle.run)]
    case .cycleEnded(let cycle): [.run(cycle.run)]
    case .characteristicTaken(let taken): [.run(taken.run)]
    case .limitsEstablished(let limits): [.station(limits.station)]
    case .gapOpened(let gap): [.gap(gap.gap), .station(gap.station)]
    case .gapClosed(let gap): [.gap(gap.gap)]
    case .lateReadings(let late): late.run.map { [.run($0)] } ?? [.recorder]
    case .alarmRaised(let alarm):
      [.alarm(alarm.id), .station(alarm.station)] + (alarm.run.map { [.run($0)] } ?? [])
    case .alarmReturned(let returned): [.alarm(returned.alarm)]
    case .alarmAcknowledged(let done): [.alarm(done.alarm), .person(done.person)]
    case .alarmClosed(let closed): [.alarm(closed.alarm)]
    case .alarmShelved(let shelved): [.alarm(shelved.alarm), .person(shelved.person)]
    case .alarmUnshelved(let back): [.alarm(back.alarm)] + (back.person.map { [.person($0)] } ?? [])
    case .alarmServiceChanged(let change): [.station(change.source.station), .person(change.person)]
    case .alarmEscalated(let escalated): [.alarm(escalated.alarm)]
    case .reactionStepRecorded(let step): [.alarm(step.alarm), .person(step.person)]
    case .controlPlanImported(let imported): [.controlPlan(imported.plan.number), .person(imported.author)]
    case .controlPlanApproved(let approved): [.controlPlan(approved.reference.number), .person(approved.person)]
    case .controlPlanWithdrawn(let withdrawn): [.controlPlan(withdrawn.reference.number), .person(withdrawn.person)]
    case .measurementTaken(let taken):
      [.characteristic(taken.station, taken.characteristic), .person(taken.person)]
        + (taken.run.map { [.run($0)] } ?? [])
    case .subgroupCharted(let charted):
      [.characteristic(charted.station, charted.characteristic)] + (charted.run.map { [.run($0)] } ?? [])
    case .subgroupEnded(let ended):
      [.characteristic(ended.station, ended.characteristic), .person(ended.person)]
    case .chartStageBegun(let stage):
      [.characteristic(stage.station, stage.characteristic)] + (stage.person.map { [.person($0)] } ?? [])
    case .chartRulesBlocked(let blocked): [.characteristic(blocked.station, blocked.characteristic)]
    case .thresholdCrossed(let crossing): [.run(crossing.run)]
    case .notificationOwed(let owed):
      owed.alarm.map { [.alarm($0.id)] } ?? owed.threshold.map { [.run($0.run)] } ?? [.recorder]
    case .deviceLimitsLearned(let learned): [.device(learned.device)]
    case .deviceCommissioned(let done): [.device(done.device), .person(done.person)]
    case .scannerLinked(let link): [.device(link.device), .station(link.station)]
    case .brokerLinked: [.recorder]
    case .messagesLost(let lost): lost.devices.map(EventSubject.device) + lost.runs.map(EventSubject.run)
    case .messagesThinned(let thinned): [.device(thinned.device)] + thinned.runs.map(EventSubject.run)
    case .textRecorded(let text): [.station(text.station)] + (text.run.map { [.run($0)] } ?? [])
    case .writeOrdered(let write):
      [.write(write.id), .device(write.device)] + write.stations.map(EventSubject.station) + write.origin.subjects
    case .writeReported(let report): [.write(report.id)] + report.stations.map(EventSubject.station)
    case .recordSealed(let notice): [.lot(notice.lot)]
    case .recordingSuspended, .recordingResumed: [.recorder]
    case .storageLow, .readingsPacked: [.ledger]
    case .readingsRetired: [.ledger]
    case .ledgerCheckpointed: [.ledger]
    case .ledgerDamageFound(let damage):
      [.ledger] + damage.lots.map(EventSubject.lot) + damage.runs.map(EventSubject.run)
    case .ledgerCopied(let copy): [.ledger] + copy.lots.map(EventSubject.lot)
    case .calibrationRecorded(let done): [.parameter(done.station, done.parameter), .person(done.person)]
    case .delivered(let report), .deliveryBlocked(let report): Self.subjects(report.lot, report.material)
    case .productionReported(let report):
      [.lot(report.lot), .order(report.workOrder)] + (report.run.map { [.run($0)] } ?? [])
    case .quantityReported(let report): [.lot(report.lot), .person(report.person)]
    case .deliveryDecided(let decision):
      Self.subjects(decision.lot, decision.material) + [.person(decision.person)]
    case .deliveriesCompared(let comparison):
      [.recorder] + Set(comparison.drifts.flatMap { Self.subjects($0.lot, $0.material) }).sorted { $0.key < $1.key }
    case .erpNoted(let note): Self.subjects(note.lot, note.material) + (note.person.map { [.person($0)] } ?? [])
    case .workConflict(let conflict): [.order(conflict.order)] + conflict.lots.map(EventSubject.lot)
    }
  }
}

extension Event {
  /// Of what is exchanged with the ERP: the lot, else the material lot, else the recorder itself.
  private static func subjects(_ lot: LotNumber?, _ material: MaterialLotNumber?) -> [EventSubject] {
    lot.map { [.lot($0)] } ?? material.map { [.material($0)] } ?? [.recorder]
  }
}

extension MaterialConsumed {
  fileprivate var subjects: [EventSubject] {
    [.run(run), .material(materialLot), .person(person)] + unitSubjects(container: container, serial: serial)
  }
}

extension MaterialReceived {
  fileprivate var subjects: [EventSubject] {
    [.material(material), .station(station), .person(person)] + (delivery.map { [.delivery($0)] } ?? [])
      + unitSubjects(container: container, serial: serial)
  }
}

extension MaterialPicked {
  fileprivate var subjects: [EventSubject] {
    [.order(order), .material(material), .station(station), .person(person)]
      + unitSubjects(container: container, serial: serial)
  }
}

extension MaterialUnpicked {
  fileprivate var subjects: [EventSubject] {
    [.order(order), .material(material), .station(station), .person(person)]
      + unitSubjects(container: container, serial: serial)
  }
}

extension UndoableStep {
  fileprivate var subjects: [EventSubject] {
    switch self {
    case .received(let step): step.subjects
    case .picked(let step): step.subjects
    case .unpicked(let step): step.subjects
    case .consumed(let step): step.subjects
    }
  }
}

private func unitSubjects(container: String?, serial: String?) -> [EventSubject] {
  [container.map(EventSubject.container), serial.map(EventSubject.serial)].compactMap { $0 }
}

extension DeviceWrite.Origin {
  fileprivate var subjects: [EventSubject] {
    switch self {
    case .person(let person, _): [.person(person)]
    case .interlock: []
    }
  }
}
