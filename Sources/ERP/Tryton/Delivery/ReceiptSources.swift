import Ledger
import Shopfloor

/// Where received goods come from, as Tryton needs it on a move.
struct ReceiptSource: Hashable, Sendable {
  var supplier: Int64
  /// Location of the supplier.
  var from: Int64
  /// Nil: the product's own.
  var unit: Int64?
  var price: TrytonValue
  var currency: Int64
  var company: Int64
  /// Nil for a receipt without an expected delivery.
  var purchaseLine: Int64?
}

/// Purchase lines of the deliveries of some receipts, and suppliers of items that came without one.
struct ReceiptSources: Sendable {
  private var lines: [String: [TrytonRecord]] = [:]
  /// Of lines that are one of several: those of which something is still to come.
  private var open: Set<Int64> = []
  private var suppliers: [Int64: Set<Int64>] = [:]
  private var parties: [Int64: TrytonRecord] = [:]
  private var company: Int64 = 0
  private var currency: Int64 = 0

  init(
    desk: TrytonDesk, jobs: [ReceiptFlow.Job], products: [String: [TrytonProduct]]
  ) async throws(DeliveryStop) {
    let deliveries = Set(jobs.compactMap { $0.movement.delivery?.text })
    if !deliveries.isEmpty {
      let numbers = TrytonValue.texts(deliveries.sorted())
      let found = try await desk.rows(
        "purchase.line",
        [
          .any([
            .clause("purchase.reference", "in", numbers), .clause("purchase.number", "in", numbers),
          ]), .clause("type", "=", .text("line")),
        ],
        [
          "product", "unit", "unit.symbol", "unit_price", "from_location", "purchase.number", "purchase.reference",
          "purchase.party",
          "purchase.currency", "purchase.company", "purchase.state",
        ])
      for row in found {
        for name in Set([row["purchase"].text("reference"), row["purchase"].text("number")].compactMap { $0 })
        where deliveries.contains(name) {
          lines["\(name)|\(row.integer("product") ?? 0)", default: []].append(row)
        }
      }
      lines = lines.mapValues {
        TrytonDesk.living($0, unless: ["cancelled", "draft", "quotation"]) { $0["purchase"].text("state") ?? "" }
      }
      open = try await Self.open(desk, lines.values.filter { $0.count > 1 }.joined().map(\.id))
    }
    let blind = jobs.filter { $0.movement.delivery == nil }.flatMap { products[$0.item.text] ?? [] }
    if !blind.isEmpty { try await readSuppliers(desk, blind) }
  }

  private static func open(_ desk: TrytonDesk, _ lines: [Int64]) async throws(DeliveryStop) -> Set<Int64> {
    guard !lines.isEmpty else { return [] }
    let moves = try await desk.rows(
      "stock.move",
      [
        .clause("origin", "in", .texts(Set(lines).sorted().map { "purchase.line,\($0)" })),
        .clause("state", "=", .text("draft")),
      ], ["origin", "shipment"])
    return Set(moves.filter { $0.text("shipment") == nil }.compactMap { $0.reference("origin", to: "purchase.line") })
  }

  private mutating func readSuppliers(_ desk: TrytonDesk, _ products: [TrytonProduct]) async throws(DeliveryStop) {
    let rows = try await desk.rows(
      "purchase.product_supplier",
      [
        .any([
          .clause("product", "in", .integers(products.map(\.id))),
          .clause("template", "in", .integers(products.compactMap(\.template))),
        ])
      ], ["product", "template", "party"])
    for product in products {
      suppliers[product.id] = Set(
        rows.filter { row in
          row.integer("product").map { $0 == product.id } ?? (row.integer("template") == product.template)
        }.compactMap { $0.integer("party") })
    }
    for row in try await desk.read(
      "party.party", Set(rows.compactMap { $0.integer("party") }).sorted(), ["supplier_location"])
    {
      parties[row.id] = row
    }
    let companies = try await desk.rows("company.company", [], ["currency"])
    company = companies.first?.id ?? 0
    currency = companies.first?.integer("currency") ?? 0
  }

