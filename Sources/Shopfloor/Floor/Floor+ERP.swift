/// What people decide about the exchange with the ERP, and what auditors must find again of it.
extension Floor {
  func decideDeliveryDecision(_ decision: DeliveryDecision, _ time: Timestamp) throws(Refusal) -> Decision {
    try require(.disposition, of: decision.person, read: decision.idempotencyKey)
    try requireText(
      decision.reason, .reasonMissing, read: decision.idempotencyKey, what: Words("the reason", "理由"),
      remedy: Words("Give the reason in a few words", "请简要说明理由"))
    return .accepted([.deliveryDecided(decision)], "decision noted", "决定已记录")
  }

  // MARK: Alarms

  /// It counts: one difference, none allowed.
  func erpAlarm(
    _ id: AlarmID, _ kind: Alarm.Kind, source: String, _ words: Words, at station: StationName, _ time: Timestamp
  ) -> Alarm {
    Alarm(
      id: id, kind: kind, station: station, source: source, rule: words, side: .high, value: 1, limit: 0, unit: "",
      run: nil, raisedAt: time)
  }

  func ending(of alarm: Alarm, _ time: Timestamp) -> [Event] {
    var ended = alarm
    ended.returnedAt = time
    let returned = Event.alarmReturned(AlarmReturned(alarm: alarm.id, at: time, value: 0))
    return [returned] + [closing(of: ended, at: time).map(Event.alarmClosed)].compactMap { $0 }
  }

  /// Where people know of it: the station that the lot ran at last, else one that makes it; of material the dock.
  func place(of lot: LotNumber?, _ material: MaterialLotNumber?) -> StationName {
    if let lot {
      let runs = stations.values.flatMap { $0.endedRuns + [$0.activeRun].compactMap { $0 } }
        .filter { $0.lots.contains(lot) }
      if let last = runs.max(by: { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }) { return last.station }
      let operation = lots[lot].flatMap { orders[$0.order]?.operations.last }
      if let station = plan.stations.first(where: { $0.operation == operation }) { return station.name }
    }
    let dock = material == nil ? nil : plan.stations.first { $0.work == .receipt }
    return (dock ?? plan.stations.first)?.name ?? "erp"
  }

  // MARK: Access

  /// Whether the last that we know of our password, token or key is that the ERP refused it.
  public var isCredentialRefusedByERP: Bool {
    alarms.values.contains {
      $0.kind == .erpAccess && $0.returnedAt == nil && $0.source.hasPrefix(ERPNote.credentialSource)
    }
  }

  /// A credential or certificate that is refused is an alarm, until one is accepted. That one is accepted is kept only
  /// where an alarm waits for it: who talks to the ERP does not know what was refused before its own start.
  func decideNote(_ note: ERPNote, _ time: Timestamp) -> Decision {
    var events: [Event] = [.erpNoted(note)]
    if let source = note.refusedAccess {
      let isKnown = alarms.values.contains { $0.kind == .erpAccess && $0.source == source && $0.returnedAt == nil }
      if !isKnown {
        let shown = displayable(note.text)
        var alarm = erpAlarm(
          nextAlarmID(), .erpAccess, source: source,
          Words(
            "\(note.connector) does not let us in, nothing is delivered: \(shown)",
            "\(note.connector) 拒绝访问，数据无法送达：\(shown)"), at: place(of: nil, nil), time)
        alarm.priority = .high
        events.append(.alarmRaised(asRaised(alarm)))
      }
    } else if note.isOfAcceptance {
      let over = alarms.values.filter { note.ends($0) }
      guard !over.isEmpty else { return .accepted([], "nothing has changed", "没有变化") }
      events += over.sorted { $0.id < $1.id }.flatMap { ending(of: $0, time) }
    }
    return .accepted(events, "noted", "已记录")
  }
}

extension ERPNote {
  fileprivate var refusedAccess: String? {
    switch kind {
    case .credentialRefused: "\(Self.credentialSource)\(connector))"
    case .certificateRefused: "\(Self.certificateSource)\(connector))"
    default: nil
    }
  }

  private static var certificateSource: String { "ERP: certificate (" }
  fileprivate static var credentialSource: String { "ERP: credential (" }

  fileprivate var isOfAcceptance: Bool { kind == .credentialAccepted || kind == .certificateAccepted }

  /// A line has one ERP. Where that lets us in, nothing stands in the way any more, also no certificate that is not used
  /// now, and no refusal of another connector that was configured before.
  fileprivate func ends(_ alarm: Alarm) -> Bool {
    guard alarm.kind == .erpAccess, alarm.returnedAt == nil else { return false }
    return kind == .credentialAccepted || alarm.source.hasPrefix(Self.certificateSource)
  }
}
