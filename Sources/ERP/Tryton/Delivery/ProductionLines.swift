import Shopfloor

/// Reads and brings the inputs or outputs of productions to a total, in one write for all of them, on the condition that
/// nobody changed them in between.
struct ProductionLines: Sendable {
  enum Side: String, Sendable {
    case inputs, outputs

    var link: String { self == .inputs ? "production_input" : "production_output" }

    /// States of a production in which the side may still be changed.
    var editable: Set<String> {
      self == .inputs ? ["draft", "waiting", "assigned"] : ["draft", "waiting", "assigned", "running"]
    }
  }

  private struct Change: Hashable, Sendable {
    /// Assigned by Tryton: to be taken back to waiting before it can be changed.
    var toWait: [Int64] = []
    var parts: [TrytonDesk.Part] = []
    var timestamps: [String: TrytonValue] = [:]
  }

  let desk: TrytonDesk

  /// Lines that are not cancelled, by production.
  func lines(of productions: [Int64], _ side: Side) async throws(DeliveryStop) -> [Int64: [MoveLines.Line]] {
    guard !productions.isEmpty else { return [:] }
    let rows = try await desk.rows(
      "stock.move",
      [.clause(side.link, "in", .integers(productions)), .clause("state", "!=", .text("cancelled"))],
      MoveLines.Line.fields)
    var found: [Int64: [MoveLines.Line]] = [:]
    for row in rows {
      guard let production = row.integer(side.link), let line = MoveLines.Line(row) else { continue }
      found[production, default: []].append(line)
    }
    return found
  }

  /// - Parameters:
  ///   - edit: brings the lines of a production to their totals; called again where others changed them meanwhile.
  ///   - also: further fields of a production that change with its lines; empty: none.
  func reach(
    productions: [Int64], side: Side,
    also: (TrytonDesk.Production) -> [String: TrytonValue] = { _ in [:] },
    edit: (TrytonDesk.Production, inout MoveLines) throws(DeliveryStop) -> Void
  ) async throws(DeliveryStop) {
    guard !productions.isEmpty else { return }
    try await desk.reach(
      read: { () throws(DeliveryStop) -> Change? in
        try await change(productions, side, also, edit)
      },
      write: { change throws(DeliveryStop) in
        if !change.toWait.isEmpty {
          let act = try await desk.press("production", "wait", change.toWait)
          // What it read is no longer so: read again, then write.
          if case .done = act { return .refused(TrytonRefusal(.concurrency, "taken back to waiting")) }
          return act
        }
        return try await desk.write("production", change.parts, timestamps: change.timestamps)
      })
  }

  private func change(
    _ productions: [Int64], _ side: Side, _ also: (TrytonDesk.Production) -> [String: TrytonValue],
    _ edit: (TrytonDesk.Production, inout MoveLines) throws(DeliveryStop) -> Void
  ) async throws(DeliveryStop) -> Change? {
    let rows = try await desk.read(
      "production", productions,
      [
        "state", "company", "location", "warehouse.storage_location", "warehouse.production_picking_location",
        "warehouse.production_output_location", "effective_start_date", "effective_date", "_timestamp",
      ])
    let lines = try await lines(of: productions, side)
    var change = Change()
    for row in rows where side.editable.contains(row.text("state") ?? "") {
      let production = TrytonDesk.Production(row: row)
      var edited = MoveLines(lines[row.id] ?? [])
      try edit(production, &edited)
      var values = also(production)
      if !edited.isUnchanged {
        if edited.touchesAssigned { change.toWait.append(row.id) }
        values[side.rawValue] = edited.change(company: row.integer("company") ?? 0)
        change.timestamps.merge(edited.timestamps) { first, _ in first }
        // The same request twice: the second finds the production changed.
        if let timestamp = row.text("_timestamp") { change.timestamps["production,\(row.id)"] = .text(timestamp) }
      }
      if !values.isEmpty { change.parts.append(.init(ids: [row.id], values: values)) }
    }
    return change.parts.isEmpty ? nil : change
  }

  /// A line of the inputs for a product that has none yet.
  static func template(_ product: TrytonProduct, _ production: TrytonDesk.Production) -> MoveLines.Line {
    let warehouse = production.row["warehouse"]
    return MoveLines.Line(
      id: nil, product: product.id, lot: nil, quantity: .zero, unit: product.unit,
      from: warehouse.integer("production_picking_location") ?? warehouse.integer("storage_location") ?? 0,
      to: production.row.integer("location") ?? 0, state: "draft", timestamp: nil)
  }
}
