import Crypto

/// The signature of a request: HMAC-SHA256 (RFC 2104) over a canonical text of everything that the request asks for, so
/// that no part can be exchanged, and over a time and a number used once, so that it cannot be played again.
///
/// The canonical text is seven lines, joined by line feeds, without one at the end: the scheme's name, the key's name,
/// the method, path and query exactly as in the request line, SHA-256 of the body in lower-case hex, the time in whole
/// seconds since 1970, the number used once.
public struct RequestSignature: Hashable, Sendable {
  public static let scheme = "lotwire-hmac-sha256-1"
  /// How far the time of a request may lie from the receiver's clock, in seconds; the receiver remembers the numbers of
  /// that long.
  public static let replayWindowSeconds: Int64 = 300
  /// Shortest key in bytes: as long as the output of the hash (RFC 2104 section 3).
  public static let minimumKeyBytes = 32

  public var keyID: String
  public var method: String
  /// "/lotwire/records?key=a%3Ab".
  public var target: String
  /// Of the body, or of no bytes where there is none.
  public var bodySHA256: String
  public var unixSeconds: Int64
  /// 32 hexadecimal digits.
  public var nonce: String

  public init(keyID: String, method: String, target: String, body: [UInt8], unixSeconds: Int64, nonce: String) {
    self.keyID = keyID
    self.method = method
    self.target = target
    bodySHA256 = lowerCaseSHA256(body)
    self.unixSeconds = unixSeconds
    self.nonce = nonce
  }

  public var canonicalText: String {
    [Self.scheme, keyID, method, target, bodySHA256, "\(unixSeconds)", nonce].joined(separator: "\n")
  }

  /// 64 hexadecimal digits in lower case.
  public func code(key: [UInt8]) -> String {
    hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(canonicalText.utf8), using: SymmetricKey(data: key)))
  }

  /// The header fields that go with the request.
  public func headers(key: [UInt8]) -> [(name: String, value: String)] {
    [
      ("Lotwire-Key", keyID), ("Lotwire-Time", "\(unixSeconds)"), ("Lotwire-Nonce", nonce),
      ("Lotwire-Content-SHA256", bodySHA256), ("Lotwire-Signature", "\(Self.scheme) \(code(key: key))"),
    ]
  }

  /// A number that is used once: 128 random bits of the operating system.
  static func makeNonce() -> String {
    var generator = SystemRandomNumberGenerator()
    return hexadecimal((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }

  /// Path and query as they stand in the request line; nil where the address has characters that a client would rewrite.
  static func target(of url: String) -> String? {
    guard let scheme = url.firstRange(of: "://"), url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 })
    else {
      return nil
    }
    let rest = url[scheme.upperBound...]
    guard let start = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
    return rest[start] == "/" ? String(rest[start...]) : "/" + rest[start...]
  }
}

/// Two lower-case digits a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
