import Shopfloor

/// The inputs or outputs of a production, by product and lot, and what has to be written so that they have our totals.
/// Pure.
struct MoveLines: Hashable, Sendable {
  /// One move of Tryton. Assigning splits moves: several may be of one lot.
  struct Line: Hashable, Sendable {
    /// Nil: to be created.
    var id: Int64?
    var product: Int64
    var lot: Int64?
    var quantity: Quantity
    var unit: Int64
    /// Its sign in Tryton.
    var unitName = ""
    var from: Int64
    var to: Int64
    var state: String
    var timestamp: String?
    /// Only outputs have a price, which Tryton sets when they are booked.
    var currency: Int64?
    var unitPrice: TrytonValue = .null
  }

  private(set) var lines: [Line]
  private let original: [Line]

  init(_ lines: [Line]) {
    self.lines = lines
    original = lines
  }

  func total(of product: Int64, lot: Int64) -> Quantity {
    lines.filter { $0.product == product && $0.lot == lot }.map(\.quantity).reduce(.zero, +)
  }

  /// Our totals are in one unit, and a line in another has other numbers: nothing is written over it or compared with it.
  func requireUnit(_ unit: Int64, _ name: String, of product: Int64, _ what: String) throws(DeliveryStop) {
    guard let other = lines.first(where: { $0.product == product && $0.unit != unit }) else { return }
    throw Self.unitDiffers(what, other.unitName, name)
  }

  static func unitDiffers(_ what: String, _ theirs: String, _ ours: String) -> DeliveryStop {
    .blocked(
      "unit differs: the ERP counts \(what) in \(theirs.isEmpty ? "another unit" : theirs), we count it in "
        + "\(ours.isEmpty ? "the item's own unit" : ours); correct the unit there, then release")
  }

  /// Of one lot, so much in all; what was planned without a lot becomes less by what the lot takes, never below nothing.
  ///
  /// - Parameter template: for a product that has no line yet.
  mutating func set(product: Int64, lot: Int64, to quantity: Quantity, template: Line) {
    let before = total(of: product, lot: lot)
    guard before != quantity else { return }
    replace(product: product, lot: lot, with: quantity, template: template)
    guard let open = lines.firstIndex(where: { $0.product == product && $0.lot == nil }) else { return }
    lines[open].quantity = max(.zero, lines[open].quantity - (quantity - before))
  }

  /// Exactly these lots of a product, and nothing else of it.
  mutating func setExactly(product: Int64, lots: [Int64: Quantity], template: Line) {
    for lot in lots.keys.sorted() where total(of: product, lot: lot) != lots[lot] {
      let isNew = !lines.contains { $0.product == product && $0.lot == lot }
      if isNew, let planned = lines.firstIndex(where: { $0.product == product && $0.lot == nil }) {
        lines[planned].lot = lot
      }
      replace(product: product, lot: lot, with: lots[lot] ?? .zero, template: template)
    }
    lines.removeAll { line in
      guard line.product == product else { return false }
      return line.lot.map { lots[$0] == nil } ?? true
    }
  }

  private mutating func replace(product: Int64, lot: Int64, with quantity: Quantity, template: Line) {
    let places = lines.indices.filter { lines[$0].product == product && lines[$0].lot == lot }
    if let first = places.first {
      lines[first].quantity = quantity
      for place in places.dropFirst() { lines[place].quantity = .zero }
      lines.removeAll { $0.product == product && $0.lot == lot && !$0.quantity.isPositive }
    } else if quantity.isPositive {
      var line = lines.first { $0.product == product } ?? template
      line.id = nil
      line.product = product
      line.lot = lot
      line.quantity = quantity
      lines.append(line)
    }
  }

  var isUnchanged: Bool { Set(lines) == Set(original) }

  /// Whether what changes was assigned by Tryton, which then refuses to have it changed.
  var touchesAssigned: Bool {
    let kept = Set(lines)
    return original.contains { $0.state == "assigned" && !kept.contains($0) }
  }

  /// For the field `inputs` or `outputs` of a production: all in one write.
  func change(company: Int64) -> TrytonValue {
    var parts: [TrytonValue] = []
    let kept = Dictionary(
      lines.compactMap { line in line.id.map { ($0, line) } }, uniquingKeysWith: { first, _ in first })
    for old in original {
      guard let id = old.id else { continue }
      guard let new = kept[id] else {
        parts.append(.list([.text("delete"), .integers([id])]))
        continue
      }
      guard new != old else { continue }
      parts.append(
        .list([
          .text("write"), .integers([id]),
          .object(["quantity": .quantity(new.quantity), "lot": .optional(new.lot)]),
        ]))
    }
    let created = lines.filter { $0.id == nil }
    if !created.isEmpty {
      parts.append(.list([.text("create"), .list(created.map { Self.record($0, company) })]))
    }
    return .list(parts)
  }

  private static func record(_ line: Line, _ company: Int64) -> TrytonValue {
    var values: [String: TrytonValue] = [
      "product": .integer(line.product), "lot": .optional(line.lot), "quantity": .quantity(line.quantity),
      "unit": .integer(line.unit), "from_location": .integer(line.from), "to_location": .integer(line.to),
      "company": .integer(company),
    ]
    if let currency = line.currency {
      values["currency"] = .integer(currency)
      values["unit_price"] = line.unitPrice
    }
    return .object(values)
  }

  /// The conditions under which the change is right: every line still is as it was read.
  var timestamps: [String: TrytonValue] {
    Dictionary(
      original.compactMap { line in
        guard let id = line.id, let timestamp = line.timestamp else { return nil }
        return ("stock.move,\(id)", .text(timestamp))
      }, uniquingKeysWith: { first, _ in first })
  }
}

extension MoveLines.Line {
  init?(_ row: TrytonRecord) {
    guard let product = row.integer("product"), let quantity = row.quantity("quantity"),
      let unit = row.integer("unit"), let from = row.integer("from_location"), let to = row.integer("to_location")
    else { return nil }
    self.init(
      id: row.id, product: product, lot: row.integer("lot"), quantity: quantity, unit: unit,
      unitName: row["unit"].text("symbol") ?? "", from: from, to: to,
      state: row.text("state") ?? "", timestamp: row.text("_timestamp"), currency: row.integer("currency"),
      unitPrice: row.members["unit_price"] ?? .null)
  }

  static let fields = [
    "product", "lot", "quantity", "unit", "unit.symbol", "from_location", "to_location", "state", "_timestamp",
    "currency",
    "unit_price", "production_input",
    "production_output",
  ]
}
