/// The names and bounds of the batch record format. A change of meaning needs a new version.
///
/// A sealed record is one JSON file in the canonical form of RFC 8785, `{"record":{…},"seal":{…}}`. Anybody can check
/// it without this program:
/// 1. Every number in it is whole; measured values are decimal texts, "183.25". Read with any JSON reader and written
///    with sorted names and without blanks, it gives the same bytes again.
/// 2. `seal.digestSHA256` is the SHA-256 of the canonical bytes of `record`.
/// 3. `seal.signature` (base64) is the Ed25519 signature, by `seal.publicKey` (base64 of 32 bytes), of the canonical
///    bytes of `{"digestSHA256":…,"domain":…,"format":…,"lot":…,"revision":…,"version":…}` with ``sealDomain``,
///    ``name``, and the version, lot and revision of the record.
/// 4. `seal.keyID` is the first 16 digits of the SHA-256 of the 32 bytes. Compare the key with one from another source.
/// 5. `digestSHA256` of every series is the SHA-256 of the canonical bytes of its `readings`, whether the record carries
///    them or the ledger holds them; a reading is `[microseconds, value or null, quality, raw words, detail]`.
/// 6. `hash` of an event is the SHA-256 of the 32 bytes of the hash before it and the bytes of `canonical`.
public enum BatchRecordFormat {
  public static let name = "lotwire.batch-record"
  /// 1: the first. 2: `texts`, and the exceptions `deviceWrite` and `writeNotConfirmed`. 3: materials say what they stand
  /// in for, their container and whether their consumption was taken back; receipts and picks are among the events; the
  /// exceptions `correction`, `suggestionOverridden`, `substitute` and `materialConflict`. 4: `controlPlans`, and the one of each
  /// run; charts of every kind with their subgroups and measurements; the whole life of an alarm; the exceptions
  /// `missingCollection`, `alarmEscalated`, `alarmSuppressed`, `rulesBlocked` and `gateClosed`. 5: the exceptions `messagesLost` and
  /// `messagesThinned`. 6: the exception `readingsDamaged`, and `readings.missingCommits`: how many commits of the ledger,
  /// in the time of the runs, were set aside as damaged and are in no figure of the record. 7, not yet released: `quantities`, the
  /// device identifier of the product, what the customer supplies, and the exceptions `deliveryRefused` and
  /// `deliverySetAside`; `fromPicked` of a material, `[{"quantity":…,"workOrder":…}]`: how much of it had been picked for
  /// which order, absent where nothing had; and the exception `consumptionUndivided`.
  public static let version: Int64 = 7
  /// Records of these versions are verified.
  public static let knownVersions: ClosedRange<Int64> = 1...version
  /// The most readings one record carries itself; with more, it carries their digests and statistics only.
  public static let maximumInlineReadings = 200_000
  /// What the signature of a record is made over, beside its digest: no other use of the key signs such a message.
  public static let sealDomain = "lotwire.batch-record.seal"
  public static let signatureAlgorithm = "Ed25519"
  public static let digestAlgorithm = "SHA-256"
}
