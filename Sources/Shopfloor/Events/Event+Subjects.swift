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
  case recorder

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
    case .recorder: "recorder"
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
    case .materialLotUpdated(let material): [.material(material.number)]
    case .personUpdated(let person): [.person(person.id)]
    case .lotHeld(let hold), .lotHoldLifted(let hold): [.lot(hold.lot), .person(hold.person)]
    case .personIdentified(let at), .personLeft(let at), .loadEmptied(let at):
      [.station(at.station), .person(at.person)]
    case .lotLoaded(let loaded): [.station(loaded.station), .lot(loaded.lot), .person(loaded.person)]
    case .runStarted(let run):
      [.run(run.id), .station(run.station), .person(run.startedBy)] + run.lots.map(EventSubject.lot)
    case .runEnded(let end): [.run(end.run), .person(end.person)]
    case .materialConsumed(let use): [.run(use.run), .material(use.materialLot), .person(use.person)]
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
    case .deviceLimitsLearned(let learned): [.device(learned.device)]
    case .deviceCommissioned(let done): [.device(done.device), .person(done.person)]
    case .textRecorded(let text): [.station(text.station)] + (text.run.map { [.run($0)] } ?? [])
    case .writeOrdered(let write):
      [.write(write.id), .device(write.device)] + write.stations.map(EventSubject.station) + write.origin.subjects
    case .writeReported(let report): [.write(report.id)] + report.stations.map(EventSubject.station)
    case .recordSealed(let notice): [.lot(notice.lot)]
    case .delivered(let report), .deliveryBlocked(let report): report.lot.map { [.lot($0)] } ?? [.recorder]
    }
  }
}

extension DeviceWrite.Origin {
  fileprivate var subjects: [EventSubject] {
    switch self {
    case .person(let person, _): [.person(person)]
    case .interlock: []
    }
  }
}
