import Foundation
import Harness
import Shopfloor

/// What Tryton holds of one order, in words that are the same for every order that went the same way: no ids, no times,
/// no numbers of our ledger. Read by an administrator, not through the connector.
struct OrderPicture: Hashable, Sendable {
  var lines: [String] = []
  /// What must not be, whatever the story was.
  var faults: [String] = []

  private static let names: [(pattern: String, instead: String)] = [
    ("WO-[0-9]+", "WO"), ("PO-[0-9]+", "PO"), ("F-[0-9]+", "F"), ("ML-[0-9]+", "ML"), ("[0-9a-f]{16,64}", "#"),
    ("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?", "TIME"), ("lotwire:(movement|report):[0-9]+", "lotwire:$1:EVENT"),
    ("R-[0-9]+", "R"), ("event [0-9]+", "event N"),
  ]

  init(of made: FaultLine.Made, in look: TrytonClient) throws {
    let orders = try look.search(
      "production", [["reference", "=", made.order.text]],
      fields: ["state", "quantity", "product.code", "inputs", "outputs", "works"])
    guard let order = orders.first, orders.count == 1, let id = order["id"] as? Int else {
      faults.append("\(orders.count) productions \(made.order)")
      return
    }
    add("production", [order["state"], order["quantity"]])
    try moves(of: id, look)
    try works(of: id, look)
    let lots = try look.search(
      "stock.lot", [["number", "in", [made.lot.text, made.film.text]]], fields: ["number", "product.code"])
    for number in [made.lot.text, made.film.text] {
      let count = lots.count { $0["number"] as? String == number }
      if count != 1 { faults.append("\(count) lots \(number)") }
    }
    try receipts(of: made, look)
    let resources = ["production,\(id)"] + lots.compactMap { ($0["id"] as? Int).map { "stock.lot,\($0)" } }
    try notes(of: resources, look)
    try inspections(of: id, look)
    try attachments(of: resources, made, look)
    lines.sort()
  }

  private mutating func moves(of id: Int, _ look: TrytonClient) throws {
    for side in ["production_input", "production_output"] {
      let moves = try look.search(
        "stock.move", [[side, "=", id], ["state", "!=", "cancelled"]],
        fields: ["product.code", "lot.number", "quantity", "state"])
      for move in moves where (move["quantity"] as? Double) != 0 {
        add(
          side,
          [inner(move, "product.", "code"), inner(move, "lot.", "number"), move["quantity"], move["state"]])
      }
    }
  }

  private mutating func works(of id: Int, _ look: TrytonClient) throws {
    let works = try look.search(
      "production.work", [["production", "=", id]], fields: ["operation.name", "work_center.name", "state", "cycles"])
    for work in works {
      let cycles = try look.search(
        "production.work.cycle", [["work", "=", work["id"] ?? -1]], fields: ["state", "duration"])
      add(
        "work",
        [
          inner(work, "operation.", "name"), inner(work, "work_center.", "name"), work["state"],
          cycles.map { "\($0["state"] ?? "") \($0["duration"] == nil || $0["duration"] is NSNull ? "none" : "timed")" }
            .sorted().joined(separator: "+"),
        ])
    }
  }

  private mutating func receipts(of made: FaultLine.Made, _ look: TrytonClient) throws {
    for model in ["stock.shipment.in", "stock.shipment.internal"] {
      let shipments = try look.search(
        model, [["moves.lot.number", "=", made.film.text]], fields: ["reference", "state"])
      let references = shipments.compactMap { $0["reference"] as? String }
      if Set(references).count != references.count { faults.append("two shipments with one key: \(references)") }
      for shipment in shipments { add(model, [shipment["reference"], shipment["state"]]) }
    }
    let moves = try look.search(
      "stock.move", [["lot.number", "=", made.film.text], ["state", "!=", "cancelled"]],
      fields: ["quantity", "state", "from_location.code", "to_location.code", "origin"])
    for move in moves {
      add(
        "move of film",
        [
          move["quantity"], move["state"], inner(move, "from_location.", "code"), inner(move, "to_location.", "code"),
          (move["origin"] as? String)?.split(separator: ",").first,
        ])
    }
  }

