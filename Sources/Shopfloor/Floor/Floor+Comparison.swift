/// What the ERP shows later of what was delivered.
extension Floor {
  /// Alarms that one comparison of everything raises by itself, at most; where it finds more that is new, one alarm
  /// stands for the rest (ANSI/ISA-18.2-2016, alarm floods).
  static let maximumDriftAlarms = 20

  /// One alarm for each row and field that differs, raised once; another value found later is an event, and a row that
  /// was compared and holds again ends its alarm. Beyond ``maximumDriftAlarms`` one alarm is raised for all that is new,
  /// until a later comparison of everything finds so few left that each gets an alarm of its own.
  func decideComparison(_ comparison: DeliveryComparison, _ time: Timestamp) -> Decision {
    let named = standingDrifts
    let unnamed = comparison.drifts.filter { drift in !named.contains { $0.drift?.isSame(as: drift) == true } }
    let collective = collectiveDrift
    let over = named.filter { $0.drift.map { isOver($0, in: comparison) } == true }
    var ended = over
    var raised: [Alarm] = []
    if let collective {
      if endsCollective(collective, comparison, unnamed) {
        ended.append(collective)
        raised = unnamed.map { driftAlarm($0, time) }
      }
    } else if let first = unnamed.first {
      let staying = named.filter { alarm in !over.contains { $0.id == alarm.id } }
      let before = staying.count { alarm in comparison.begunAt.map { alarm.raisedAt >= $0 } == true }
      raised =
        before + unnamed.count > Self.maximumDriftAlarms
        ? [collectiveAlarm(CollectedDrifts(rows: unnamed.map(\.outboxRow), first: first), time)]
        : unnamed.map { driftAlarm($0, time) }
    }
    let isNews = hasOtherValue(comparison, named) || changesCollected(comparison, unnamed) || comparison.isEvidence
    guard isNews || !ended.isEmpty || !raised.isEmpty else { return .accepted([], "nothing has changed", "没有变化") }
    let numbered = raised.enumerated().map { place, alarm in
      var alarm = alarm
      alarm.id = Self.numbered("A", alarmCount + 1 + place)
      return Event.alarmRaised(asRaised(alarm))
    }
    return .accepted(
      [.deliveriesCompared(comparison)] + numbered + ended.flatMap { ending(of: $0, time) },
      "\(comparison.drifts.count) differences in the ERP, \(over.count) gone",
      "ERP 中有 \(comparison.drifts.count) 处差异，\(over.count) 处已消除")
  }

  private var standingDrifts: [Alarm] {
    alarms.values.filter { $0.kind == .erpDrift && $0.drift != nil && $0.returnedAt == nil }.sorted { $0.id < $1.id }
  }

  private var collectiveDrift: Alarm? {
    alarms.values.filter { $0.collected != nil && $0.returnedAt == nil }.min { $0.id < $1.id }
  }

  private func isOver(_ drift: DeliveryDrift, in comparison: DeliveryComparison) -> Bool {
    comparison.comparedRows.contains(drift.outboxRow) && !comparison.drifts.contains { $0.isSame(as: drift) }
  }

  private func hasOtherValue(_ comparison: DeliveryComparison, _ named: [Alarm]) -> Bool {
    comparison.drifts.contains { drift in
      named.contains { $0.drift?.isSame(as: drift) == true && $0.drift?.found != drift.found }
    }
  }

  /// Whether a row joins those that the collective alarm stands for, or leaves them.
  private func changesCollected(_ comparison: DeliveryComparison, _ unnamed: [DeliveryDrift]) -> Bool {
    guard let collected = collectiveDrift?.collected else { return false }
    let drifting = Set(unnamed.map(\.outboxRow))
    return !drifting.isSubset(of: collected.rows)
      || !Set(comparison.comparedRows).subtracting(drifting).isDisjoint(with: collected.rows)
  }

  private func endsCollective(
    _ alarm: Alarm, _ comparison: DeliveryComparison, _ unnamed: [DeliveryDrift]
  ) -> Bool {
    guard let whole = comparison.whole, whole.listsAllDrifts, whole.begunAt > alarm.raisedAt else { return false }
    return unnamed.count <= Self.maximumDriftAlarms
  }

  /// A person has everything compared now: it is written down who asked and why, before it begins.
  func decideComparisonRequest(_ request: ComparisonRequest, _ time: Timestamp) throws(Refusal) -> Decision {
    try require(.disposition, of: request.person, read: request.connector)
    try requireText(
      request.reason, .reasonMissing, read: request.connector, what: Words("the reason", "理由"),
      remedy: Words("Give the reason in a few words", "请简要说明理由"))
    var note = ERPNote(
      .comparisonRequested, connector: request.connector, text: request.reason, at: time)
    note.person = request.person
    return .accepted([.erpNoted(note)], "the comparison begins", "核对开始")
  }

  // MARK: Alarms

  private func driftAlarm(_ drift: DeliveryDrift, _ time: Timestamp) -> Alarm {
    var alarm = erpAlarm(
      nextAlarmID(), .erpDrift, source: "ERP: \(drift.field) (#\(drift.outboxRow))", drift.words,
      at: place(of: drift.lot, drift.material), time)
    alarm.drift = drift
    alarm.priority = .high
    return alarm
  }

  private func collectiveAlarm(_ collected: CollectedDrifts, _ time: Timestamp) -> Alarm {
    var alarm = erpAlarm(
      nextAlarmID(), .erpDrift, source: "ERP: many deliveries", collected.words, at: place(of: nil, nil), time)
    alarm.collected = collected
    alarm.value = Double(collected.rows.count)
    alarm.priority = .high
    return alarm
  }

  /// A drift alarm shows the value that was found last, the collective one how many rows differ.
  mutating func applyComparison(_ comparison: DeliveryComparison) {
    let named = standingDrifts.compactMap(\.drift)
    if let alarm = collectiveDrift, var collected = alarm.collected {
      let unnamed = comparison.drifts.filter { drift in !named.contains { $0.isSame(as: drift) } }
      let rest = Set(collected.rows).subtracting(comparison.comparedRows).union(unnamed.map(\.outboxRow))
      collected = CollectedDrifts(rows: rest, first: collected.first)
      alarms[alarm.id]?.collected = collected
      alarms[alarm.id]?.value = Double(collected.rows.count)
      alarms[alarm.id]?.rule = collected.words
    }
    for (id, alarm) in alarms where alarm.kind == .erpDrift {
      guard let drift = alarm.drift, let latest = comparison.drifts.first(where: { $0.isSame(as: drift) }) else {
        continue
      }
      alarms[id]?.drift = latest
      alarms[id]?.rule = latest.words
    }
  }
}

extension DeliveryComparison {
  /// Whether it says that everything was compared; of nothing there is nothing to say.
  fileprivate var isEvidence: Bool { whole.map { $0.comparedRows + $0.incomparableRows > 0 } ?? false }
}

extension CollectedDrifts {
  /// How many rows differ, with the first, and what to do.
  public var words: Words {
    let more = rows.count == Self.maximumRows
    let (english, chinese) = (
      more ? "at least \(rows.count)" : "\(rows.count)", more ? "至少 \(rows.count)" : "\(rows.count)"
    )
    return Words(
      "\(english) deliveries differ from what the ERP shows, first: \(first.words.english); probably it was restored from "
        + "a backup or changed in bulk; \"lotwire outbox compare --wait\" lists them",
      "\(chinese) 项送达内容与 ERP 所示不符，首项：\(first.words.chinese)；ERP 可能已从备份恢复或被批量修改；"
        + "“lotwire outbox compare --wait” 可列出全部")
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
