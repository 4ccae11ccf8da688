extension ChartDrawing {
  /// Most different reasons that are printed.
  private static let maximumReasons = 12

  /// How many points have no value, by reason; empty where there is no gap.
  func gapSentences(mark: String) -> [String] {
    reasons(head: mark + words.choose(", no value: ", "，无数值：")) { Self.isGap($0) ? $0.gapReason : nil }
  }

  /// How many points were left out of the limits, by reason.
  func exclusionSentences(mark: String) -> [String] {
    reasons(head: mark + words.choose(", left out of the limits: ", "，不计入控制限："), \.exclusionReason)
  }

  private func reasons(head: String, _ reason: (ChartModel.Point) -> String?) -> [String] {
    var order: [String] = []
    var counts: [String: Int] = [:]
    for point in panels.first?.points ?? [] {
      guard let reason = reason(point) else { continue }
      let text = reason.isEmpty ? words.choose("no reason recorded", "未记录原因") : reason
      if counts.updateValue((counts[text] ?? 0) + 1, forKey: text) == nil { order.append(text) }
    }
    guard !order.isEmpty else { return [] }
    let listed = order.prefix(Self.maximumReasons).map { "\($0) (\(counts[$0] ?? 0))" }
    let further = order.count - listed.count
    let rest = further > 0 ? [words.choose("and \(further) further reasons", "以及另外 \(further) 种原因")] : []
    return [head + (listed + rest).joined(separator: words.choose("; ", "；"))]
  }
}
