import Devices
import Shopfloor

/// The payload of `spBv1.0/STATE/<host id>` (specification 3.0.0, 4.3): JSON, not Protocol Buffers.
struct HostStateMessage: Hashable {
  var isOnline: Bool
  /// Milliseconds since 1970, UTC.
  var timestamp: Int64

  /// Longest payload that is read, in bytes.
  static let maximumBytes = 1_024

  init(isOnline: Bool, timestamp: Int64) {
    self.isOnline = isOnline
    self.timestamp = timestamp
  }

  /// Nil where the payload is no such object.
  init?(_ payload: [UInt8]) {
    guard payload.count <= Self.maximumBytes, case .object(let members)? = Self.json(payload) else { return nil }
    let states = members.filter { $0.name == "online" }
    let times = members.filter { $0.name == "timestamp" }
    guard states.count == 1, times.count == 1, case .bool(let isOnline) = states[0].value,
      case .number(let digits) = times[0].value, let timestamp = Int64(digits)
    else { return nil }
    self.init(isOnline: isOnline, timestamp: timestamp)
  }

  private static func json(_ payload: [UInt8]) -> JSONValue? {
    do throws(JSONScanner.Fault) {
      return try JSONScanner.value(of: payload)
    } catch {
      return nil
    }
  }

  var bytes: [UInt8] { Array(#"{"online":\#(isOnline),"timestamp":\#(timestamp)}"#.utf8) }
}

extension Timestamp {
  /// As Sparkplug counts: whole milliseconds since 1970.
  var milliseconds: Int64 { microseconds.quotientAndRemainder(dividingBy: 1_000).quotient }
}
