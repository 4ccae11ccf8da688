import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The key that the recorder seals records with (Ed25519, RFC 8032). It belongs to the installation, never to a person.
public struct SigningKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// A new key from the random source of the system.
  public init() { key = Curve25519.Signing.PrivateKey() }

  /// - Returns: nil for anything but a seed of 32 bytes.
  public init?(seed: [UInt8]) {
    // The only failure is a wrong length, which the nil says.
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
    self.key = key
  }

  public var verifyingKey: VerifyingKey {
    guard let verifyingKey = VerifyingKey(bytes: Array(key.publicKey.rawRepresentation)) else {
      preconditionFailure("an Ed25519 public key has 32 bytes")
    }
    return verifyingKey
  }

  public var keyID: String { verifyingKey.keyID }

  func signature(of message: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: message)) }

  /// PKCS #8 of RFC 8410 as PEM, which `openssl pkey` reads. Whoever has this text can seal records.
  var pem: String {
    "-----BEGIN PRIVATE KEY-----\n\(Base64.text(of: Self.privateKeyInfoPrefix + Array(key.rawRepresentation)))\n"
      + "-----END PRIVATE KEY-----\n"
  }

  init?(pem: String) {
    let lines = pem.split(whereSeparator: \.isNewline)
    guard lines.first == "-----BEGIN PRIVATE KEY-----", lines.last == "-----END PRIVATE KEY-----",
      let bytes = Base64.bytes(of: lines.dropFirst().dropLast().joined()),
      bytes.starts(with: Self.privateKeyInfoPrefix)
    else { return nil }
    self.init(seed: Array(bytes.dropFirst(Self.privateKeyInfoPrefix.count)))
  }

  /// RFC 8410 section 7: version 0, OID 1.3.101.112, OCTET STRING in OCTET STRING of 32 bytes, up to those bytes.
  private static let privateKeyInfoPrefix: [UInt8] = [
    0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ]
}
