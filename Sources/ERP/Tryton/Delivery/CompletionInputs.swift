import BatchRecord
import Shopfloor

/// The inputs of productions, as their records say.
struct CompletionInputs: Sendable {
  typealias Job = CompletionFlow.Job

  /// What a production consumed of one lot; nil: nobody said how much.
  private struct Consumed: Sendable {
    var product: TrytonProduct
    var lot: Int64
    var quantity: Quantity?
  }

  let desk: TrytonDesk

  func bring(_ board: inout DeliveryBoard<Job>, _ places: [Int]) async throws(DeliveryStop) {
    guard !places.isEmpty else { return }
    let jobs = board.jobs
    let uses = places.flatMap { ConsumptionShare.once(jobs[$0].extracts).map(\.use) }
    let products = try await desk.products(
      Set(uses.flatMap { [$0.item.text] + ($0.substituteFor.map { [$0.text] } ?? []) }))
    let lots = try await desk.lots(Set(uses.map(\.materialLot.text)))
    var consumed: [Int64: [Consumed]] = [:]
    var replaced: [Int64: Set<Int64>] = [:]
    var starts: [Int64: TrytonDay] = [:]
    for place in places {
      do throws(DeliveryStop) {
        let id = jobs[place].production.id
        try ConsumptionShare.require(jobs[place].extracts)
        (consumed[id], replaced[id]) = try Self.consumed(jobs[place], products, lots)
        starts[id] = jobs[place].extracts.flatMap(\.runs).map(\.startedAt).min().flatMap { TrytonDay(of: $0) }
      } catch {
        board.stop(place, error)
      }
    }
    let open = places.filter { board.ends[$0] == nil }
    let facts = consumed
    let gone = replaced
    let days = starts
    do throws(DeliveryStop) {
      try await ProductionLines(desk: desk).reach(
        productions: open.map { jobs[$0].production.id }, side: .inputs,
        also: { production in
          guard production.row.day("effective_start_date") == nil, let day = days[production.id] else { return [:] }
          return ["effective_start_date": day.value]
        },
        edit: { production, lines throws(DeliveryStop) in
          try Self.edit(&lines, production, facts[production.id] ?? [], replaced: gone[production.id] ?? [])
        })
    } catch {
      guard case .blocked = error else { throw error }
      for place in open { board.stop(place, open.count > 1 ? .alone : error) }
    }
  }

  /// A production that runs or is done has booked its inputs, by us or by somebody's hand: they stand as they are, and must
  /// be what the records say.
  func judgeBooked(_ board: inout DeliveryBoard<Job>, _ places: [Int]) async throws(DeliveryStop) {
    guard !places.isEmpty else { return }
    let jobs = board.jobs
    let uses = places.flatMap { ConsumptionShare.once(jobs[$0].extracts).map(\.use) }
    let products = try await desk.products(
      Set(uses.flatMap { [$0.item.text] + ($0.substituteFor.map { [$0.text] } ?? []) }))
    let lots = try await desk.lots(Set(uses.map(\.materialLot.text)))
    let names = Dictionary(lots.map { ($0.id, $0.number) }, uniquingKeysWith: { first, _ in first })
    let lines = try await ProductionLines(desk: desk).lines(of: places.map { jobs[$0].production.id }, .inputs)
    for place in places {
      do throws(DeliveryStop) {
        let consumed = try Self.consumed(jobs[place], products, lots).0
        try Self.judge(jobs[place], consumed, MoveLines(lines[jobs[place].production.id] ?? []), names)
      } catch {
        board.stop(place, error)
      }
    }
  }

  /// A product of which somebody did not say how much is not judged.
  private static func judge(
    _ job: Job, _ consumed: [Consumed], _ there: MoveLines, _ names: [Int64: String]
  ) throws(DeliveryStop) {
    for (id, ofProduct) in Dictionary(grouping: consumed, by: \.product.id).sorted(by: { $0.key < $1.key }) {
      guard let product = ofProduct.first?.product, ofProduct.allSatisfy({ $0.quantity != nil }) else { continue }
      try there.requireUnit(product.unit, product.unitName, of: id, product.code)
      var pairs = ofProduct.compactMap { one in
        one.quantity.map { (names[one.lot] ?? "-", there.total(of: id, lot: one.lot), $0) }
      }
      let all = there.lines.filter { $0.product == id }.map(\.quantity).reduce(.zero, +)
      let said = pairs.map(\.2).reduce(.zero, +)
      // Other lots of it, or none named.
      pairs.append(("all lots of \(product.code)", all, said))
      guard let (lot, booked, wanted) = pairs.first(where: { $0.1 != $0.2 }) else { continue }
      throw .blocked(
        "\(job.name) has booked \(booked) of \(lot) in the ERP, and the record says \(wanted) were consumed; correct the stock "
          + "there, then set this delivery aside")
    }
  }

