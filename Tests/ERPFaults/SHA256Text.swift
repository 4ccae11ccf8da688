import Crypto
import Foundation

enum SHA256Text {
  /// In hexadecimal digits.
  static func digest(_ data: Data) -> String {
    SHA256.hash(data: data).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
