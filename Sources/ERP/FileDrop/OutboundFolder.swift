import Glibc
import Ledger
import Shopfloor

/// One row on its way into the folder of the importer. Blocking; called on the connector's own thread.
struct OutboundFolder {
  let path: String
  let awaitsAcknowledgement: Bool

  /// Files of one row: the first is the record itself, its SHA-256 the row's; a rendering comes after it.
  struct Document: Hashable {
    var ending: String
    var bytes: [UInt8]
    var sha256: String

    init(_ ending: String, _ bytes: [UInt8]) {
      self.ending = ending
      self.bytes = bytes
      sha256 = lowerCaseSHA256(bytes)
    }
  }

  /// Nil: written, and the importer has yet to acknowledge.
  func deliver(_ row: OutboxRow, _ documents: [Document]) throws(DurableFile.Fault) -> DeliveryVerdict? {
    let base = FileDropName.of(key: row.idempotencyKey)
    let receipt = base + (documents.first?.ending ?? "")
    if let verdict = try acknowledgement(base, documents, receipt: receipt) {
      // Only a verdict that our outbox holds is put away: a daemon that ends before that reads it again.
      guard case .blocked(let reason) = verdict, reason == row.lastAnswer else { return verdict }
      try putAwayRefusal(base)
    }
    for document in documents {
      let file = base + document.ending
      guard try put(document, as: file) else {
        return .blocked(
          reason: "the folder holds other content under the name \(file); compare it with the record, then remove one")
      }
    }
    return awaitsAcknowledgement ? nil : .delivered(receipt: receipt)
  }

  /// Writes the file where there is none, and reads it back. False: other content stands there.
  private func put(_ document: Document, as file: String) throws(DurableFile.Fault) -> Bool {
    let whole = "\(path)/\(file)"
    if try DurableFile.read(whole, maximumBytes: document.bytes.count) == nil {
      try DurableFile.write(document.bytes, folder: path, name: file)
    }
    guard let held = try DurableFile.read(whole, maximumBytes: document.bytes.count) else {
      // Taken away between writing and reading back: only an importer that acknowledges may do that.
      throw DurableFile.Fault(step: "read back \(whole)", code: ENOENT)
    }
    return lowerCaseSHA256(held) == document.sha256
  }

  /// What the importer wrote: nothing or the SHA-256 of one of the files for "taken", `refused` and a reason for "not
  /// taken".
  private func acknowledgement(
    _ base: String, _ documents: [Document], receipt: String
  ) throws(DurableFile.Fault) -> DeliveryVerdict? {
    guard let bytes = try DurableFile.read("\(path)/\(base).ack", maximumBytes: Self.maximumAcknowledgementBytes) else {
      return nil
    }
    let text = String(decoding: bytes.prefix(Self.maximumAcknowledgementBytes), as: UTF8.self)
    let word = text.split(whereSeparator: \.isWhitespace).first.map { $0.lowercased() } ?? ""
    if word.isEmpty || documents.contains(where: { $0.sha256 == word }) { return .delivered(receipt: receipt) }
    if word.hasPrefix("refused") { return .blocked(reason: "the importer refused the record: \(oneLine(text))") }
    return .blocked(reason: "the importer acknowledged other content than ours: \(oneLine(text))")
  }

  /// A person had the row tried again: what the importer answered before stays readable beside it, and no longer counts.
  private func putAwayRefusal(_ base: String) throws(DurableFile.Fault) {
    let names = Set(try DurableFile.names(in: path))
    let kept = "\(base).ack.refused"
    var name = kept
    var number = 1
    while names.contains(name) {
      number += 1
      name = "\(kept).\(number)"
    }
    guard rename("\(path)/\(base).ack", "\(path)/\(name)") == 0 else {
      throw DurableFile.Fault(step: "rename \(base).ack to \(name)", code: errno)
    }
    try DurableFile.flush(folder: path)
  }

  /// Largest acknowledgement that is read, in bytes; the rest of a longer one is ignored.
  static let maximumAcknowledgementBytes = 4_096

  /// Files that the importer took away are its own; those that lie in the folder must be what was written. A rendering
  /// is a copy that a newer program may write otherwise: the record itself is compared.
  func compare(_ rows: [OutboxRow]) throws(DurableFile.Fault) -> [DeliveryDrift] {
    var drifts: [DeliveryDrift] = []
    for row in rows {
      let file = "\(path)/\(FileDropName.of(key: row.idempotencyKey)).json"
      guard let held = try DurableFile.read(file, maximumBytes: row.payload.count) else { continue }
      let found = lowerCaseSHA256(held)
      if found != row.payloadSHA256 { drifts.append(row.drift("file sha256", row.payloadSHA256, found)) }
    }
    return drifts
  }
}
