public import Devices
public import Shopfloor

/// How an edge node stands.
public struct SparkplugEdgeStatus: Hashable, Sendable {
  public enum PrimaryHost: String, Hashable, Sendable {
    /// The plan names none.
    case none
    /// It has not said anything over this connection.
    case unknown
    case online
    case offline
  }

  /// `online`: the births are published. `degraded`: connected, but waiting for the primary host, or the broker refuses
  /// a part.
  public var state: LinkStatus.State
  /// Since when it is so.
  public var since: Timestamp
  public var primaryHost: PrimaryHost
  /// Values that wait to be published.
  public var keptValues: Int
  /// Values that were given up because nobody was there for too long.
  public var givenUp: UInt64
  /// Values that were published and let go before the time in which a loss can show was over.
  public var letGoEarly: UInt64
  public var counts: SparkplugEdgeCounts
  public var reconnects: UInt64
  /// Up to which time every value handed in was published, and so long ago that a loss would have shown. Values after
  /// it may be handed in again after a restart. It stays before a value that was given up, and is never ahead of the
  /// clock. Nil: nothing was handed in, or nothing is certain.
  public var publishedThrough: Timestamp?
  /// The bdSeq of the last CONNECT.
  public var birthDeathSequence: UInt8
  /// Address, state and what to check, for a technician.
  public var words: String
}

extension SparkplugEdgeStatus {
  /// - Parameter now: since when the state would be so if it is new.
  init(_ state: SparkplugEdgeState, _ link: SparkplugLinkReport, at now: Timestamp) {
    self.init(
      state: link.state == .online && state.phase != .born ? .degraded : link.state, since: now,
      primaryHost: PrimaryHost(state.primaryHost.state), keptValues: state.kept.unsentCount,
      givenUp: state.kept.givenUp, letGoEarly: state.kept.letGoEarly, counts: state.counts,
      reconnects: link.reconnects, publishedThrough: state.publishedThrough,
      birthDeathSequence: state.birthDeathSequence, words: Self.words(state, link))
  }

  private static func words(_ state: SparkplugEdgeState, _ link: SparkplugLinkReport) -> String {
    var parts = [link.detail]
    let host = displayable(state.plan.primaryHost ?? "", maximumCharacters: 80)
    switch state.primaryHost.state {
    case .offline:
      parts.append("the primary host \"\(host)\" says that it is offline; values are kept until it is back")
    case .unknown where state.phase == .waitingForHost:
      parts.append("the primary host \"\(host)\" has not said that it is online; check its host id and the broker")
    case .unknown, .online, .notWanted: break
    }
    if state.kept.unsentCount > 0 { parts.append("\(state.kept.unsentCount) values are kept") }
    if state.kept.givenUp > 0 {
      parts.append("\(state.kept.givenUp) values were given up, because nobody was there for too long")
    }
    if state.kept.letGoEarly > 0 {
      parts.append(
        "\(state.kept.letGoEarly) values were published and let go before it was certain that they arrived; keep more "
          + "values")
    }
    if state.counts.refusedCommands > 0 { parts.append("\(state.counts.refusedCommands) commands were refused") }
    if let complaint = state.lastComplaint { parts.append("last: \(complaint)") }
    return parts.joined(separator: "; ")
  }
}

extension SparkplugEdgeStatus.PrimaryHost {
  fileprivate init(_ state: PrimaryHostKnowledge.State) {
    switch state {
    case .notWanted: self = .none
    case .unknown: self = .unknown
    case .online: self = .online
    case .offline: self = .offline
    }
  }
}
