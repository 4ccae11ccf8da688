import Ledger
import Shopfloor

/// Finds everything a reviewer must look at, from the evidence alone.
struct ExceptionFinder {
  let evidence: OrderedEvidence
  let runs: [RunSection]
  let materials: [MaterialSection]

  func exceptions() -> [RecordException] {
    let all =
      evidence.alarms.compactMap(exception) + evidence.gaps.map(gap) + evidence.events.flatMap(fromEvent)
      + runs.flatMap { unusableReadings(in: $0) + missingReadings(in: $0) + notRecomputed(in: $0) + notEnded($0) }
      + damageNotTold() + operationsNotCompleted()
      + materials.filter { !$0.isUsable && !$0.isUndone }.map(materialNotUsable)
      + materials.filter(\.isUndivided).map(consumptionUndivided)
    return all.sorted { RecordException.isOrdered($0, before: $1) }
  }

  private func exception(_ episode: AlarmEpisode) -> RecordException? {
    let alarm = episode.alarm
    let kind: ExceptionKind
    switch alarm.kind {
    case .specification: kind = .specificationAlarm
    case .alarmLimit: kind = .limitAlarm
    case .controlSignal: kind = .controlSignal
    case .collection: kind = .missingCollection
    // In no evidence.
    case .erpDrift, .erpAccess: return nil
    }
    let value = DecimalText.of(alarm.value) ?? "?"
    let limit = DecimalText.of(alarm.limit) ?? "?"
    let unit = alarm.unit.isEmpty ? "" : " \(alarm.unit)"
    let answer =
      alarm.acknowledgement.map {
        Words("acknowledged by \($0.person): \($0.cause)", "\($0.person) 已确认：\($0.cause)")
      } ?? Words("not acknowledged", "未确认")
    let back = alarm.returnedAt == nil ? Words("; still present", "；仍存在") : Words("", "")
    return RecordException(
      kind: kind, at: alarm.raisedAt, station: alarm.station, run: alarm.run,
      words: Words(
        "\(alarm.source) at \(alarm.station): \(alarm.rule.english); value \(value)\(unit), limit \(limit)\(unit); "
          + answer.english + back.english,
        "\(alarm.station) 的 \(alarm.source)：\(alarm.rule.chinese)；数值 \(value)\(unit)，限值 \(limit)\(unit)；"
          + answer.chinese + back.chinese),
      events: episode.events)
  }

  private func gap(_ episode: GapEpisode) -> RecordException {
    let gap = episode.gap
    let names = gap.parameters.map(\.text)
    let until =
      episode.until.map { Words("until \($0)", "至 \($0)") } ?? Words("not back when the record was made", "记录生成时仍未恢复")
    return RecordException(
      kind: .gap, at: gap.since, station: gap.station,
      run: evidence.run(at: gap.station, from: gap.since, to: episode.until)?.id,
      words: Words(
        "No usable readings of \(names.joined(separator: ", ")) from \(gap.device) since \(gap.since), "
          + "\(until.english): \(gap.reason)",
        "\(gap.device) 的 \(names.joined(separator: "、")) 自 \(gap.since) 起没有可用读数，\(until.chinese)：\(gap.reason)"),
      events: episode.events)
  }

