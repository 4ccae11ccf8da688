extension NotificationOwed {
  /// The message as one sentence for people, in both languages. Names what the message itself holds and no more.
  public var words: Words {
    let said = alarm.map(sentence) ?? threshold.map(sentence) ?? news ?? Words("", "")
    guard !lots.isEmpty else { return said }
    let named = lots.prefix(Self.maximumLotsNamed).map(\.text).joined(separator: ", ")
    let more = lots.count - Self.maximumLotsNamed
    return Words(
      "\(said.english) Lots: \(named)\(more > 0 ? " and \(more) more" : "").",
      "\(said.chinese)批次：\(named)\(more > 0 ? "，另有 \(more) 个" : "")。")
  }

  /// Lots that the sentence names; the message lists all.
  public static let maximumLotsNamed = 20

  private func sentence(_ alarm: Alarm) -> Words {
    let what = Words(
      "\(alarm.source) was \(alarm.value) \(alarm.unit), \(alarm.rule.english) (limit \(alarm.limit) \(alarm.unit)).",
      "\(alarm.source) 为 \(alarm.value) \(alarm.unit)，\(alarm.rule.chinese)（限值 \(alarm.limit) \(alarm.unit)）。")
    let who = Words("Alarm \(alarm.id) at \(alarm.station), \(line)", "\(line) \(alarm.station) 的报警 \(alarm.id)")
    let state =
      switch occasion {
      case .raised: Words("was raised", "已触发")
      case .acknowledged: Words("was acknowledged", "已确认")
      case .escalated: escalated(alarm)
      case .returned: Words("is over", "已恢复")
      case .closed: Words("is closed", "已关闭")
      case .thresholdCrossed, .thresholdReturned, .recordingSuspended, .recordingResumed, .storageLow, .ledgerDamaged:
        Words("", "")
      }
    return Words("\(who.english) \(state.english). \(what.english)", "\(who.chinese)\(state.chinese)。\(what.chinese)")
  }

  private func escalated(_ alarm: Alarm) -> Words {
    guard let rung = alarm.escalation else { return Words("was not acknowledged in time", "未及时确认") }
    return Words(
      "was not acknowledged in time; \(rung.to) is called (level \(rung.level))",
      "未及时确认，已升级至 \(rung.to)（第 \(rung.level) 级）")
  }

  private func sentence(_ crossing: ThresholdCrossing) -> Words {
    let judged = crossing.threshold
    let limit = crossing.side == .high ? judged.high : judged.low
    let shown = limit.map { "\($0) \(crossing.unit)" } ?? ""
    let place = "\(judged.station), \(line)"
    let value = "\(crossing.value) \(crossing.unit)"
    guard crossing.isReturn else {
      let above = crossing.side == .high
      return Words(
        "\(judged.characteristic) at \(place) was \(value), \(above ? "above" : "below") your limit of \(shown).",
        "\(line) \(judged.station) 的 \(judged.characteristic) 为 \(value)，\(above ? "高于" : "低于")贵方限值 \(shown)。")
    }
    if judged.side(of: crossing.value) != nil {
      return Words(
        "\(judged.characteristic) at \(place): the run ended while the value was beyond your limit of \(shown); "
          + "the last value was \(value).",
        "\(line) \(judged.station) 的 \(judged.characteristic)：运行结束时数值仍超出贵方限值 \(shown)，最后数值为 \(value)。")
    }
    return Words(
      "\(judged.characteristic) at \(place) is \(value), back within your limit of \(shown).",
      "\(line) \(judged.station) 的 \(judged.characteristic) 为 \(value)，已回到贵方限值 \(shown) 内。")
  }
}
