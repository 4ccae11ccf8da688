import Crypto
import Foundation
public import Shopfloor

/// A signature of the line's key (Ed25519, RFC 8032) with what it is checked by.
public struct LedgerSignature: Sendable, Hashable {
  /// As the sealed records name the key: the first 16 hexadecimal digits of the SHA-256 of its public half.
  public var keyID: String
  /// 32 bytes.
  public var publicKey: [UInt8]
  /// 64 bytes.
  public var signature: [UInt8]

  public init(keyID: String, publicKey: [UInt8], signature: [UInt8]) {
    self.keyID = keyID
    self.publicKey = publicKey
    self.signature = signature
  }
}

/// The text that a checkpoint signs: C2SP tlog-checkpoint, in the envelope of C2SP signed-note.
///
/// ```
/// lotwire/<site>/<line>          the origin: which log this is
/// 4711                           events in the tree
/// <base64>                       its root
/// readings 1042 <hex>            commits in the chain of readings, and its head
/// lot 112 <hex> L-1              where it closes a lot: leaves and root of the lot's own tree, its number
///
/// — lotwire/<site>/<line> <base64 of 4 bytes key hash and 64 bytes signature>
/// ```
public struct CheckpointNote: Sendable, Hashable {
  /// Bound of a note, in bytes.
  public static let maximumBytes = 4096
  /// C2SP signed-note: the type of an Ed25519 signature.
  static let algorithmEd25519: UInt8 = 0x01

  public var origin: String
  public var treeSize: Int64
  public var root: [UInt8]
  public var throughBatch: Int64
  public var readingsHead: String
  public var lot: LedgerCheckpointed.LotRoot?
  /// Empty while it is not signed.
  public private(set) var keyName = ""
  /// 4 bytes of the key hash, then 64 bytes of signature.
  public private(set) var signature: [UInt8] = []

  public init(
    origin: String, treeSize: Int64, root: [UInt8], throughBatch: Int64, readingsHead: String,
    lot: LedgerCheckpointed.LotRoot?
  ) {
    self.origin = Self.name(origin)
    self.treeSize = treeSize
    self.root = root
    self.throughBatch = throughBatch
    self.readingsHead = readingsHead
    self.lot = lot
  }

  /// The origin of a line's ledger. C2SP signed-note: a key's name holds no blanks and no plus.
  public static func origin(site: String, line: String) -> String { name("lotwire/\(site)/\(line)") }

  private static func name(_ text: String) -> String {
    String(text.map { $0.isWhitespace || $0 == "+" || $0.isNewline ? "-" : $0 })
  }

  /// What is signed: every line with its end.
  public var signedText: String {
    var text = "\(origin)\n\(treeSize)\n\(Data(root).base64EncodedString())\nreadings \(throughBatch) \(readingsHead)\n"
    if let lot { text += "lot \(lot.leaves) \(lot.rootSHA256) \(lot.lot.text)\n" }
    return text
  }

  public var text: String {
    signature.isEmpty
      ? signedText : signedText + "\n— \(keyName) \(Data(signature).base64EncodedString())\n"
  }

  public mutating func sign(_ sign: ([UInt8]) throws -> LedgerSignature) throws -> String {
    let made = try sign(Array(signedText.utf8))
    keyName = origin
    signature = Self.keyHash(name: keyName, publicKey: made.publicKey) + made.signature
    return made.keyID
  }

  /// C2SP signed-note: the first 4 bytes of SHA-256 over name, line feed, type and public key.
  static func keyHash(name: String, publicKey: [UInt8]) -> [UInt8] {
    Array(SHA256.hash(data: Array(name.utf8) + [0x0A, algorithmEd25519] + publicKey).prefix(4))
  }

  /// Whether the private half of this key signed the note.
  public func isSigned(by publicKey: [UInt8]) -> Bool {
    guard signature.count == 68, Array(signature.prefix(4)) == Self.keyHash(name: keyName, publicKey: publicKey),
      // Bytes that are no point of the curve have signed nothing.
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
    else { return false }
    return key.isValidSignature(signature.dropFirst(4), for: Array(signedText.utf8))
  }

  /// Reads a signed note.
  ///
  /// - Returns: nil where it is none, or not one that this program writes.
  public init?(text: String) {
    guard text.utf8.count <= Self.maximumBytes else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let blank = lines.firstIndex(of: ""), blank == 4 || blank == 5, lines.count == blank + 3,
      lines[blank + 2].isEmpty
    else { return nil }
    guard let size = Int64(lines[1]), size >= 0, let root = Data(base64Encoded: lines[2]),
      root.count == MerkleTree.hashByteCount
    else { return nil }
    let readings = lines[3].split(separator: " ", omittingEmptySubsequences: false)
    guard readings.count == 3, readings[0] == "readings", let batch = Int64(readings[1]) else { return nil }
    let signature = lines[blank + 1].split(separator: " ", omittingEmptySubsequences: false)
    guard signature.count == 3, signature[0] == "—", let bytes = Data(base64Encoded: String(signature[2])) else {
      return nil
    }
    var lot: LedgerCheckpointed.LotRoot?
    if blank == 5 {
      let parts = lines[4].split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
      // A number that is none makes the whole note none.
      guard parts.count == 4, parts[0] == "lot", let leaves = Int(parts[1]), let number = try? LotNumber(parts[3])
      else { return nil }
      lot = .init(lot: number, leaves: leaves, rootSHA256: parts[2])
    }
    self.init(
      origin: lines[0], treeSize: size, root: [UInt8](root), throughBatch: batch, readingsHead: String(readings[2]),
      lot: lot)
    keyName = String(signature[1])
    self.signature = [UInt8](bytes)
    // What was read must be what would be written: one text, one meaning.
    guard self.text == text else { return nil }
  }
}
