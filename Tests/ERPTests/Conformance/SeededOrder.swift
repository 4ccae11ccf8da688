import Crypto
import Foundation
import Harness

/// An order as the interface sends it.
enum SeededOrder {
  static func json(_ number: String, quantity: String = "10") -> String {
    """
    {"number":"\(number)","product":"P-1","product_name":"无菌袋 Pouch","quantity":\(quantity),"unit":"pcs",\
    "operations":["seal"],"lots":["L-\(number)"],"materials":[]}
    """
  }
}

/// SHA-256 in lower-case hex, by other code than the connectors'.
func hexadecimalSHA256(_ bytes: [UInt8]) -> String {
  SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
}

extension TemporaryFolder {
  /// A file that only its owner reads.
  @discardableResult func secret(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: file(name))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file(name).path)
    return file(name).path
  }
}
