import Shopfloor

/// What a reviewer must look at in the movements of material.
extension ExceptionFinder {
  struct MaterialFinding {
    var kind: ExceptionKind
    var words: Words
    var at: Timestamp
    var run: RunID?
  }

  func fromMaterial(_ event: Event) -> MaterialFinding? {
    switch event {
    case .stepUndone(let undone): return Self.correction(undone)
    case .materialConflict(let conflict):
      return MaterialFinding(kind: .materialConflict, words: conflict.words, at: conflict.at)
    case .materialPicked(let picked):
      guard let first = picked.insteadOf else { return nil }
      return MaterialFinding(
        kind: .suggestionOverridden,
        words: Words(
          "\(picked.person) picked \(picked.material) although \(first) expires earlier",
          "\(picked.person) 拣取了 \(picked.material)，而 \(first) 更早到期"), at: picked.at)
    case .materialConsumed(let use):
      guard let item = use.substituteFor, evidence.runs.contains(where: { $0.id == use.run }) else { return nil }
      return MaterialFinding(
        kind: .substitute,
        words: Words(
          "\(use.materialLot) (\(use.item)) stands in for \(item)", "\(use.materialLot)（\(use.item)）替代 \(item)"),
        at: use.at, run: use.run)
    default: return nil
    }
  }

  func consumptionUndivided(_ material: MaterialSection) -> RecordException {
    let use = material.consumed
    let orders = material.orders.map(\.text)
    let amount = use.quantity.flatMap { DecimalText.of($0) }.map { "\($0) of " } ?? ""
    let said = (use.fromPicked ?? []).map {
      Words("\($0.quantity) had been picked for \($0.order)", "其中 \($0.quantity) 为 \($0.order) 拣料")
    }
    let known =
      said.isEmpty
      ? Words("", "")
      : Words(
        " (" + said.map(\.english).joined(separator: ", ") + ")", "（" + said.map(\.chinese).joined(separator: "，") + "）"
      )
    return RecordException(
      kind: .consumptionUndivided, at: use.at, run: use.run,
      words: Words(
        "Run \(use.run) consumed \(amount)\(use.materialLot) for \(orders.joined(separator: ", ")); nobody said how much "
          + "each of them took\(known.english)",
        "运行 \(use.run) 为 \(orders.joined(separator: "、")) 投料 \(use.materialLot)"
          + (use.quantity.flatMap { DecimalText.of($0) }.map { " 共 \($0)" } ?? "") + "，未说明各工单的用量\(known.chinese)"),
      events: [material.sequence])
  }

  private static func correction(_ undone: StepUndone) -> MaterialFinding {
    let what =
      switch undone.step {
      case .received(let step): Words("the receipt of \(step.quantity)", "收货 \(step.quantity)")
      case .picked(let step): Words("the picking of \(step.quantity)", "拣料 \(step.quantity)")
      case .unpicked(let step): Words("the putting back of \(step.quantity)", "退回 \(step.quantity)")
      case .consumed: Words("the consumption", "投料")
      }
    var run: RunID?
    if case .consumed(let use) = undone.step { run = use.run }
    return MaterialFinding(
      kind: .correction,
      words: Words(
        "\(undone.person) took back \(what.english) of \(undone.step.material)",
        "\(undone.person) 撤销了 \(undone.step.material) 的\(what.chinese)"), at: undone.at, run: run)
  }
}
