import BatchRecord
import Ledger
import Shopfloor

/// What a record is called in Tryton, and what its attachment says of it.
enum RecordFile {
  static let checkpointEnding = ".checkpoint"
  static let prefix = "EBR-"

  static func name(of lot: LotNumber, sha256: String) -> String { "\(prefix)\(lot)-\(sha256.prefix(16))" }

  /// The full digest first, then our key; below them what people look for.
  static func description(_ job: RecordFlow.Job, expiry: TrytonDay?) -> String {
    let extract = job.extract
    var lines = ["sha256:\(job.row.payloadSHA256)", job.row.idempotencyKey]
    lines.append("Batch record of lot \(extract.lot), revision \(extract.revision) 批记录，版本 \(extract.revision)")
    lines.append("record digest \(extract.digestSHA256), key \(extract.keyID), exceptions \(extract.exceptionCount)")
    if let expiry { lines.append(expiryMark + expiry.description) }
    if let identifier = extract.deviceIdentifier { lines.append("UDI " + udi(identifier, extract, expiry)) }
    return lines.joined(separator: "\n")
  }

  private static let expiryMark = "expiry "

  /// What the outbox keeps of a delivered record: "production,7, expiry 2028-11-20".
  static func receipt(_ resource: String, _ expiry: TrytonDay?) -> String {
    expiry.map { "\(resource), \(expiryMark)\($0)" } ?? resource
  }

  /// The expiry of the lot as it was delivered, from a receipt of ours.
  static func expiry(inReceipt receipt: String) -> String? {
    receipt.firstRange(of: ", " + expiryMark).map { String(receipt[$0.upperBound...]) }
  }

  /// Human-readable UDI: GTIN, made on, use by, lot (GS1 General Specifications, AI 01, 11, 17, 10).
  static func udi(_ identifier: String, _ extract: LotExtract, _ expiry: TrytonDay?) -> String {
    func six(_ day: TrytonDay) -> String {
      day.description.dropFirst(2).filter { $0 != "-" }
    }
    let made = extract.endedAt.flatMap { TrytonDay(of: $0) }.map { "(11)\(six($0))" } ?? ""
    let until = expiry.map { "(17)\(six($0))" } ?? ""
    return "(01)\(identifier)\(made)\(until)(10)\(extract.lot)"
  }

  /// What name and description of an attachment of ours say; nil where they do not have our form or do not fit each other.
  static func parts(name: String, description: String) -> Parts? {
    let lines = description.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard lines.count > 1, lines[0].hasPrefix(digestMark), let (lot, revision) = lotAndRevision(of: lines[1]),
      let number = try? LotNumber(lot)  // No number of a lot: no file of ours.
    else { return nil }
    let sha256 = String(lines[0].dropFirst(digestMark.count))
    guard sha256.count == 64, name == Self.name(of: number, sha256: sha256) else { return nil }
    return Parts(lot: lot, revision: revision, key: lines[1], sha256: sha256)
  }

  static func parts(of attachment: TrytonRecord) -> Parts? {
    parts(name: attachment.text("name") ?? "", description: attachment.text("description") ?? "")
  }

  struct Parts: Hashable, Sendable {
    var lot: String
    var revision: Int
    /// Our key of the record.
    var key: String
    /// Of the bytes of the file.
    var sha256: String
  }

  static let digestMark = "sha256:"

  /// The lot and revision of a record's key "lotwire:record:LOT:REVISION:DIGEST"; nil for anything else.
  static func lotAndRevision(of key: String) -> (lot: String, revision: Int)? {
    let prefix = "lotwire:record:"
    guard key.hasPrefix(prefix) else { return nil }
    let parts = key.dropFirst(prefix.count).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 3, let revision = Int(parts[parts.count - 2]) else { return nil }
    return (parts.dropLast(2).joined(separator: ":"), revision)
  }
}

/// The lot that was made: our number, and the expiry that the product's shelf life gives from the end of the last run.
enum OutputLot {
  static func record(_ extract: LotExtract, _ product: TrytonProduct) -> [String: TrytonValue] {
    var values = expiry(extract, product)
    values["number"] = .text(extract.lot.text)
    values["product"] = .integer(product.id)
    return values
  }

  static func expiry(_ extract: LotExtract, _ product: TrytonProduct) -> [String: TrytonValue] {
    var values: [String: TrytonValue] = [:]
    if let day = expiryDay(extract, product) { values["expiration_date"] = day.value }
    if product.shelfLifeState != "none", let day = day(after: product.shelfLifeDays, extract) {
      values["shelf_life_expiration_date"] = day.value
    }
    return values
  }

  static func expiryDay(_ extract: LotExtract, _ product: TrytonProduct) -> TrytonDay? {
    product.expirationState == "none" ? nil : day(after: product.expirationDays, extract)
  }

  private static func day(after days: Int64?, _ extract: LotExtract) -> TrytonDay? {
    guard let days, let end = extract.endedAt else { return nil }
    return TrytonDay(of: end.advanced(byMicroseconds: days * TrytonDay.microseconds))
  }
}
