import Crypto
import Foundation
import Harness

/// What Tryton holds of the lot, asked of Tryton itself, not of the daemon.
struct TrytonDemoReport {
  let look: TrytonClient
  let plant: DemoPlant
  let lot: String
  let say: (String) -> Void

  /// Returns whether every attached record is the one that was sealed, byte for byte.
  func tell() throws -> Bool {
    let orders = try look.search(
      "production", [["reference", "=", lot]], fields: ["number", "state", "quantity", "product.rec_name"])
    guard let order = orders.first, let id = order["id"] as? Int else {
      throw ChildProcess.Failure(description: "Tryton has no production \(lot)")
    }
    heading("What Tryton holds now")
    say(
      "  production \(text(order["number"])) [\(lot)]: \(inner(order, "product.", "rec_name")), \(text(order["state"]))"
    )
    let outputs = try look.search(
      "stock.move", [["production_output", "=", id], ["lot", "!=", NSNull()]],
      fields: ["quantity", "state", "lot", "lot.number", "lot.expiration_date"])
    for output in outputs {
      let expiry = (output["lot."] as? [String: Any]).flatMap { TrytonClient.day(of: $0["expiration_date"]) }
      say(
        "  output lot \(inner(output, "lot.", "number")): \(text(output["quantity"])) pouches, usable until \(expiry ?? "-")"
      )
    }
    heading("Its genealogy, as Tryton traces it")
    for output in outputs { try genealogy(of: output["lot"] as? Int ?? 0) }
    heading("The record in Tryton")
    return try attachments(["production,\(id)"] + outputs.map { "stock.lot,\($0["lot"] as? Int ?? 0)" })
  }

  private func genealogy(of lot: Int) throws {
    let inputs = try look.search(
      "stock.move", [["production_input.outputs.lot", "=", lot], ["lot", "!=", NSNull()], ["state", "=", "done"]],
      fields: ["product.rec_name", "lot.number", "quantity", "unit.symbol"])
    for input in inputs {
      say(
        "  made of \(inner(input, "lot.", "number")): \(text(input["quantity"])) \(inner(input, "unit.", "symbol")) of "
          + inner(input, "product.", "rec_name"))
    }
  }

  private func attachments(_ resources: [String]) throws -> Bool {
    let sealed = try Data(contentsOf: plant.folder.appendingPathComponent("\(lot).json"))
    let expected = digest(sealed)
    say("  sealed by the line:           SHA-256 \(expected)")
    var isEverythingSame = true
    for resource in resources {
      let found = try look.search("ir.attachment", [["resource", "=", resource]], fields: ["name", "data"])
      let records = found.compactMap { attachment -> String? in
        guard let name = attachment["name"] as? String, name.hasPrefix("EBR-"),
          let data = TrytonClient.bytes(of: attachment["data"])
        else { return nil }
        let digest = digest(data)
        say("  at \(resource.prefix { $0 != "," }), \(name), \(data.count) bytes: SHA-256 \(digest)")
        return digest
      }
      isEverythingSame = isEverythingSame && records == [expected]
    }
    say(isEverythingSame ? "  the same, byte for byte" : "  NOT the same")
    return isEverythingSame
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
