import Shopfloor

/// What a reviewer must look at in the counts of the lot and in what the ERP was told of it.
extension ExceptionFinder {
  struct DeliveryFinding {
    var kind: ExceptionKind
    var words: Words
    /// Nil: when it was recorded.
    var at: Timestamp?
    var run: RunID?
  }

  func fromDelivery(_ event: Event) -> DeliveryFinding? {
    switch event {
    case .quantityReported(let counted):
      guard counted.lot == evidence.lot, let why = counted.correction else { return nil }
      return DeliveryFinding(
        kind: .correction, words: Self.words(of: counted, why),
        at: counted.at, run: counted.run)
    case .deliveryBlocked(let report):
      // A movement that the ERP refused stands there as a contradiction of its own.
      guard report.material == nil, case .blocked(let reason) = report.outcome else { return nil }
      return DeliveryFinding(
        kind: .deliveryRefused,
        words: Words(
          "The ERP did not take \(report.idempotencyKey): \(reason)", "ERP 未接收 \(report.idempotencyKey)：\(reason)"))
    case .deliveryDecided(let decision) where decision.action == .setAside:
      return DeliveryFinding(
        kind: .deliverySetAside,
        words: Words(
          "\(decision.person) set \(decision.idempotencyKey) aside, it does not go to the ERP: \(decision.reason)",
          "\(decision.person) 搁置了 \(decision.idempotencyKey)，不再送往 ERP：\(decision.reason)"), at: decision.at)
    default: return nil
    }
  }

  private static func words(of counted: QuantityReported, _ why: String) -> Words {
    let (old, new) = (counted.replaces, counted)
    func text(_ good: Quantity?, _ scrap: [RejectedQuantity], _ rework: [RejectedQuantity]) -> Words {
      func sum(_ list: [RejectedQuantity]) -> Quantity { list.map(\.quantity).reduce(.zero, +) }
      let good = good?.description ?? "?"
      return Words(
        "good \(good), scrap \(sum(scrap)), rework \(sum(rework))", "合格 \(good)，报废 \(sum(scrap))，返工 \(sum(rework))")
    }
    let former = old.map { text($0.good, $0.scrap, $0.rework) } ?? Words("nothing", "无")
    let latter = text(new.good, new.scrap, new.rework)
    return Words(
      "\(counted.person) corrected the count of \(counted.operation) from \(former.english) to \(latter.english): \(why)",
      "\(counted.person) 将工序 \(counted.operation) 的计数由（\(former.chinese)）更正为（\(latter.chinese)）：\(why)")
  }
}
