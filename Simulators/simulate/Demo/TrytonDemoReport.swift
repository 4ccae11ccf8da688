import Crypto
import Foundation
import Harness

/// What Tryton holds of the lot, asked of Tryton itself, not of the daemon; what should stand there and does not is said
/// and counted.
struct TrytonDemoReport {
  let look: TrytonClient
  let plant: DemoPlant
  let lot: String
  let say: (String) -> Void

  /// What the lot was made of.
  private static let materials = ["ML-000001", "M-VALVE-1"]

  /// Prints it all.
  ///
  /// - Returns: what is missing or otherwise than the line made it; empty where everything stands there.
  func tell() throws -> [String] {
    let orders = try look.search(
      "production", [["reference", "=", lot]], fields: ["number", "state", "quantity", "product.rec_name"])
    guard let order = orders.first, let id = order["id"] as? Int else { return ["the production \(lot)"] }
    heading("What Tryton holds now")
    say(
      "  production \(text(order["number"])) [\(lot)]: \(inner(order, "product.", "rec_name")), \(text(order["state"]))"
    )
    var missing = orders.count == 1 ? [] : ["one production \(lot): there are \(orders.count)"]
    if order["state"] as? String != "done" {
      missing.append("the end of the production: it is \(text(order["state"]))")
    }
    let outputs = try look.search(
      "stock.move", [["production_output", "=", id], ["lot", "!=", NSNull()]],
      fields: ["quantity", "state", "lot", "lot.number", "lot.expiration_date"])
    for output in outputs {
      let expiry = (output["lot."] as? [String: Any]).flatMap { TrytonClient.day(of: $0["expiration_date"]) }
      say(
        "  output lot \(inner(output, "lot.", "number")): \(text(output["quantity"])) pouches, usable until \(expiry ?? "-")"
      )
    }
    let isMade =
      outputs.map { inner($0, "lot.", "number") } == [lot] && outputs.first?["quantity"] as? Double == 1_990
      && outputs.first?["state"] as? String == "done"
    if !isMade { missing.append("the output lot \(lot) with its 1990 good pouches") }
    heading("Its genealogy, as Tryton traces it")
    let traced = try outputs.flatMap { try genealogy(of: $0["lot"] as? Int ?? 0) }
    if traced.isEmpty { say("  nothing") }
    missing += Self.materials.filter { !traced.contains($0) }.map { "\($0) in the genealogy" }
    heading("The record in Tryton")
    return missing + (try attachments(["production,\(id)"] + outputs.map { "stock.lot,\($0["lot"] as? Int ?? 0)" }))
  }

  /// The numbers of the lots that were booked into this one.
  private func genealogy(of lot: Int) throws -> [String] {
    let inputs = try look.search(
      "stock.move", [["production_input.outputs.lot", "=", lot], ["lot", "!=", NSNull()], ["state", "=", "done"]],
      fields: ["product.rec_name", "lot.number", "quantity", "unit.symbol"])
    return inputs.map { input in
      let number = inner(input, "lot.", "number")
      say(
        "  made of \(number): \(text(input["quantity"])) \(inner(input, "unit.", "symbol")) of "
          + inner(input, "product.", "rec_name"))
      return number
    }
  }

  /// Where the record does not hang exactly once, byte for byte as it was sealed.
  private func attachments(_ resources: [String]) throws -> [String] {
    let sealed = try Data(contentsOf: plant.folder.appendingPathComponent("\(lot).json"))
    let expected = digest(sealed)
    say("  sealed by the line:           SHA-256 \(expected)")
    var missing: [String] = []
    for resource in resources {
      let found = try look.search("ir.attachment", [["resource", "=", resource]], fields: ["name", "data"])
      let records = found.compactMap { attachment -> String? in
        guard let name = attachment["name"] as? String, name.hasPrefix("EBR-"), !name.hasSuffix(".checkpoint"),
          let data = TrytonClient.bytes(of: attachment["data"])
        else { return nil }
        let digest = digest(data)
        say("  at \(resource.prefix { $0 != "," }), \(name), \(data.count) bytes: SHA-256 \(digest)")
        return digest
      }
      if records != [expected] { missing.append("the sealed record, once, at \(resource)") }
    }
    say(missing.isEmpty ? "  the same, byte for byte" : "  NOT the same")
    return missing
  }

  private func digest(_ data: Data) -> String {
    SHA256.hash(data: data).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  private func heading(_ words: String) {
    say("\n── \(words) " + String(repeating: "─", count: max(3, 70 - words.count)))
  }

  private func text(_ value: Any?) -> String { value.map { "\($0)" } ?? "-" }

  private func inner(_ row: TrytonClient.Row, _ relation: String, _ field: String) -> String {
    text((row[relation] as? [String: Any])?[field])
  }
}
