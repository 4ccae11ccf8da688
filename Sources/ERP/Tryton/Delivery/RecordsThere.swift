import BatchRecord
import Shopfloor

/// The records that stand at productions, newest revision of each lot. People may write into the ERP's attachments: nothing
/// is booked from one whose bytes are not those that its name, its description and the seal inside say.
struct RecordsThere: Sendable {
  private struct File: Sendable {
    var id: Int64
    var parts: RecordFile.Parts
  }

  let desk: TrytonDesk

  /// - Parameters:
  ///   - productions: the lots of the order of each, by its resource name.
  ///   - known: records that are at hand, by their keys; others are read back.
  /// - Returns: the records of all lots, for the productions that have them all, or why one of them cannot be believed.
  func extracts(
    of productions: [String: [LotNumber]], known: [String: LotExtract]
  ) async throws(DeliveryStop) -> [String: Result<[LotExtract], DeliveryStop>] {
    guard !productions.isEmpty else { return [:] }
    let rows = try await rows(at: productions.keys.sorted())
    var found: [String: Result<[LotExtract], DeliveryStop>] = [:]
    for (resource, lots) in productions {
      do throws(DeliveryStop) {
        let files = try Self.files(rows.filter { $0.text("resource") == resource })
        let needed = lots.map(\.text)
        guard !needed.isEmpty, Set(needed).isSubset(of: Set(files.map(\.parts.lot))) else { continue }
        let newest = try await newest(files, of: needed, known: known)
        found[resource] = .success(needed.compactMap { newest[$0] })
      } catch {
        guard case .blocked = error else { throw error }
        found[resource] = .failure(error)
      }
    }
    return found
  }

  /// The newest record of each lot that has one, by the resource name of its production.
  func all(of productions: Set<String>) async throws(DeliveryStop) -> [String: [LotExtract]] {
    guard !productions.isEmpty else { return [:] }
    let rows = try await rows(at: productions.sorted())
    var found: [String: [LotExtract]] = [:]
    for resource in productions {
      let files = try Self.files(rows.filter { $0.text("resource") == resource })
      let lots = Set(files.map(\.parts.lot)).sorted()
      let newest = try await newest(files, of: lots, known: [:])
      if !newest.isEmpty { found[resource] = lots.compactMap { newest[$0] } }
    }
    return found
  }

  private func rows(at productions: [String]) async throws(DeliveryStop) -> [TrytonRecord] {
    try await desk.rows(
      AttachmentKeeper.model,
      [
        .clause("resource", "in", .texts(productions)),
        .clause("name", "like", .text("\(RecordFile.prefix)%")),
      ], ["resource", "name", "description"])
  }

  private static func files(_ rows: [TrytonRecord]) throws(DeliveryStop) -> [File] {
    var files: [File] = []
    for row in rows {
      let name = row.text("name") ?? ""
      guard !name.hasSuffix(RecordFile.checkpointEnding) else { continue }
      guard let parts = RecordFile.parts(name: name, description: row.text("description") ?? "") else {
        throw Self.changed(
          name, row.id, "its name and description are not as a record is delivered")
      }
      files.append(File(id: row.id, parts: parts))
    }
    return files
  }

  /// By lot.
  private func newest(
    _ files: [File], of lots: [String], known: [String: LotExtract]
  ) async throws(DeliveryStop) -> [String: LotExtract] {
    var newest: [String: LotExtract] = [:]
    // All revisions: a description that claims to be older than its file would hide it.
    for file in files where lots.contains(file.parts.lot) {
      let extract: LotExtract
      if let one = known[file.parts.key] { extract = one } else { extract = try await read(file) }
      if let other = newest[file.parts.lot], other.revision >= extract.revision { continue }
      newest[file.parts.lot] = extract
    }
    return newest
  }

  private func read(_ file: File) async throws(DeliveryStop) -> LotExtract {
    let parts = file.parts
    let name = "\(RecordFile.prefix)\(parts.lot)-\(parts.sha256.prefix(16))"
    guard let bytes = try await AttachmentKeeper(desk: desk).content(of: file.id) else {
      throw .unexpected("the ERP does not give back its attachment \(file.id), the record \(parts.key)")
    }
    let sha256 = lowerCaseSHA256(bytes)
    guard sha256 == parts.sha256 else {
      throw Self.changed(name, file.id, "its bytes have SHA-256 \(sha256), its description says \(parts.sha256)")
    }
    let extract: LotExtract
    do throws(LotExtractFault) {
      extract = try LotExtract(sealedBytes: bytes)
    } catch {
      throw Self.changed(name, file.id, "it cannot be read as a record: \(error)")
    }
    guard extract.lot.text == parts.lot, extract.revision == parts.revision,
      parts.key.hasSuffix(":\(extract.digestSHA256.prefix(16))")
    else {
      throw Self.changed(
        name, file.id,
        "the record inside is of lot \(extract.lot), revision \(extract.revision), digest "
          + "\(extract.digestSHA256.prefix(16)), its description says \(parts.key)")
    }
    if let misfit = Self.sealMisfit(bytes, extract, desk.options.recordKey) {
      throw Self.changed(name, file.id, misfit)
    }
    return extract
  }

  /// - Parameter key: what records of the line are sealed with; nil: only the digest is looked at.
  private static func sealMisfit(_ bytes: [UInt8], _ extract: LotExtract, _ key: VerifyingKey?) -> String? {
    // It was read as JSON already.
    guard case .object(let file)? = try? CanonicalJSONParser.parse(bytes), let record = file["record"] else {
      return "it holds no record"
    }
    let digest = lowerCaseSHA256(record.canonicalBytes)
    guard digest == extract.digestSHA256 else {
      return "the record in it has the digest \(digest), its seal says \(extract.digestSHA256)"
    }
    guard let key else { return nil }
    let sealing: Set<VerificationCheck> = [.canonicalJSON, .format, .digest, .signature, .key]
    let outcomes = RecordVerifier.verify(bytes, trustedKey: key).outcomes
    for outcome in outcomes where sealing.contains(outcome.check) && outcome.result != .passed {
      return "its seal is not one of the line's key \(key.keyID) (\(outcome.check))"
    }
    return nil
  }

  private static func changed(_ name: String, _ id: Int64, _ why: String) -> DeliveryStop {
    .blocked(
      "the attachment \(name) in the ERP (its number \(id)) was changed: \(why); nothing was booked from it; find out who "
        + "changed it, attach the file of our record again in its place, then release")
  }
}