  private static func consumed(
    _ job: Job, _ products: [String: [TrytonProduct]], _ lots: [TrytonDesk.Lot]
  ) throws(DeliveryStop) -> ([Consumed], Set<Int64>) {
    var found: [Consumed] = []
    var replaced: Set<Int64> = []
    for share in ConsumptionShare.once(job.extracts) where !share.isOfOthers {
      let use = share.use
      let product = try TrytonDesk.theOne(use.item, in: products).get()
      let ofUse = lots.filter { $0.number == use.materialLot.text && $0.product == product.id }
      guard let lot = ofUse.first else { throw .awaitingEarlier("the lot \(use.materialLot)") }
      guard ofUse.count == 1 else {
        throw .blocked("the ERP has \(ofUse.count) lots \(use.materialLot) of \(use.item); one may have it")
      }
      if let original = use.substituteFor { replaced.insert(try TrytonDesk.theOne(original, in: products).get().id) }
      if let place = found.firstIndex(where: { $0.lot == lot.id }) {
        if let before = found[place].quantity, let more = share.quantity {
          found[place].quantity = before + more
        } else {
          found[place].quantity = nil
        }
      } else {
        found.append(Consumed(product: product, lot: lot.id, quantity: share.quantity))
      }
    }
    return (found, replaced.subtracting(found.map(\.product.id)))
  }

  /// A single lot of which nobody said how much takes what Tryton planned and others did not take.
  private static func edit(
    _ lines: inout MoveLines, _ production: TrytonDesk.Production, _ consumed: [Consumed], replaced: Set<Int64>
  ) throws(DeliveryStop) {
    for (product, ofProduct) in Dictionary(grouping: consumed, by: \.product.id).sorted(by: { $0.key < $1.key }) {
      guard let first = ofProduct.first else { continue }
      try lines.requireUnit(first.product.unit, first.product.unitName, of: product, first.product.code)
      var lots = Dictionary(
        ofProduct.compactMap { one in one.quantity.map { (one.lot, $0) } }, uniquingKeysWith: { first, _ in first })
      let unsaid = ofProduct.filter { $0.quantity == nil }
      if let open = unsaid.first {
        guard unsaid.count == 1 else {
          throw .blocked(
            "the record does not say how much of \(unsaid.count) lots of \(first.product.code) was consumed; enter it in the "
              + "ERP and set this delivery aside")
        }
        let planned = lines.lines.filter { $0.product == product }.map(\.quantity).reduce(.zero, +)
        lots[open.lot] = max(.zero, planned - lots.values.reduce(.zero, +))
      }
      lines.setExactly(
        product: product, lots: lots.filter(\.value.isPositive),
        template: ProductionLines.template(first.product, production))
    }
    for product in replaced.sorted() {
      let template = lines.lines.first { $0.product == product }
      if let template { lines.setExactly(product: product, lots: [:], template: template) }
    }
  }

  /// Stock that is still in the input location comes with the release of its lot; other stock that is missing is a person's.
  func whyNotAssigned(_ job: Job, _ reason: String) async throws(DeliveryStop) -> DeliveryStop {
    let missing = try await desk.rows(
      "stock.move",
      [
        .clause("production_input", "=", .integer(job.production.id)),
        .clause("state", "in", .texts(["draft", "staging"])),
        .clause("quantity", ">", .number(0)),
      ], ["product.code", "lot", "lot.number", "quantity"])
    let lots = missing.compactMap { $0.integer("lot") }
    if !lots.isEmpty {
      let waiting = try await desk.rows(
        "stock.move",
        [
          .clause("lot", "in", .integers(lots)),
          .clause("shipment.state", "in", .texts(["draft", "received"]), model: ReceiptFlow.model),
        ], ["lot.number"])
      if let first = waiting.first { return .awaitingEarlier("the release of \(first["lot"].text("number") ?? "-")") }
    }
    let words = missing.prefix(5).map { row in
      let lot = row["lot"].text("number").map { " of lot \($0)" } ?? ""
      return "\(row.quantity("quantity")?.description ?? "-") \(row["product"].text("code") ?? "-")\(lot)"
    }
    guard !words.isEmpty else { return .blocked("\(job.name): \(reason)") }
    // A receipt that brings it may still wait in our outbox; where none does, a person decides.
    return .failure(
      ERPFailure(
        .awaitingEarlier, problem: "\(job.name): the ERP has not enough stock for \(words.joined(separator: ", "))",
        remedy:
          "Nothing to do while its receipt waits; otherwise correct the stock in the ERP, then release this delivery"
      ))
  }
}
