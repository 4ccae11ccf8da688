import Ledger
import Shopfloor

/// What the runs and their readings themselves show.
extension ExceptionFinder {
  func unusableReadings(in section: RunSection) -> [RecordException] {
    section.series.compactMap { series in
      let statistics = series.statistics
      guard statistics.goodCount < statistics.count else { return nil }
      let reasons = statistics.countsByQuality.filter { $0.key != "good" }
        .sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
      let name = series.parameter.name
      return RecordException(
        kind: .unusableReadings, at: section.run.startedAt, station: section.run.station, run: section.run.id,
        words: Words(
          "\(statistics.count - statistics.goodCount) of \(statistics.count) readings of \(name) were not judged: "
            + reasons.joined(separator: ", "),
          "\(name) 的 \(statistics.count) 个读数中有 \(statistics.count - statistics.goodCount) 个未参与判定："
            + reasons.joined(separator: "、")),
        events: [])
    }
  }

  /// Parameters that the plan expects readings of, and that have no good one.
  func missingReadings(in section: RunSection) -> [RecordException] {
    (section.plan?.parameters ?? []).compactMap { parameter in
      guard parameter.expectedIntervalMicroseconds > 0,
        !section.series.contains(where: { $0.parameter.name == parameter.name && $0.statistics.goodCount > 0 })
      else { return nil }
      return RecordException(
        kind: .noReadings, at: section.run.startedAt, station: section.run.station, run: section.run.id,
        words: Words(
          "There is no good reading of \(parameter.name) in the whole run", "整个运行期间 \(parameter.name) 没有任何有效读数"),
        events: [])
    }
  }

  func notRecomputed(in section: RunSection) -> [RecordException] {
    section.characteristics.flatMap { characteristic in
      characteristic.points.filter { $0.basis == .recorder }.map { point in
        let value = DecimalText.of(point.taken.value) ?? "?"
        return RecordException(
          kind: .characteristicNotRecomputed, at: point.taken.at, station: section.run.station, run: section.run.id,
          words: Words(
            "\(characteristic.name) of cycle \(point.taken.cycle) was judged as \(value) \(characteristic.unit); "
              + "the readings and times in this record do not give that value",
            "循环 \(point.taken.cycle) 的 \(characteristic.name) 按 \(value) \(characteristic.unit) 判定；本记录中的读数与时间无法得出该值"),
          events: [point.sequence], cycle: point.taken.cycle)
      }
    }
  }

  func notEnded(_ section: RunSection) -> [RecordException] {
    guard section.run.endedAt == nil else { return [] }
    return [
      RecordException(
        kind: .runNotEnded, at: section.run.startedAt, station: section.run.station, run: section.run.id,
        words: Words(
          "The run at \(section.run.station) had not ended when the record was made",
          "生成记录时 \(section.run.station) 的运行尚未结束"),
        events: [])
    ]
  }

  func operationsNotCompleted() -> [RecordException] {
    (evidence.workOrder?.operations ?? []).compactMap { operation in
      guard !evidence.runs.contains(where: { $0.operation == operation && $0.completedOperation == true }) else {
        return nil
      }
      return RecordException(
        kind: .operationNotCompleted, at: evidence.runs.last?.startedAt ?? Timestamp(microseconds: 0), station: nil,
        run: nil,
        words: Words("Operation \(operation) was not completed", "工序 \(operation) 未完成"), events: [])
    }
  }

  func materialNotUsable(_ material: MaterialSection) -> RecordException {
    let state =
      switch material.materialLot?.status {
      case nil: Words("it is not known", "无法识别")
      case .quarantined: Words("it is in quarantine", "处于待检状态")
      case .blocked: Words("it is blocked", "已被冻结")
      case .released: Words("it had expired", "使用时已过期")
      }
    return RecordException(
      kind: .materialNotUsable, at: material.consumed.at, run: material.consumed.run,
      words: Words(
        "Material lot \(material.consumed.materialLot) was consumed, and \(state.english)",
        "已消耗物料批 \(material.consumed.materialLot)，但该批\(state.chinese)"),
      events: [material.sequence])
  }
}