  func source(of job: ReceiptFlow.Job, _ product: TrytonProduct) throws(DeliveryStop) -> ReceiptSource {
    guard let delivery = job.movement.delivery else { return try blind(job, product) }
    let lines = lines["\(delivery)|\(product.id)"] ?? []
    guard let line = lines.first(where: { open.contains($0.id) }) ?? lines.first else {
      throw .blocked("the ERP has no purchase \(delivery) with a line of \(job.item); correct it there, then release")
    }
    if let unit = line.integer("unit"), unit != product.unit {
      throw MoveLines.unitDiffers(
        "\(job.item) of the purchase \(delivery)", line["unit"].text("symbol") ?? "", product.unitName)
    }
    let purchase = line["purchase"]
    guard let supplier = purchase.integer("party"), let from = line.integer("from_location") else {
      throw .blocked("the purchase \(delivery) of the ERP has no supplier with a location")
    }
    return ReceiptSource(
      supplier: supplier, from: from, unit: line.integer("unit"), price: line.members["unit_price"] ?? .null,
      currency: purchase.integer("currency") ?? 0, company: purchase.integer("company") ?? 0, purchaseLine: line.id)
  }

  private func blind(_ job: ReceiptFlow.Job, _ product: TrytonProduct) throws(DeliveryStop) -> ReceiptSource {
    let found = suppliers[product.id] ?? []
    guard found.count == 1, let supplier = found.first, let from = parties[supplier]?.integer("supplier_location")
    else {
      throw .blocked(
        "the receipt names no delivery, and the ERP knows \(found.count) suppliers of \(job.item), where one is needed; "
          + "enter the supplier at the product, then release")
    }
    return ReceiptSource(
      supplier: supplier, from: from, unit: nil, price: product.costPrice, currency: currency, company: company)
  }
}

/// What is still planned of purchase lines: what was ordered less what came in shipments. Tryton asks before it takes in
/// more than was ordered, and counts its own planned move as well.
struct PlannedReceipts: Sendable {
  let desk: TrytonDesk

  private struct Change: Hashable, Sendable {
    var writes: [TrytonDesk.Part] = []
    var deletes: [Int64] = []
    var timestamps: [String: TrytonValue] = [:]
  }

  func reduce(lines: Set<Int64>) async throws(DeliveryStop) {
    guard !lines.isEmpty else { return }
    try await desk.reach(
      read: { () throws(DeliveryStop) -> Change? in try await change(of: lines) },
      write: { change throws(DeliveryStop) in
        if !change.writes.isEmpty {
          let act = try await desk.write("stock.move", change.writes, timestamps: change.timestamps)
          guard case .done = act else { return act }
        }
        return change.deletes.isEmpty ? .done(.null) : try await desk.delete("stock.move", change.deletes)
      })
  }

  private func change(of lines: Set<Int64>) async throws(DeliveryStop) -> Change? {
    let ordered = try await desk.read("purchase.line", lines.sorted(), ["quantity", "unit", "moves_ignored"])
    let moves = try await desk.rows(
      "stock.move", [.clause("origin", "in", .texts(lines.sorted().map { "purchase.line,\($0)" }))],
      ["origin", "quantity", "unit", "state", "shipment", "_timestamp"])
    var change = Change()
    for line in ordered {
      let ofLine = moves.filter { $0.reference("origin", to: "purchase.line") == line.id }
      let planned = ofLine.filter { $0.text("shipment") == nil && $0.text("state") == "draft" }
      // Another unit than the line's is a person's doing, and a person's to reconcile.
      guard planned.count == 1, let open = planned.first, let total = line.quantity("quantity"),
        ofLine.allSatisfy({ $0.integer("unit") == line.integer("unit") })
      else { continue }
      // A cancelled move that a person ignored does not come any more.
      let ignored = Set(line.integers("moves_ignored"))
      let came = ofLine.filter { $0.id != open.id && ($0.text("state") != "cancelled" || ignored.contains($0.id)) }
        .compactMap { $0.quantity("quantity") }.reduce(.zero, +)
      let rest = max(.zero, total - came)
      if !rest.isPositive {
        change.deletes.append(open.id)
      } else if rest != open.quantity("quantity") {
        change.writes.append(.init(ids: [open.id], values: ["quantity": .quantity(rest)]))
        if let timestamp = open.text("_timestamp") { change.timestamps["stock.move,\(open.id)"] = .text(timestamp) }
      }
    }
    return change.writes.isEmpty && change.deletes.isEmpty ? nil : change
  }
}
