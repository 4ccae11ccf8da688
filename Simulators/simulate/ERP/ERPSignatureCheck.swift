import Crypto
import Devices
import Foundation
import Hummingbird
import Shopfloor

/// The receiver's side of signed requests: Sources/ERP/README.md, "Signed requests".
actor ERPSignatureCheck {
  /// What the scenario says of it: the key's name and the key.
  struct Key: Hashable, Sendable {
    var name: String
    var text: String

    init?(_ node: DocumentNode) {
      node.allowKeys(["key_id", "key"])
      guard let name = node.required("key_id", "Name the key")?.string("Write it as text"),
        let text = node.required("key", "Write the key")?.string("Write it as text")
      else { return nil }
      self.name = name
      self.text = text
    }
  }

  /// How far a request's time may lie from ours, and how long numbers are remembered, in seconds.
  static let windowSeconds: Int64 = 300

  private let key: Key
  /// Numbers that were used, by the time of their request.
  private var used: [String: Int64] = [:]

  init(_ key: Key) { self.key = key }

  /// Why the request is not accepted; nil where it is.
  func fault(_ request: Request, body: [UInt8]) -> String? {
    func field(_ name: String) -> String {
      request.headers.first { $0.name.canonicalName == "lotwire-" + name }?.value ?? ""
    }
    let now = SystemClock().now().utc.microseconds / 1_000_000
    guard field("key") == key.name else { return "unknown key" }
    guard let time = Int64(field("time")), abs(now - time) <= Self.windowSeconds else { return "the clocks differ" }
    let text = [
      "lotwire-hmac-sha256-1", key.name, request.method.rawValue, request.head.path ?? "",
      Self.hexadecimal(SHA256.hash(data: body)), field("time"), field("nonce"),
    ].joined(separator: "\n")
    let code = HMAC<SHA256>.authenticationCode(
      for: Data(text.utf8), using: SymmetricKey(data: Data(key.text.utf8)))
    guard field("signature") == "lotwire-hmac-sha256-1 \(Self.hexadecimal(code))" else { return "wrong signature" }
    used = used.filter { now - $0.value <= Self.windowSeconds }
    guard used.updateValue(time, forKey: field("nonce")) == nil else { return "played again" }
    return nil
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
