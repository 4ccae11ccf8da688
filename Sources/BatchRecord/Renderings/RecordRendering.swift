import Shopfloor

/// Sealed records and rows of the outbox in the forms of public standards.
///
/// A rendering is a copy for programs that read the standard. The original is the sealed record: every rendering names
/// its SHA-256, the key that sealed it and the checkpoint of the ledger that it goes up to. Pure functions: the same bytes
/// give the same rendering, byte for byte.
public enum RecordRendering {
  /// A BatchML V7 `BatchProductionRecord` (MESA International, on ANSI/ISA-88.00.04 and ISA-95): UTF-8 XML.
  ///
  /// - Parameter sealedBytes: a sealed record of any known version of the format.
  /// - Throws: ``RenderingFault``, where the bytes are no record or not the ones that were sealed. The signature is the
  ///   verifier's business, see ``RecordVerifier``.
  public static func batchML(of sealedBytes: [UInt8]) throws(RenderingFault) -> [UInt8] {
    BatchMLRendering(try RecordSource(sealedBytes: sealedBytes)).bytes()
  }

  /// An EPCIS 2.0 `EPCISDocument` in JSON-LD (GS1): what came, what was made of it, what was measured and judged. Every
  /// event has its content hash as identifier, so that a receiver takes it once.
  ///
  /// - Parameter base: What names of our own begin with: an https URL in a domain of one's own, or a URN; nil:
  ///   `urn:lotwire:<site>`.
  public static func epcis(of sealedBytes: [UInt8], base: String? = nil) throws(RenderingFault) -> [UInt8] {
    let source = try RecordSource(sealedBytes: sealedBytes)
    guard let naming = EPCISNaming(base: base, site: source.record["site"].text ?? "site") else {
      throw .notABase(base ?? "")
    }
    return EPCISRendering(source, naming: naming).bytes()
  }

  /// A BatchML `BatchProductionRecord` with the one event that a row of the kind `material-movement` or
  /// `production-report` tells.
  ///
  /// - Parameter payload: the canonical JSON of the row.
  public static func batchML(ofMovement payload: [UInt8]) throws(RenderingFault) -> [UInt8] {
    try BatchMLMovement(payload: payload).bytes()
  }
}

/// Why something was not rendered.
public enum RenderingFault: Error, Hashable, Sendable {
  case notJSON(CanonicalJSONFault)
  /// The JSON is no sealed record of a known version: where, and what was expected there.
  case notARecord(path: String, expected: String)
  /// The record is not the one that was sealed: its bytes have another SHA-256.
  case digestDoesNotFit(sealed: String, found: String)
  /// The JSON is no movement of material and no report of production.
  case notAMovement(missing: String)
  /// Names cannot begin with this.
  case notABase(String)
}

extension RenderingFault {
  /// Stable, for programs.
  public var code: String {
    switch self {
    case .notJSON: "not_json"
    case .notARecord: "not_a_record"
    case .digestDoesNotFit: "digest_does_not_fit"
    case .notAMovement: "not_a_movement"
    case .notABase: "not_a_base"
    }
  }
}

extension RenderingFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notJSON(let fault):
      "Nothing was rendered, because the record cannot be read: \(fault). Take the file that \"lotwire record\" writes."
    case .notARecord(let path, let expected):
      "Nothing was rendered, because this is no sealed record that this program knows: at \(path) it expected \(expected). "
        + "Take the file that \"lotwire record\" writes, or a newer program."
    case .digestDoesNotFit(let sealed, let found):
      "Nothing was rendered, because the record is not the one that was sealed: SHA-256 \(found) instead of \(sealed). "
        + "Fetch the record again and check it with \"lotwire verify\"."
    case .notAMovement(let missing):
      "Nothing was rendered, because this is no movement of material and no report of production: \(missing) is missing."
    case .notABase(let base):
      "Nothing was rendered, because names cannot begin with \"\(displayable(base))\". Give a URL such as "
        + "\"https://epcis.example.com/\" in a domain of your own, or a URN, of at most \(EPCISNaming.maximumBaseBytes) bytes."
    }
  }
}