  private mutating func notes(of resources: [String], _ look: TrytonClient) throws {
    for resource in resources {
      let notes = try look.search("ir.note", [["resource", "=", resource]], fields: ["message"])
      let texts = notes.compactMap { $0["message"] as? String }
      // The order of their ids is the order in which they were written.
      let events = texts.compactMap { text -> Int? in
        guard let found = text.range(of: "lotwire:report:[0-9]+", options: .regularExpression) else { return nil }
        return Int(text[found].split(separator: ":").last ?? "")
      }
      if events != events.sorted() { faults.append("the reports at \(resource) stand in another order: \(events)") }
      if Set(events).count != events.count { faults.append("a report stands twice at \(resource): \(events)") }
      for text in texts { add("note at \(resource.prefix { $0 != "," })", [text]) }
    }
  }

  private mutating func inspections(of id: Int, _ look: TrytonClient) throws {
    let inspections = try look.search(
      "quality.inspection", [["origin", "=", "production,\(id)"]],
      fields: ["control.name", "state", "points", "reference"])
    for inspection in inspections {
      let points = (inspection["points"] as? [String: Any] ?? [:]).sorted { $0.key < $1.key }.map {
        // Times of the ledger are whole microseconds: a duration may be one of them shorter.
        "\($0.key)=" + (($0.value as? Double).map { String(format: "%.3f", $0) } ?? "\($0.value)")
      }
      add(
        "inspection",
        [inner(inspection, "control.", "name"), inspection["state"], points.joined(separator: " ")])
    }
  }

  private mutating func attachments(of resources: [String], _ made: FaultLine.Made, _ look: TrytonClient) throws {
    for resource in resources {
      let found = try look.search("ir.attachment", [["resource", "=", resource]], fields: ["name", "data"])
      for attachment in found {
        let digest = TrytonClient.bytes(of: attachment["data"]).map(SHA256Text.digest)
        add(
          "attachment at \(resource.prefix { $0 != "," })",
          [attachment["name"], digest == made.recordSHA256 ? "the record" : "other content"])
      }
      for attachment in found {
        guard let name = attachment["name"] as? String, name.hasPrefix("EBR-"), !name.hasSuffix(".checkpoint")
        else { continue }
        let digest = TrytonClient.bytes(of: attachment["data"]).map(SHA256Text.digest)
        if digest != made.recordSHA256 { faults.append("\(name) at \(resource) is not the record that was sealed") }
      }
      let names = found.compactMap { $0["name"] as? String }
      if Set(names).count != names.count { faults.append("an attachment stands twice at \(resource): \(names)") }
    }
  }

  private func inner(_ row: TrytonClient.Row, _ relation: String, _ field: String) -> Any? {
    (row[relation] as? [String: Any])?[field]
  }

  private mutating func add(_ what: String, _ values: [Any?]) {
    var line = what + ": " + values.map { value in value.map { "\($0)" } ?? "-" }.joined(separator: " | ")
    for (pattern, instead) in Self.names {
      line = line.replacingOccurrences(of: pattern, with: instead, options: .regularExpression)
    }
    lines.append(line)
  }

  /// What is here and not there, and the other way round.
  func difference(to other: OrderPicture) -> [String] {
    let mine = Dictionary(grouping: lines, by: \.self).mapValues(\.count)
    let theirs = Dictionary(grouping: other.lines, by: \.self).mapValues(\.count)
    return Set(mine.keys).union(theirs.keys).sorted().compactMap { line in
      let (here, there) = (mine[line] ?? 0, theirs[line] ?? 0)
      return here == there ? nil : "\(here) times, undisturbed \(there) times: \(line)"
    }
  }
}
