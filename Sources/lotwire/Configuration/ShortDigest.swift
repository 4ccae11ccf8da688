import Crypto
import Foundation

/// Names a text in the wiring: what it says may not change without an event.
enum ShortDigest {
  /// The first 64 bits of its SHA-256, in hexadecimal.
  static func of(_ text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
      .joined()
  }
}
