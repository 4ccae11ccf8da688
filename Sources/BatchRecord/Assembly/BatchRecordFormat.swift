/// The names and bounds of the batch record format. A change of meaning needs a new version.
public enum BatchRecordFormat {
  public static let name = "lotwire.batch-record"
  public static let version: Int64 = 1
  /// The most readings one record carries itself; with more, it carries their digests and statistics only.
  public static let maximumInlineReadings = 200_000
  /// What the signature of a record is made over, beside its digest: no other use of the key signs such a message.
  public static let sealDomain = "lotwire.batch-record.seal"
  public static let signatureAlgorithm = "Ed25519"
  public static let digestAlgorithm = "SHA-256"
}
