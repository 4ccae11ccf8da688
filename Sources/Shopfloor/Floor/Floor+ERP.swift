/// What people and the comparison say about the exchange with the ERP.
extension Floor {
  func decideQuantity(_ report: QuantityReported, _ time: Timestamp) throws(Refusal) -> Decision {
    try require(.operate, of: report.person, read: report.lot.text)
    guard lots[report.lot] != nil else { throw unknownLot(report.lot.text) }
    return .accepted([.quantityReported(report)], "quantities noted", "数量已记录")
  }

  func decideDeliveryDecision(_ decision: DeliveryDecision, _ time: Timestamp) throws(Refusal) -> Decision {
    try require(.disposition, of: decision.person, read: decision.idempotencyKey)
    try requireText(
      decision.reason, .reasonMissing, read: decision.idempotencyKey, what: Words("the reason", "理由"),
      remedy: Words("Give the reason in a few words", "请简要说明理由"))
    return .accepted([.deliveryDecided(decision)], "decision noted", "决定已记录")
  }

  func decideComparison(_ comparison: DeliveryComparison, _ time: Timestamp) -> Decision {
    guard !comparison.drifts.isEmpty else { return .accepted([], "nothing has drifted", "未发现偏差") }
    return .accepted(
      [.deliveriesCompared(comparison)], "\(comparison.drifts.count) differences in the ERP",
      "ERP 中有 \(comparison.drifts.count) 处差异")
  }
}