  private func fromEvent(_ record: EventRecord) -> [RecordException] {
    func exception(
      _ kind: ExceptionKind, _ words: Words, at: Timestamp? = nil, station: StationName? = nil, run: RunID? = nil,
      cycle: Int? = nil
    ) -> RecordException {
      RecordException(
        kind: kind, at: at ?? record.time, station: station, run: run, words: words, events: [record.sequence],
        cycle: cycle)
    }
    switch record.event {
    case .commandRefused(let refused):
      let person = refused.person?.text ?? "?"
      return [
        exception(
          .refusal,
          Words("\(person): \(refused.refusal.words.english)", "\(person)：\(refused.refusal.words.chinese)"),
          at: refused.at, station: refused.station, run: refused.run)
      ]
    case .lotHeld(let held):
      return [
        exception(
          .hold,
          Words(
            "Lot \(held.lot) was put on hold by \(held.person?.text ?? held.alarm?.text ?? "?"): \(held.reason)",
            "批次 \(held.lot) 被 \(held.person?.text ?? held.alarm?.text ?? "?") 冻结：\(held.reason)"))
      ]
    case .alarmEscalated, .alarmShelved, .alarmRaised, .chartRulesBlocked, .characteristicTaken:
      return fromJudging(record.event).map {
        [exception($0.kind, $0.words, at: $0.at, station: $0.station, run: $0.run)]
      } ?? []
    case .writeOrdered(let write): return [exception(.deviceWrite, Self.words(write), at: write.orderedAt)]
    case .writeReported(let report):
      return [
        exception(
          report.outcome == .confirmed ? .deviceWrite : .writeNotConfirmed,
          Words(
            "Write \(report.id) is \(report.outcome.rawValue): \(report.detail)",
            "写入 \(report.id)（\(report.outcome.rawValue)）：\(report.detail)"), at: report.at)
      ]
    case .workConflict(let conflict): return [exception(.materialConflict, conflict.words, at: conflict.at)]
    case .quantityReported, .deliveryBlocked, .deliveryDecided:
      return fromDelivery(record.event).map { [exception($0.kind, $0.words, at: $0.at, run: $0.run)] } ?? []
    case .stepUndone, .materialConflict, .materialPicked, .materialConsumed:
      return fromMaterial(record.event).map { [exception($0.kind, $0.words, at: $0.at, run: $0.run)] } ?? []
    case .lateReadings(let late):
      return [
        exception(
          .lateReadings,
          Words(
            "\(late.count) readings of \(late.parameter) from \(late.device) came late (\(late.first) to \(late.last)); "
              + "they are kept and were not judged",
            "\(late.device) 的 \(late.parameter) 有 \(late.count) 个读数迟到（\(late.first) 至 \(late.last)），已保存但未参与判定"),
          at: late.first, run: late.run)
      ]
    case .readingsDropped(let dropped):
      return [
        exception(
          .droppedReadings,
          Words(
            "\(dropped.batches) batches of readings from \(dropped.device) were refused: \(dropped.bound) was reached",
            "\(dropped.device) 的 \(dropped.batches) 批读数被拒收：已达到上限 \(dropped.bound)"))
      ]
    case .ledgerDamageFound(let damage):
      return [exception(.readingsDamaged, damageWords(damage), at: damage.from)]
    case .messagesLost, .messagesThinned:
      return fromMessages(record.event).map {
        exception($0.kind, $0.words, at: $0.at, station: $0.station, run: $0.run)
      }
    case .clockStepped(let step):
      let seconds = DecimalText.of(Double(step.stepMicroseconds) / 1e6) ?? "?"
      return [
        exception(.clockStep, Words("The clock was moved by \(seconds) s", "时钟被调整了 \(seconds) 秒"))
      ]
    case .cycleEnded(let cycle):
      guard let partial = cycle.partial, evidence.runs.contains(where: { $0.id == cycle.run }) else { return [] }
      return [
        exception(
          .partialCycle, partialWords(cycle.cycle, partial), at: cycle.endedAt, run: cycle.run, cycle: cycle.cycle)
      ]
    case .recordingStarted(let started):
      return evidence.runs(activeAt: record.time).map { run in
        exception(
          .recorderRestart,
          Words(
            "Recording started again while the run was active; check of the event chain: \(started.chainFinding)",
            "运行期间记录重新开始；事件链检查：\(started.chainFinding)"),
          station: run.station, run: run.id)
      }
    case .planApplied(let applied):
      return evidence.runs(activeAt: record.time).map { run in
        exception(
          .planChange,
          Words(
            "Plan \(applied.digest.prefix(16)) came into force while the run was active; the run keeps its own plan",
            "运行期间方案 \(applied.digest.prefix(16)) 生效；本次运行仍按原方案执行"),
          station: run.station, run: run.id)
      }
    default: return []
    }
  }

  private static func words(_ write: DeviceWrite) -> Words {
    let value = "\(write.point) = \(DecimalText.of(write.value) ?? "?")\(write.unit.isEmpty ? "" : " \(write.unit)")"
    switch write.origin {
    case .person(let person, let reason):
      return Words(
        "Write \(write.id) to \(write.device), \(value), was ordered by \(person): \(reason)",
        "\(person) 下达写入 \(write.id) 至 \(write.device)，\(value)：\(reason)")
    case .interlock(let station, let holds):
      return Words(
        "Write \(write.id) to \(write.device), \(value): the interlock of \(station) "
          + (holds
            ? "holds, because a specification alarm is open" : "lets go, because all specification alarms are closed"),
        "写入 \(write.id) 至 \(write.device)，\(value)：\(station) 的联锁" + (holds ? "保持，因有未关闭的规格报警" : "解除，因规格报警均已关闭"))
    }
  }

  private func partialWords(_ cycle: Int, _ cause: CycleEnded.PartialCause) -> Words {
    switch cause {
    case .alreadyRunningAtStart:
      Words("Cycle \(cycle) was already running when the run began", "循环 \(cycle) 在运行开始前已在进行")
    case .runEnded: Words("Cycle \(cycle) was cut off by the end of the run", "循环 \(cycle) 因运行结束而中断")
    case .readingsMissing: Words("Readings are missing within cycle \(cycle)", "循环 \(cycle) 内缺少读数")
    }
  }
}
