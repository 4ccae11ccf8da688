import Crypto
import FoundationEssentials

/// The signature of a request: HMAC-SHA256 (RFC 2104) over time, dot and body, so that neither can be exchanged alone and
/// an old request cannot be played again later.
public enum WebhookSignature {
  public static let header = "Lotwire-Signature"

  /// `t=1795000000,v1=<64 hexadecimal digits>`; `unixSeconds` is the time of the attempt.
  public static func value(body: [UInt8], unixSeconds: Int64, key: [UInt8]) -> String {
    var code = HMAC<SHA256>(key: SymmetricKey(data: key))
    code.update(data: Array("\(unixSeconds).".utf8))
    code.update(data: body)
    let hex = code.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return "t=\(unixSeconds),v1=\(hex)"
  }
}
