/// What an edge node knows of its primary host over the connection of now (specification 3.0.0, section 5.4).
struct PrimaryHostKnowledge: Hashable {
  enum State: Hashable {
    /// There is none to wait for.
    case notWanted
    /// It has said nothing over this connection.
    case unknown
    case online
    case offline
  }

  private(set) var state: State
  /// Milliseconds since 1970, as the host said last.
  private(set) var timestamp: Int64?

  init(name: String?) { state = name == nil ? .notWanted : .unknown }

  var allowsBirth: Bool { state == .notWanted || state == .online }

  /// A new connection tells anew, because STATE is retained.
  mutating func forget() {
    guard state != .notWanted else { return }
    state = .unknown
    timestamp = nil
  }

  /// - Returns: false where the message is older than the one before, and so says nothing
  ///   (tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp).
  mutating func take(_ statement: PrimaryHostStatement) -> Bool {
    guard state != .notWanted, statement.timestamp >= timestamp ?? .min else { return false }
    timestamp = statement.timestamp
    state = statement.isOnline ? .online : .offline
    return true
  }
}

/// The JSON payload of a STATE message (section 6.4.28): `{"online":true,"timestamp":1668114759262}`.
struct PrimaryHostStatement: Hashable {
  var isOnline: Bool
  /// Milliseconds since 1970.
  var timestamp: Int64

  /// - Returns: nil where the payload is no such object.
  init?(_ payload: [UInt8]) {
    // What is no JSON says nothing about the host; the caller counts it.
    guard case .object(let members)? = try? JSONScanner.value(of: payload) else { return nil }
    let online = members.filter { $0.name == "online" }
    let time = members.filter { $0.name == "timestamp" }
    guard online.count == 1, time.count == 1, case .bool(let isOnline) = online[0].value,
      case .number(let digits) = time[0].value, let timestamp = Int64(digits)
    else { return nil }
    self.isOnline = isOnline
    self.timestamp = timestamp
  }
}
