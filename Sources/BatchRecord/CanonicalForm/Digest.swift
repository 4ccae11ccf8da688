import Crypto

/// SHA-256 as the records write it.
enum Digest {
  static let byteCount = 32

  static func sha256(of bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

  static func sha256Text(of bytes: [UInt8]) -> String { Hexadecimal.text(of: SHA256.hash(data: bytes)) }
}
