import Shopfloor

/// The exactly-once conversations, held with Tryton.
extension TrytonDesk {
  /// - Parameters:
  ///   - lookUp: what stands under the keys now.
  ///   - values: the record of a key, for creating it.
  func ensure(
    _ model: String, _ wanted: [EnsureConversation.Wanted],
    lookUp: ([String]) async throws(DeliveryStop) -> [EnsureConversation.Found],
    values: (String) -> [String: TrytonValue]
  ) async throws(DeliveryStop) -> [String: EnsureConversation.Outcome] {
    var conversation = EnsureConversation(wanted)
    var step = conversation.firstStep
    while true {
      switch step {
      case .lookUp(let keys): step = conversation.next(after: .found(try await lookUp(keys)))
      case .create(let keys): step = conversation.next(after: answer(try await create(model, keys.map(values))))
      case .withdraw(let ids):
        switch try await withdraw(model, ids) {
        case .done: step = conversation.next(after: .withdrawn)
        case .refused(let refusal): step = conversation.next(after: .refused(refusal.text))
        }
      case .finish(let outcomes): return outcomes
      }
    }
  }

  /// Removes copies that nothing was built on. Tryton lets no ordinary user delete a shipment: of one, the moves are
  /// removed and our key is taken out, in one write, then it is cancelled.
  private func withdraw(_ model: String, _ ids: [Int64]) async throws(DeliveryStop) -> Act {
    guard model.hasPrefix("stock.shipment.") else { return try await delete(model, ids) }
    let moves = try await rows(
      "stock.move", [.clause("shipment", "in", .texts(ids.map { "\(model),\($0)" }))],
      ["shipment", "shipment.reference"])
    let parts = ids.map { id in
      let ofShipment = moves.filter { $0.reference("shipment", to: model) == id }
      let key = ofShipment.first?["shipment"].text("reference") ?? ""
      return Part(
        ids: [id],
        values: [
          "reference": .text("withdrawn copy of \(key)"),
          "moves": .list([.list([.text("delete"), .integers(ofShipment.map(\.id))])]),
        ])
    }
    let act = try await write(model, parts)
    guard case .done = act else { return act }
    return try await press(model, "cancel", ids)
  }

  private func answer(_ act: Act) -> EnsureConversation.Answer {
    switch act {
    case .done: .created
    case .refused(let refusal): .refused(refusal.text)
    }
  }

  func advance(
    _ model: String, _ ids: [Int64], press button: String, from pressable: Set<String>, to wanted: Set<String>
  ) async throws(DeliveryStop) -> [Int64: AdvanceConversation.Outcome] {
    var conversation = AdvanceConversation(ids, button: button, from: pressable, to: wanted)
    var step = conversation.firstStep
    while true {
      switch step {
      case .read(let ids):
        let rows = try await read(model, ids, ["state"])
        step = conversation.next(
          after: .states(
            Dictionary(rows.map { ($0.id, $0.text("state") ?? "") }, uniquingKeysWith: { first, _ in first })))
      case .press(let ids):
        switch try await press(model, button, ids) {
        case .done: step = conversation.next(after: .pressed)
        case .refused(let refusal): step = conversation.next(after: .refused(refusal.text))
        }
      case .finish(let outcomes): return outcomes
      }
    }
  }

  /// - Parameters:
  ///   - read: what is to be written now, with the conditions; nil where the total is reached.
  ///   - write: carries it out.
  func reach<Change: Hashable & Sendable>(
    read: () async throws(DeliveryStop) -> Change?, write: (Change) async throws(DeliveryStop) -> Act
  ) async throws(DeliveryStop) {
    var conversation = TargetConversation<Change>()
    var step = conversation.firstStep
    while true {
      switch step {
      case .read: step = conversation.next(after: .read(try await read()))
      case .write(let change):
        switch try await write(change) {
        case .done: step = conversation.next(after: .written)
        case .refused(let refusal) where refusal.kind == .concurrency:
          step = conversation.next(after: .changedMeanwhile)
        case .refused(let refusal): step = conversation.next(after: .refused(refusal.text))
        }
      case .finish(.reached): return
      case .finish(.blocked(let reason)): throw .blocked(reason)
      case .finish(.contended):
        throw .failure(
          ERPFailure(
            .unavailable, problem: "somebody changes the same record in the ERP faster than it could be written",
            remedy: "Nothing to do: the next attempt comes by itself"))
      }
    }
  }
}
