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

  /// The expiry of the lot as it was delivered, from a description of ours.
  static func expiry(in description: String) -> String? {
    description.split(whereSeparator: \.isNewline).first { $0.hasPrefix(expiryMark) }
      .map { String($0.dropFirst(expiryMark.count)) }
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

/// The records that stand at productions, newest revision of each lot.
struct RecordsThere: Sendable {
  let desk: TrytonDesk

  /// - Parameters:
  ///   - productions: the lots of the order of each, by its resource name.
  ///   - known: records that are at hand, by their keys; others are read back.
  /// - Returns: the records of all lots, for the productions that have them all.
  func extracts(
    of productions: [String: [LotNumber]], known: [String: LotExtract]
  ) async throws(DeliveryStop) -> [String: [LotExtract]] {
    guard !productions.isEmpty else { return [:] }
    let rows = try await desk.rows(
      AttachmentKeeper.model,
      [
        .clause("resource", "in", .texts(productions.keys.sorted())),
        .clause("name", "like", .text("\(RecordFile.prefix)%")),
      ], ["resource", "name", "description"])
    var newest: [String: [String: (revision: Int, key: String, id: Int64)]] = [:]
    for row in rows where !(row.text("name") ?? "").hasSuffix(RecordFile.checkpointEnding) {
      let lines = (row.text("description") ?? "").split(separator: "\n", omittingEmptySubsequences: false)
      guard lines.count > 1, let (lot, revision) = RecordFile.lotAndRevision(of: String(lines[1])),
        let resource = row.text("resource")
      else { continue }
      if let other = newest[resource]?[lot], other.revision >= revision { continue }
      newest[resource, default: [:]][lot] = (revision, String(lines[1]), row.id)
    }
    var found: [String: [LotExtract]] = [:]
    for (resource, lots) in productions {
      let there = newest[resource] ?? [:]
      guard !lots.isEmpty, lots.allSatisfy({ there[$0.text] != nil }) else { continue }
      var extracts: [LotExtract] = []
      for lot in lots {
        guard let one = there[lot.text] else { continue }
        extracts.append(try await known[one.key].orElse { () throws(DeliveryStop) in try await read(one.id, one.key) })
      }
      found[resource] = extracts
    }
    return found
  }

  private func read(_ id: Int64, _ key: String) async throws(DeliveryStop) -> LotExtract {
    guard let bytes = try await AttachmentKeeper(desk: desk).content(of: id) else {
      throw .unexpected("the ERP does not give back its attachment \(id), the record \(key)")
    }
    do throws(LotExtractFault) {
      return try LotExtract(sealedBytes: bytes)
    } catch {
      throw .blocked("the record \(key) that the ERP holds as attachment \(id) cannot be read: \(error)")
    }
  }
}

extension Optional where Wrapped: Sendable {
  fileprivate func orElse(
    _ other: () async throws(DeliveryStop) -> Wrapped
  ) async throws(DeliveryStop) -> Wrapped {
    if let self { return self }
    return try await other()
  }
}
