import Shopfloor

/// What of brokers and their messages a reviewer must look at: one for each run of the lot that it concerns.
extension ExceptionFinder {
  func fromMessages(_ event: Event) -> [Finding] {
    switch event {
    case .messagesLost(let lost):
      let devices = lost.devices.map(\.text)
      let count = lost.count.map { "\($0) " } ?? ""
      return findings(
        .messagesLost, lost.runs, at: lost.from,
        Words(
          "\(count)messages of \(devices.joined(separator: ", ")) over broker \(lost.broker) are missing or may be, "
            + "from \(lost.from) until \(lost.until): \(lost.detail)",
          "经代理 \(lost.broker) 的 \(devices.joined(separator: "、")) 的\(count)消息自 \(lost.from) 至 \(lost.until) "
            + "缺失或可能缺失：\(lost.detail)"))
    case .messagesThinned(let thinned):
      let topic = displayable(thinned.topic, maximumCharacters: 200)
      return findings(
        .messagesThinned, thinned.runs, at: thinned.from,
        Words(
          "\(thinned.device) sent more than \(thinned.rule) on \"\(topic)\" from \(thinned.from) until "
            + "\(thinned.until): of \(thinned.received) messages \(thinned.kept) are kept, the lowest and the highest "
            + "values among them",
          "\(thinned.device) 在主题“\(topic)”上自 \(thinned.from) 至 \(thinned.until) 的发送超过 \(thinned.rule)："
            + "\(thinned.received) 条消息中保留了 \(thinned.kept) 条，其中包含最低值和最高值"))
    default: return []
    }
  }

  private func findings(
    _ kind: ExceptionKind, _ concerned: [RunID], at time: Timestamp, _ words: Words
  ) -> [Finding] {
    evidence.runs.filter { concerned.contains($0.id) }.map { run in
      Finding(kind: kind, words: words, at: time, station: run.station, run: run.id)
    }
  }
}
