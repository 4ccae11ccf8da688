import Shopfloor

/// An event of the ledger as a record carries it, with its payload where that can be read.
struct LedgerEvent {
  let sequence: Int64
  let time: Timestamp?
  /// "person P-1", "recorder", "configuration".
  let actor: String
  /// The name of its case, "materialConsumed".
  let kind: String
  let hash: String?
  /// Null where the record withholds it, or where the bytes are none that this program reads.
  let data: PlainJSON

  init?(_ excerpt: RecordView) {
    guard let sequence = excerpt["sequence"].integer, let kind = excerpt["kind"].text else { return nil }
    self.sequence = sequence
    self.kind = kind
    time = excerpt["at"].time
    actor = excerpt["actor"].text ?? "unknown"
    hash = excerpt["hash"].text
    // What cannot be read is shown without its payload; the hash still leads to the bytes in the record.
    data = excerpt["canonical"].text.flatMap { try? PlainJSONParser.parse(Array($0.utf8))["data"] } ?? .null
  }

  /// The entry id of the event in a rendering.
  var id: String { "event \(sequence)" }

  var renderedTime: String? { time?.rendered }

  var station: String? { data["station"].text }
  var run: String? { data["run"].text }

  /// Who did it, by the payload or as the actor says.
  var person: String? {
    if let person = data["person"].text { return person }
    let prefix = "person "
    return actor.hasPrefix(prefix) ? String(actor.dropFirst(prefix.count)) : nil
  }
}
