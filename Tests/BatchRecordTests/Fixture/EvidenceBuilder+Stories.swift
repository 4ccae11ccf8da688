import Devices
import Ledger
import Shopfloor

extension EvidenceBuilder {
  /// A lot that was sealed in two cycles and cured together with another lot, without anything to remark.
  static func quiet(seed: UInt64 = 1) -> EvidenceBuilder {
    var builder = EvidenceBuilder(seed: seed)
    builder.addSealing(readings: 16, badReadings: false)
    builder.addCuring()
    builder.add(.lotCompleted(LotCompleted(lot: builder.lot, workOrder: "WO-1", at: at(500))), at: at(500))
    return builder
  }

  /// The same lot with one of everything that a reviewer must look at.
  static func eventful(seed: UInt64 = 1) -> EvidenceBuilder {
    var builder = EvidenceBuilder(seed: seed)
    builder.add(.personUpdated(builder.people[0]), at: at(-10), actor: "configuration")
    builder.addSealing(readings: 100, badReadings: true)
    builder.addTrouble()
    builder.addCuring()
    builder.add(
      .lotCompleted(LotCompleted(lot: builder.lot, workOrder: "WO-1", at: at(500))), at: at(500), skip: 3)
    return builder
  }

  private mutating func addSealing(readings: Int, badReadings: Bool) {
    let run = addRun("R-1", station: "sealer", operation: "seal", lots: [lot], from: 0, to: 100)
    addSeries("seal.temperature", index: 1, unit: "°C", run: run, count: readings)
    addSeries("seal.active", index: 0, unit: "", run: run, count: readings)
    if !badReadings {
      for place in series.indices { series[place].readings.removeAll { !$0.quality.isGood } }
    }
    add(
      .materialConsumed(
        MaterialConsumed(
          run: "R-1", materialLot: "M-100", item: "FILM", person: "P-1", quantity: 0.25, serial: nil, at: Self.at(1))),
      at: Self.at(1), actor: "person P-1")
    add(
      .materialConsumed(
        MaterialConsumed(
          run: "R-1", materialLot: "M-200", item: "TRAY", person: "P-1", quantity: nil, serial: "S/\"1\"",
          at: Self.at(2))),
      at: Self.at(2), actor: "person P-1")
    addCycle(1, from: 2, to: 8)
    addCycle(2, from: 9, to: 15)
    add(
      .limitsEstablished(
        LimitsEstablished(
          station: "sealer", characteristic: "temperature end", center: 180.1, sigma: 0.7, points: 2)),
      at: Self.at(15))
    add(.runEnded(RunEnded(run: "R-1", person: "P-1", at: Self.at(100), completedOperation: true)), at: Self.at(100))
  }

  /// A cycle with its characteristics, taken as the recorder does: good readings from the start, before the end.
  mutating func addCycle(_ number: Int, from: Double, to: Double, partial: CycleEnded.PartialCause? = nil) {
    let duration = Int64((to - from) * Double(Self.second))
    add(
      .cycleEnded(
        CycleEnded(
          run: "R-1", cycle: number, startedAt: Self.at(from), endedAt: Self.at(to), durationMicroseconds: duration,
          partial: partial)),
      at: Self.at(to))
    let values = series[0].readings.filter { $0.quality.isGood && $0.time >= Self.at(from) && $0.time < Self.at(to) }
      .map(\.value)
    guard let low = values.min(), let high = values.max(), let last = values.last else { return }
    for (name, value, unit) in [
      ("temperature mean", values.reduce(0, +) / Double(values.count), "°C"), ("temperature min", low, "°C"),
      ("temperature max", high, "°C"), ("temperature end", last, "°C"), ("seal time", to - from, "s"),
    ] as [(CharacteristicName, Double, String)] {
      add(
        .characteristicTaken(
          CharacteristicTaken(
            run: "R-1", cycle: number, characteristic: name, value: value, unit: unit, readings: values.count,
            at: Self.at(to), charted: partial == nil)),
        at: Self.at(to))
    }
  }

  private mutating func addCuring() {
    let run = addRun("R-2", station: "oven", operation: "cure", lots: ["LOT-8", lot], from: 200, to: 400)
    addSeries("oven.temperature", index: 9, unit: "°C", run: run, count: 11)
    add(.runEnded(RunEnded(run: "R-2", person: "P-1", at: Self.at(400), completedOperation: true)), at: Self.at(400))
  }

