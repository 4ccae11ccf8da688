import Devices

/// How one installation wants its endpoint to be treated, where that differs from the profile of the device. Devices
/// that share an endpoint get the strictest of all their wishes.
public struct EndpointPolicy: Hashable, Sendable {
  /// The connection is closed when nothing is due: for devices with one connection slot.
  public var closesAfterPoll: Bool?
  /// Silence between a new connection and the first request.
  public var pauseAfterConnectMicroseconds: Int64?
  /// Silence between a reply and the next request.
  public var pauseMicroseconds: Int64?
  /// Requests that may be on their way at once; 1 to `RequestRules.maximumPipelineDepth`.
  public var pipelineDepth: Int?
  /// How long a reply may take at most; of this device, whatever the others allow.
  public var responseTimeoutMicroseconds: Int64?

  public init(
    closesAfterPoll: Bool? = nil, pauseAfterConnectMicroseconds: Int64? = nil, pauseMicroseconds: Int64? = nil,
    pipelineDepth: Int? = nil, responseTimeoutMicroseconds: Int64? = nil
  ) {
    self.closesAfterPoll = closesAfterPoll
    self.pauseAfterConnectMicroseconds = pauseAfterConnectMicroseconds
    self.pauseMicroseconds = pauseMicroseconds
    self.pipelineDepth = pipelineDepth
    self.responseTimeoutMicroseconds = responseTimeoutMicroseconds
  }

  /// The rules of the profile with the wishes of the installation in their place.
  func applied(to profile: RequestRules) -> RequestRules {
    var rules = profile
    rules.closesAfterPoll = closesAfterPoll ?? rules.closesAfterPoll
    rules.pauseAfterConnectMicroseconds = pauseAfterConnectMicroseconds ?? rules.pauseAfterConnectMicroseconds
    rules.pauseMicroseconds = pauseMicroseconds ?? rules.pauseMicroseconds
    let depth = pipelineDepth ?? rules.pipelineDepth
    rules.pipelineDepth = min(max(1, depth), RequestRules.maximumPipelineDepth)
    rules.responseTimeoutMicroseconds = responseTimeoutMicroseconds ?? rules.responseTimeoutMicroseconds
    return rules
  }
}

/// What holds for an endpoint as a whole: the strictest of the rules of its units.
struct EndpointRules: Hashable, Sendable {
  var closesAfterPoll = false
  var pauseAfterConnectMicroseconds: Int64 = 0
  var pauseMicroseconds: Int64 = 0
  var pipelineDepth = RequestRules.maximumPipelineDepth

  init(strictestOf rules: [RequestRules]) {
    for rules in rules {
      closesAfterPoll = closesAfterPoll || rules.closesAfterPoll
      pauseAfterConnectMicroseconds = max(pauseAfterConnectMicroseconds, rules.pauseAfterConnectMicroseconds)
      pauseMicroseconds = max(pauseMicroseconds, rules.pauseMicroseconds)
      pipelineDepth = min(pipelineDepth, rules.pipelineDepth)
    }
  }
}
