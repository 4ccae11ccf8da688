import Shopfloor

/// How much of a consumption had been picked for which order: of orders of its run, within what was consumed, and as the
/// event in the ledger says it. Where it does not make up the whole for several orders, that stands among the exceptions.
enum ShareProof {
  private typealias Shares = [String: Quantity]

  static func check(_ record: DocumentPlace) throws(Misfit) {
    // Former versions do not say it.
    guard try record.member("format").member("version").integer() >= 7 else { return }
    let exceptions = try ListedException.all(in: record)
    let orders = try ordersOfRuns(record)
    var listed: [Int64: Shares] = [:]
    for material in try record.member("materials").elements() {
      let ofRun = orders[try material.member("run").text()] ?? []
      let shares = try shares(of: material, ofRun)
      let event = try material.member("event").integer()
      listed[event] = shares
      guard ofRun.count > 1, try !material.member("undone").bool() else { continue }
      if let quantity = try quantity(of: material), sum(shares) == quantity { continue }
      guard exceptions.contains(where: { $0.kind == .consumptionUndivided && $0.events.contains(event) }) else {
        throw material.misfit("shares of the orders that make up the whole, or an exception that they do not")
      }
    }
    try checkEvents(record, listed)
  }

  private static func sum(_ shares: Shares) -> Quantity { shares.values.reduce(.zero, +) }

  private static func ordersOfRuns(_ record: DocumentPlace) throws(Misfit) -> [String: Set<String>] {
    var orders: [String: Set<String>] = [:]
    for run in try record.member("runs").elements() {
      var names: Set<String> = []
      for order in try run.member("workOrders").elements() { names.insert(try order.text()) }
      orders[try run.member("id").text()] = names
    }
    return orders
  }

  /// Nil where nobody counted it.
  private static func quantity(of material: DocumentPlace) throws(Misfit) -> Quantity? {
    guard let place = try material.member("quantity").present else { return nil }
    return Quantity(nearest: try place.decimal())
  }

  /// Empty where nothing of it had been picked.
  private static func shares(of material: DocumentPlace, _ ofRun: Set<String>) throws(Misfit) -> Shares {
    guard material.has("fromPicked") else { return [:] }
    let list = try material.member("fromPicked")
    var shares: Shares = [:]
    for share in try list.elements() {
      let order = try share.member("workOrder").text()
      let place = try share.member("quantity")
      guard let quantity = Quantity(decimal: try place.text()), quantity.isPositive else {
        throw place.misfit("a quantity above 0 as decimal text")
      }
      guard ofRun.contains(order), shares.updateValue(quantity, forKey: order) == nil else {
        throw try share.member("workOrder").misfit("an order of the run, each once")
      }
    }
    guard !shares.isEmpty else { throw list.misfit("a share, or no such member") }
    guard let whole = try quantity(of: material), sum(shares) <= whole else {
      throw list.misfit("shares that make up no more than what was consumed")
    }
    return shares
  }

  /// Where the record carries the event, and its bytes can be read.
  private static func checkEvents(_ record: DocumentPlace, _ listed: [Int64: Shares]) throws(Misfit) {
    for event in try record.member("events").elements()
    where try event.member("kind").text() == "materialConsumed" {
      guard let recorded = LedgerEvent(RecordView(event.value)), !recorded.data.isNull,
        let shares = listed[recorded.sequence]
      else { continue }
      var quantities: Shares = [:]
      for share in recorded.data["fromPicked"].elements {
        guard let order = share["order"].text, let text = share["quantity"].plainNumber else { continue }
        quantities[order] = Quantity(decimal: text)
      }
      guard quantities == shares else {
        throw event.misfit("an event with the shares that the list of materials has")
      }
    }
  }
}