  private mutating func addTrouble() {
    addAlarm("A-1", kind: .specification, source: "seal.temperature", value: 196.25, limit: 195.5)
    addAlarm("A-2", kind: .alarmLimit, source: "seal.temperature", value: 191, limit: 190)
    addAlarm("A-3", kind: .controlSignal, source: "temperature mean", value: 186, limit: 184.5)
    add(
      .alarmAcknowledged(AlarmAcknowledged(alarm: "A-1", person: "P-2", cause: "Heater band 加热带", at: Self.at(40))),
      at: Self.at(40), actor: "person P-2")
    add(.alarmReturned(AlarmReturned(alarm: "A-1", at: Self.at(41), value: 183)), at: Self.at(41))
    add(.alarmClosed(AlarmClosed(alarm: "A-1", at: Self.at(41))), at: Self.at(41))
    add(
      .gapOpened(
        GapOpened(
          gap: "G-1", station: "sealer", device: "plc-1", parameters: ["seal.active", "seal.temperature"],
          since: Self.at(50), reason: "silence")), at: Self.at(53))
    add(.gapClosed(GapClosed(gap: "G-1", parameters: ["seal.active"], until: Self.at(55))), at: Self.at(55))
    add(.gapClosed(GapClosed(gap: "G-1", parameters: ["seal.temperature"], until: Self.at(56))), at: Self.at(56))
    add(
      .commandRefused(
        CommandRefused(
          station: "sealer", person: "P-1", run: "R-1",
          refusal: Refusal(
            .materialExpired, read: "M-\"9\"", why: Words("it expired", "已过期"),
            remedy: Words("Fetch another", "请更换")), at: Self.at(57))), at: Self.at(57))
    add(
      .lateReadings(
        LateReadings(
          device: "plc-1", parameter: "seal.temperature", count: 4, first: Self.at(20), last: Self.at(23), run: "R-1")),
      at: Self.at(58))
    add(.readingsDropped(ReadingsDropped(device: "plc-1", batches: 2, bound: "inbox batches")), at: Self.at(59))
    add(
      .messagesLost(
        MessagesLost(
          broker: "main", devices: ["air"], cause: .sessionLost, from: Self.at(30), until: Self.at(59), count: 7,
          detail: "the broker had forgotten our session", runs: ["R-1", "R-99"])), at: Self.at(59))
    add(
      .messagesThinned(
        MessagesThinned(
          device: "air", topic: "room/1", from: Self.at(58), until: Self.at(59), received: 900, kept: 104,
          rule: "100 messages a second", runs: ["R-1"])), at: Self.at(59))
    add(.clockStepped(ClockStepped(stepMicroseconds: -1_500_000)), at: Self.at(60))
    add(.recordingStopped(RecordingStopped(reason: "service stop")), at: Self.at(61))
    add(
      .recordingStarted(RecordingStarted(programVersion: "1", bootID: "b", chainFinding: "sound")), at: Self.at(62))
    add(.planApplied(PlanApplied(digest: "another", plan: Self.plan, changes: ["x"])), at: Self.at(63))
    add(.lotHeld(LotHeld(lot: lot, person: "P-3", reason: "check")), at: Self.at(64), actor: "person P-3")
    add(.lotHoldLifted(LotHeld(lot: lot, person: "P-3", reason: "fine")), at: Self.at(65), actor: "person P-3")
    addDevices()
    addMaterial()
    addCounts()
    addCycle(3, from: 90, to: 100, partial: .runEnded)
  }

  /// A text of the machine, a write that it confirmed and one that it did not.
  private mutating func addDevices() {
    add(
      .textRecorded(
        TextRecorded(
          station: "sealer", parameter: "seal.recipe", device: "plc-1", text: "POUCH 12", words: "504F 5543",
          run: "R-1",
          at: Self.at(66))), at: Self.at(66))
    let outcomes: [(WriteID, DeviceWriteReport.Outcome)] = [("W-1", .confirmed), ("W-2", .unknown)]
    for (id, outcome) in outcomes {
      add(
        .writeOrdered(
          DeviceWrite(
            id: id, device: "plc-1", point: "setpoint", value: 181.5, unit: "°C",
            origin: id == "W-1" ? .person("P-3", reason: "new film") : .interlock("sealer", holds: true),
            stations: ["sealer"], orderedAt: Self.at(67))), at: Self.at(67), actor: "person P-3")
      var report = DeviceWriteReport(
        id: id, outcome: outcome, oldValue: 180, detail: "told by the test", at: Self.at(68))
      report.stations = ["sealer"]
      add(.writeReported(report), at: Self.at(68))
    }
  }

