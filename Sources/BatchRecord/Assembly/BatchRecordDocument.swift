public import Shopfloor

/// The batch record of one lot, assembled and not yet sealed.
public struct BatchRecordDocument: Hashable, Sendable {
  public let lot: LotNumber
  /// 0 for the record itself, 1 and more for addenda.
  public let revision: Int
  /// The last event that the record covers.
  public let throughSequence: Int64
  public let exceptionCount: Int
  /// The record as a JSON object.
  public let record: CanonicalJSON
  /// The bytes of ``record`` by RFC 8785: what the digest and the signature cover.
  public let canonicalBytes: [UInt8]

  init(lot: LotNumber, revision: Int, throughSequence: Int64, exceptionCount: Int, record: CanonicalJSON) {
    self.lot = lot
    self.revision = revision
    self.throughSequence = throughSequence
    self.exceptionCount = exceptionCount
    self.record = record
    canonicalBytes = record.canonicalBytes
  }

  /// SHA-256 of ``canonicalBytes``, lower-case hexadecimal.
  public var digestSHA256: String { Digest.sha256Text(of: canonicalBytes) }
}
