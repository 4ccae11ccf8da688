public import Shopfloor

/// Seals a record: a digest over its canonical bytes and a signature over the digest.
///
/// Sealing the same record with the same key gives the same file: no time and no random number goes in. When it was
/// sealed stands in the ledger's event.
public enum RecordSeal {
  /// - Throws: ``RecordSealFault``; then nothing was sealed.
  public static func seal(_ document: BatchRecordDocument, with key: SigningKey) throws(RecordSealFault)
    -> SealedRecord
  {
    // What cannot be read back must not be sealed: such as a time so far off that it has no exact number.
    do throws(CanonicalJSONFault) {
      _ = try CanonicalJSONParser.parseCanonical(document.canonicalBytes)
    } catch {
      throw .notReadable(error)
    }
    let digest = document.digestSHA256
    let message = message(lot: document.lot.text, revision: Int64(document.revision), digestSHA256: digest)
    let signature: [UInt8]
    do {
      signature = try key.signature(of: message)
    } catch {
      throw .notSigned(reason: String(describing: error))
    }
    let verifyingKey = key.verifyingKey
    let file = CanonicalJSON.object([
      "record": document.record,
      "seal": .object([
        "domain": .string(BatchRecordFormat.sealDomain), "digestAlgorithm": .string(BatchRecordFormat.digestAlgorithm),
        "digestSHA256": .string(digest), "signatureAlgorithm": .string(BatchRecordFormat.signatureAlgorithm),
        "keyID": .string(verifyingKey.keyID), "publicKey": .string(verifyingKey.base64),
        "signature": .string(Base64.text(of: signature)),
      ]),
    ])
    let bytes = file.canonicalBytes
    return SealedRecord(
      bytes: bytes,
      notice: SealedRecordNotice(
        lot: document.lot, revision: document.revision, digestSHA256: digest, keyID: verifyingKey.keyID,
        byteCount: bytes.count, exceptionCount: document.exceptionCount, throughSequence: document.throughSequence))
  }

  /// What is signed: the canonical JSON of the domain, the format, the lot, the revision and the digest. A signature
  /// copied to another lot, revision or format does not fit.
  static func message(
    lot: String, revision: Int64, digestSHA256: String, version: Int64 = BatchRecordFormat.version
  ) -> [UInt8] {
    CanonicalJSON.object([
      "domain": .string(BatchRecordFormat.sealDomain), "format": .string(BatchRecordFormat.name),
      "version": .integer(version), "lot": .string(lot), "revision": .integer(revision),
      "digestSHA256": .string(digestSHA256),
    ]).canonicalBytes
  }
}

/// A sealed record as a file, and what the ledger is told of it.
public struct SealedRecord: Hashable, Sendable {
  /// Canonical JSON: `{"record":…,"seal":…}`.
  public let bytes: [UInt8]
  public let notice: SealedRecordNotice

  /// "lotwire:record:<lot>:<revision>:<first 16 of the digest>": the key under which receivers keep the record.
  public var idempotencyKey: String {
    "lotwire:record:\(notice.lot):\(notice.revision):\(notice.digestSHA256.prefix(16))"
  }

  /// The revision of the record that receivers keep under the key; nil: the key is of something else.
  public static func revision(ofKey key: String) -> Int? {
    guard key.hasPrefix("lotwire:record:") else { return nil }
    // The lot's own number may have colons.
    let parts = key.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count >= 5 ? Int(parts[parts.count - 2]) : nil
  }
}

/// Why a record was not sealed.
public enum RecordSealFault: Error, Hashable, Sendable {
  /// The record could not be read back from its own bytes.
  case notReadable(CanonicalJSONFault)
  case notSigned(reason: String)
}

extension RecordSealFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notReadable(let fault):
      "The record was not sealed, because its own text cannot be read back: \(fault). Report the lot to the maker;"
        + " its events and readings are safe in the ledger."
    case .notSigned(let reason):
      "The record was not sealed, because signing failed: \(reason). Check the signing key, then seal again."
    }
  }
}