  /// A lot that was picked against the suggestion, stood in for another item, was taken back, and contradicted.
  private mutating func addMaterial() {
    add(
      .materialPicked(
        MaterialPicked(
          order: "WO-1", material: "M-3", item: "film-b", substituteFor: "film", quantity: Quantity(5),
          insteadOf: "M-2", station: "store", person: "P-1", at: Self.at(69))), at: Self.at(69))
    let use = MaterialConsumed(
      run: "R-1", materialLot: "M-3", item: "film-b", person: "P-1", quantity: 5, serial: nil,
      substituteFor: "film", at: Self.at(70))
    add(.materialConsumed(use), at: Self.at(70))
    add(
      .stepUndone(StepUndone(station: "sealer", person: "P-2", step: .consumed(use), at: Self.at(71))),
      at: Self.at(71))
    add(
      .materialConflict(
        MaterialConflict(
          kind: .movementRefused, material: "M-3", item: "film-b", words: Words("not booked", "未入账"),
          at: Self.at(72))), at: Self.at(72))
  }

  /// Two counts, the second in place of the first, a report that the ERP refused and one that a person set aside.
  private mutating func addCounts() {
    let first = QuantityReported(
      lot: lot, operation: "seal", station: "sealer", run: "R-1", good: Quantity(1_990),
      scrap: [RejectedQuantity(quantity: Quantity(8), reason: "burnt")], person: "P-1", at: Self.at(73))
    add(.quantityReported(first), at: Self.at(73), actor: "person P-1")
    let second = QuantityReported(
      lot: lot, operation: "seal", good: Quantity(1_989), scrap: first.scrap,
      rework: [RejectedQuantity(quantity: Quantity(millionths: 1_500_000), reason: "折皱")], person: "P-3",
      at: Self.at(74), correction: "one was counted twice",
      replaces: CountedQuantities(good: first.good, scrap: first.scrap, rework: []))
    add(.quantityReported(second), at: Self.at(74), actor: "person P-3")
    add(
      .deliveryBlocked(
        DeliveryReport(
          outboxRow: 7, idempotencyKey: "lotwire:report:000000000041:00", lot: lot, connector: "tryton",
          outcome: .blocked(reason: "The production is closed"))), at: Self.at(75))
    add(
      .deliveryDecided(
        DeliveryDecision(
          outboxRow: 7, idempotencyKey: "lotwire:report:000000000041:00", lot: lot, action: .setAside, person: "P-3",
          reason: "entered by hand", at: Self.at(76))), at: Self.at(76), actor: "person P-3")
  }

  /// What charts and alarms leave behind beside the alarms themselves.
  mutating func addJudgingTrouble() {
    addAlarm("A-4", kind: .collection, source: "temperature mean", value: 700, limit: 600)
    add(
      .alarmEscalated(AlarmEscalated(alarm: "A-3", level: 1, to: "shift leader", at: Self.at(70))), at: Self.at(70))
    add(
      .alarmShelved(
        AlarmShelved(alarm: "A-2", person: "P-2", reason: "probe is changed", until: Self.at(90), at: Self.at(71))),
      at: Self.at(71), actor: "person P-2")
    add(
      .chartRulesBlocked(
        ChartRulesBlocked(
          station: "sealer", characteristic: "temperature mean", autocorrelation: 0.4, points: 101, rules: ["run_9"],
          words: Words("points depend on each other", "相邻点相关"), at: Self.at(72))), at: Self.at(72))
    add(
      .characteristicTaken(
        CharacteristicTaken(
          run: "R-1", cycle: 2, characteristic: "temperature max", value: 1, unit: "°C", readings: 3, at: Self.at(73),
          charted: false, closedGate: "machine warm")), at: Self.at(73))
  }

  private mutating func addAlarm(_ id: AlarmID, kind: Alarm.Kind, source: String, value: Double, limit: Double) {
    add(
      .alarmRaised(
        Alarm(
          id: id, kind: kind, station: "sealer", source: source, rule: Words("above \(limit)", "高于 \(limit)"),
          side: .high, value: value, limit: limit, unit: "°C", run: "R-1", raisedAt: Self.at(30))), at: Self.at(30))
  }
}
