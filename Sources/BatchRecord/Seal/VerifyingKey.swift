import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The public half of a signing key: what an auditor needs to trust a record.
public struct VerifyingKey: Hashable, Sendable {
  /// Ed25519 public key of RFC 8032: 32 bytes.
  public let bytes: [UInt8]

  public static let byteCount = 32

  /// - Returns: nil for anything but 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// Reads base64 text, or the PEM that ``pem`` writes; blanks and line ends around it do not matter.
  public init?(text: String) {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.filter { !$0.isWhitespace } }
    let isPEM = lines.first?.hasPrefix("-----BEGIN") == true
    let body = isPEM ? lines.filter { !$0.hasPrefix("-----") }.joined() : lines.joined()
    guard var bytes = Base64.bytes(of: body) else { return nil }
    if isPEM {
      guard bytes.starts(with: Self.subjectPublicKeyInfoPrefix) else { return nil }
      bytes.removeFirst(Self.subjectPublicKeyInfoPrefix.count)
    }
    self.init(bytes: bytes)
  }

  /// The first 16 hexadecimal digits of the SHA-256 of the key's bytes: short enough to read out.
  public var keyID: String { String(Digest.sha256Text(of: bytes).prefix(16)) }

  public var base64: String { Base64.text(of: bytes) }

  /// SubjectPublicKeyInfo of RFC 8410 as PEM, which `openssl pkey -pubin` reads.
  public var pem: String {
    "-----BEGIN PUBLIC KEY-----\n\(Base64.text(of: Self.subjectPublicKeyInfoPrefix + bytes))\n"
      + "-----END PUBLIC KEY-----\n"
  }

  /// Whether the signature of the message was made with the private half of this key.
  func isValid(signature: [UInt8], of message: [UInt8]) -> Bool {
    // A key that is no point of the curve cannot have signed anything.
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
    return key.isValidSignature(signature, for: message)
  }

  /// RFC 8410 section 4: SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of 32 bytes }, up to those bytes.
  private static let subjectPublicKeyInfoPrefix: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]
}
