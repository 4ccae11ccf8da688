import Shopfloor

/// What a station is doing and what it waits for next, in words for the one who stands there.
struct NextStep: Hashable, Sendable {
  enum Mode: String, Sendable { case idle, load, run, receipt, picking }

  var mode: Mode
  var words: Words

  init(_ floor: Floor, _ name: StationName) {
    let state = floor.station(name)
    let plan = floor.plan.station(name)
    mode = Self.mode(state)
    if let asked = state.awaitedWitness {
      words = Words(
        "The badge of a second person, for \(asked.step.words.english)", "请第二人扫描工卡：\(asked.step.words.chinese)")
    } else if state.person == nil {
      words = Words("Your badge", "请扫描工卡")
    } else if let prepared = Self.prepared(state.preparation) {
      words = prepared
    } else {
      switch plan?.work ?? .production {
      case .production: words = Self.production(state, asksForClearance: plan?.lineClearance ?? false)
      case .receipt: words = Self.receipt(state)
      case .picking:
        words =
          state.picking.map {
            Words(
              "A material lot for work order \($0.order), or \(card(.end).english)",
              "工单 \($0.order) 的物料批次，或\(card(.end).chinese)")
          } ?? Words("A work order", "请扫描工单")
      }
    }
  }

  private static func mode(_ state: Floor.StationState) -> Mode {
    if state.activeRun != nil { return .run }
    if state.receipt != nil { return .receipt }
    if state.picking != nil { return .picking }
    return state.load.isEmpty ? .idle : .load
  }

  private static func prepared(_ preparation: StationPreparation) -> Words? {
    guard !preparation.isEmpty else { return nil }
    let what = preparation.cards.map(\.words) + (preparation.quantity.map { [Words("\($0)", "\($0)")] } ?? [])
    return Words(
      "The material label for: \(what.map(\.english).joined(separator: ", "))",
      "请扫描物料标签：\(what.map(\.chinese).joined(separator: "、"))")
  }

  private static func production(_ state: Floor.StationState, asksForClearance: Bool) -> Words {
    if state.activeRun != nil {
      return Words(
        "Material, or \(card(.end).english), or \(card(.pause).english)",
        "物料，或\(card(.end).chinese)，或\(card(.pause).chinese)")
    }
    if !state.load.isEmpty {
      return Words(
        "More lots, or \(card(.start).english), or \(card(.unload).english)",
        "更多批次，或\(card(.start).chinese)，或\(card(.unload).chinese)")
    }
    if asksForClearance, state.unclearedOrders != nil {
      return Words(
        "\(card(.clearance).english), or a lot of the same work order", "\(card(.clearance).chinese)，或同一工单的批次")
    }
    return Words("A lot", "请扫描批次")
  }

  private static func receipt(_ state: Floor.StationState) -> Words {
    guard state.receipt != nil else {
      return Words("A delivery note, or \(card(.blind).english)", "送货单，或\(card(.blind).chinese)")
    }
    guard let pending = state.pending else {
      return Words("The label of a container, or \(card(.end).english)", "容器标签，或\(card(.end).chinese)")
    }
    var missing: [Words] = []
    if pending.item == nil { missing.append(Words("item", "物料")) }
    if pending.supplierLot == nil { missing.append(Words("lot", "批号")) }
    if pending.quantity == nil { missing.append(Words("quantity", "数量")) }
    if missing.isEmpty { missing.append(Words("expiry", "有效期")) }
    return Words(
      "The other label of this container: \(missing.map(\.english).joined(separator: ", "))",
      "此容器的另一标签：\(missing.map(\.chinese).joined(separator: "、"))")
  }
}

private func card(_ card: CommandCard) -> Words {
  Words("the card \(card.words.english)", "“\(card.words.chinese)”卡")
}
