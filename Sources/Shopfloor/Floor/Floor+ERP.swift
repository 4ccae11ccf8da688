/// What people and the comparison say about the exchange with the ERP.
extension Floor {
  func decideDeliveryDecision(_ decision: DeliveryDecision, _ time: Timestamp) throws(Refusal) -> Decision {
    try require(.disposition, of: decision.person, read: decision.idempotencyKey)
    try requireText(
      decision.reason, .reasonMissing, read: decision.idempotencyKey, what: Words("the reason", "理由"),
      remedy: Words("Give the reason in a few words", "请简要说明理由"))
    return .accepted([.deliveryDecided(decision)], "decision noted", "决定已记录")
  }

  // MARK: What the ERP shows later

  /// One alarm for each row and field that differs, raised once; another value found later is an event, and a row that
  /// was compared and holds again ends its alarm.
  func decideComparison(_ comparison: DeliveryComparison, _ time: Timestamp) -> Decision {
    let open = alarms.values.filter { $0.kind == .erpDrift && $0.returnedAt == nil }.sorted { $0.id < $1.id }
    func alarm(of drift: DeliveryDrift) -> Alarm? { open.first { $0.drift?.isSame(as: drift) == true } }
    let news = comparison.drifts.filter { alarm(of: $0)?.drift?.found != $0.found }
    let raised = comparison.drifts.filter { alarm(of: $0) == nil }.enumerated().map { place, drift in
      Event.alarmRaised(asRaised(driftAlarm(drift, Self.numbered("A", alarmCount + 1 + place), time)))
    }
    let rows = Set(comparison.comparedRows)
    let over = open.filter { alarm in
      guard let drift = alarm.drift, rows.contains(drift.outboxRow) else { return false }
      return !comparison.drifts.contains { $0.isSame(as: drift) }
    }
    guard !news.isEmpty || !over.isEmpty else { return .accepted([], "nothing has changed", "没有变化") }
    return .accepted(
      [.deliveriesCompared(comparison)] + raised + over.flatMap { ending(of: $0, time) },
      "\(comparison.drifts.count) differences in the ERP, \(over.count) gone",
      "ERP 中有 \(comparison.drifts.count) 处差异，\(over.count) 处已消除")
  }

  private func driftAlarm(_ drift: DeliveryDrift, _ id: AlarmID, _ time: Timestamp) -> Alarm {
    var alarm = erpAlarm(
      id, .erpDrift, source: "ERP: \(drift.field) (#\(drift.outboxRow))", drift.words,
      at: place(of: drift.lot, drift.material), time)
    alarm.drift = drift
    alarm.priority = .high
    return alarm
  }

  /// It counts: one difference, none allowed.
  private func erpAlarm(
    _ id: AlarmID, _ kind: Alarm.Kind, source: String, _ words: Words, at station: StationName, _ time: Timestamp
  ) -> Alarm {
    Alarm(
      id: id, kind: kind, station: station, source: source, rule: words, side: .high, value: 1, limit: 0, unit: "",
      run: nil, raisedAt: time)
  }

  private func ending(of alarm: Alarm, _ time: Timestamp) -> [Event] {
    var ended = alarm
    ended.returnedAt = time
    let returned = Event.alarmReturned(AlarmReturned(alarm: alarm.id, at: time, value: 0))
    return [returned] + [closing(of: ended, at: time).map(Event.alarmClosed)].compactMap { $0 }
  }

  /// Where people know of it: the station that the lot ran at last, else one that makes it; of material the dock.
  private func place(of lot: LotNumber?, _ material: MaterialLotNumber?) -> StationName {
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

  /// The drift alarm shows the value that was found last.
  mutating func applyComparison(_ comparison: DeliveryComparison) {
    for (id, alarm) in alarms where alarm.kind == .erpDrift {
      guard let drift = alarm.drift, let latest = comparison.drifts.first(where: { $0.isSame(as: drift) }) else {
        continue
      }
      alarms[id]?.drift = latest
      alarms[id]?.rule = latest.words
    }
  }

  // MARK: Access

  /// A credential or certificate that is refused is an alarm, until one is accepted.
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
    } else if let source = note.acceptedAccess {
      let over = alarms.values.filter { $0.kind == .erpAccess && $0.source == source && $0.returnedAt == nil }
      events += over.sorted { $0.id < $1.id }.flatMap { ending(of: $0, time) }
    }
    return .accepted(events, "noted", "已记录")
  }
}

extension ERPNote {
  fileprivate var refusedAccess: String? {
    switch kind {
    case .credentialRefused: "ERP: credential (\(connector))"
    case .certificateRefused: "ERP: certificate (\(connector))"
    default: nil
    }
  }

  fileprivate var acceptedAccess: String? {
    switch kind {
    case .credentialAccepted: "ERP: credential (\(connector))"
    case .certificateAccepted: "ERP: certificate (\(connector))"
    default: nil
    }
  }
}

extension DeliveryDrift {
  /// Whether both speak of one field of one row.
  public func isSame(as other: DeliveryDrift) -> Bool { outboxRow == other.outboxRow && field == other.field }

  /// What differs, with both values.
  public var words: Words {
    let subject =
      lot.map { Words("lot \($0)", "批次 \($0)") } ?? material.map { Words("material lot \($0)", "物料批次 \($0)") }
      ?? Words(idempotencyKey, idempotencyKey)
    let (field, old, new) = (displayable(field), displayable(delivered), displayable(found))
    return Words(
      "\(subject.english) in the ERP: \(field) was delivered as \"\(old)\" and is now \"\(new)\"",
      "ERP 中\(subject.chinese)的 \(field)：送达时为“\(old)”，现为“\(new)”")
  }
}
