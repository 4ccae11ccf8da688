/// A sealed record whose format and digest were looked at, ready to be rendered.
struct RecordSource {
  let record: RecordView
  let seal: RecordView
  let lot: String
  let revision: Int64
  let digest: String

  init(sealedBytes: [UInt8]) throws(RenderingFault) {
    let file: CanonicalJSON
    do {
      file = try CanonicalJSONParser.parse(sealedBytes)
    } catch {
      throw .notJSON(error)
    }
    let parts: SealedParts
    do {
      parts = try SealedParts(DocumentPlace(value: file, path: ""))
      digest = try parts.seal.member("digestSHA256").text()
    } catch {
      throw .notARecord(path: error.path, expected: error.expected)
    }
    let found = Digest.sha256Text(of: parts.record.value.canonicalBytes)
    guard found == digest else { throw .digestDoesNotFit(sealed: digest, found: found) }
    record = RecordView(parts.record.value)
    seal = RecordView(parts.seal.value)
    lot = parts.lot
    revision = parts.revision
  }

  /// The key under which receivers keep the record, as ``SealedRecord/idempotencyKey`` makes it.
  var key: String { "lotwire:record:\(lot):\(revision):\(digest.prefix(16))" }

  /// The first 16 of the digest: what no two records share.
  var shortDigest: String { String(digest.prefix(16)) }
}
