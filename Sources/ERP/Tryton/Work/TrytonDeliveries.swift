import Shopfloor

/// Expected deliveries are Tryton's purchases. Pure.
enum TrytonDeliveries {
  static let openStates = ["confirmed", "processing"]
  static let fields = [
    "number", "reference", "state", "shipment_state", "party.name", "write_date", "create_date",
    "lines.product.code", "lines.product.default_uom.factor", "lines.quantity", "lines.unit.factor",
    "lines.write_date", "lines.create_date", "lines.moves.state", "lines.moves.internal_quantity",
    "lines.moves.shipment", "lines.moves.write_date", "lines.moves.create_date",
  ]

  static func domain(since time: Timestamp?, withOpen: Bool) -> TrytonValue {
    let open = TrytonDomain.isOneOf("state", openStates)
    guard let time else { return TrytonDomain.all([open]) }
    let changed = TrytonDomain.all([
      TrytonDomain.isOneOf("state", openStates + ["done", "cancelled"]),
      TrytonDomain.any(TrytonDomain.changed(["", "lines.", "lines.moves."], since: time)),
    ])
    return withOpen ? TrytonDomain.any([open, changed]) : changed
  }

  static func numberText(_ row: TrytonRow) -> String? { row.text("reference") ?? row.text("number") }

  /// Shipments whose goods were booked as come.
  static func shipments(of row: TrytonRow) -> [Int64] {
    row.many("lines").flatMap { $0.many("moves") }.compactMap { shipment(of: $0) }
  }

  private static func shipment(of move: TrytonRow) -> Int64? {
    guard move.text("state") == "done", let reference = move.text("shipment"),
      reference.hasPrefix("stock.shipment.in,")
    else { return nil }
    return Int64(reference.dropFirst("stock.shipment.in,".count))
  }

  /// - Parameters:
  ///   - ours: shipments that we booked: the floor counts them itself.
  ///   - repeated: purchases whose number an older open one carries too.
  static func delivery(
    _ row: TrytonRow, ours: Set<Int64>, repeated: Set<Int64>
  ) throws(FieldFault) -> ExpectedDelivery {
    let number: DeliveryNumber = try row.name("reference", of: numberText(row))
    guard !repeated.contains(row.id) else {
      throw FieldFault(
        field: "reference", why: "an older purchase has the same; this one is number \(row.text("number") ?? "?")")
    }
    let state = try state(row)
    var lines: [ExpectedDelivery.Line] = []
    for line in row.many("lines") {
      guard let product = line.one("product"), let ordered = line.number("quantity"), ordered > 0 else { continue }
      let unit = product.one("default_uom")
      var expected = try TrytonUnits.converted(ordered, from: line.one("unit"), to: unit)
      if state == .expected {
        for move in line.many("moves") {
          guard let shipment = shipment(of: move), !ours.contains(shipment) else { continue }
          expected -= move.number("internal_quantity") ?? 0
        }
        guard TrytonUnits.rounded(expected) > 0, (Quantity(nearest: expected) ?? .zero).isPositive else { continue }
      }
      lines.append(
        ExpectedDelivery.Line(
          item: try product.name("lines.product.code", of: product.text("code")),
          quantity: try TrytonUnits.quantity(TrytonUnits.rounded(expected), field: "lines.quantity")))
    }
    guard lines.count <= maximumLinesPerDelivery else {
      throw FieldFault(field: "lines", why: "they are \(lines.count); at most \(maximumLinesPerDelivery)")
    }
    return ExpectedDelivery(
      number: number,
      supplier: try row.words("party", of: row.one("party")?.text("name"), maximumBytes: maximumProductNameBytes),
      lines: lines, state: lines.isEmpty && state == .expected ? .closed : state)
  }

  private static func state(_ row: TrytonRow) throws(FieldFault) -> ExpectedDelivery.State {
    switch row.text("state") {
    case "confirmed", "processing": return row.text("shipment_state") == "received" ? .closed : .expected
    case "done": return .closed
    case "cancelled": return .cancelled
    case let other: throw FieldFault(field: "state", why: "\"\(oneLine(other ?? ""))\" is not known here")
    }
  }
}
