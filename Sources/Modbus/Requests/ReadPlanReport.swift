import Devices
public import Shopfloor

/// How a device is polled, for people: the requests of every poll with their bytes and the time they should take.
public struct ReadPlanReport: Hashable, Sendable, Codable {
  public struct Request: Hashable, Sendable, Codable {
    /// 1 to 4.
    public var function: Int
    public var table: String
    /// First address on the wire, counted from 0.
    public var address: Int
    public var count: Int
    /// Names of the points that the reply carries.
    public var points: [String]
    public var requestBytes: Int
    public var replyBytes: Int
    public var expectedMicroseconds: Double
  }

  /// What is asked when the points of these intervals are due together.
  public struct Poll: Hashable, Sendable, Codable {
    public var intervalsMicroseconds: [Int64]
    public var requests: [Request]

    public var requestBytes: Int { requests.reduce(0) { $0 + $1.requestBytes } }
    public var replyBytes: Int { requests.reduce(0) { $0 + $1.replyBytes } }
    public var expectedMicroseconds: Double { requests.reduce(0) { $0 + $1.expectedMicroseconds } }
  }

  public var device: DeviceName
  /// Where the device is, for people.
  public var place: String
  public var framing: WireFraming
  /// One for each poll interval, ascending; then one for all together where there are several.
  public var polls: [Poll]
  /// What the device was found to refuse.
  public var learned: [String]

  /// - Parameter plan: with what was learned of the device.
  /// - Throws: where the points cannot be read within the rules of the profile.
  public init(_ plan: ModbusDevicePlan) throws(ModbusSetupFault) {
    let points = try plan.mappedPoints()
    let cost = RequestCost(plan.endpoint)
    var learner = try PlanLearner(
      device: plan.device, profile: plan.profile, profileDigest: plan.profileDigest, points: points,
      rules: plan.policy.applied(to: plan.profile.requests), cost: cost, learned: plan.learned)
    let framing = WireFraming(plan.endpoint)
    let intervals = Set(points.map(\.point.pollIntervalMicroseconds)).sorted()
    polls = (intervals.map { [$0] } + (intervals.count > 1 ? [intervals] : [])).map { due in
      Poll(
        intervalsMicroseconds: due,
        requests: learner.plan(dueIntervals: due, now: 0).blocks.map {
          Request($0, framing, learner.planner.cost)
        })
    }
    device = plan.device
    place = plan.address
    self.framing = framing
    self.learned = LearnedWords.sentences(learner.learned, points: learner.allPoints.map(\.point)).map(\.english)
  }
}

extension ReadPlanReport.Request {
  init(_ block: ReadBlock, _ framing: WireFraming, _ cost: RequestCost) {
    let request = block.request
    function = Int(request.functionCode)
    table = request.table.rawValue
    address = request.address
    count = request.count
    points = block.points.map(\.point.name)
    requestBytes = framing.requestBytes
    replyBytes = framing.replyOverheadBytes + request.replyByteCount
    expectedMicroseconds = cost.microseconds(of: request)
  }
}

extension ReadPlanReport: CustomStringConvertible {
  /// Several lines without a last line break.
  public var description: String {
    var lines = ["\(device): \(place)"]
    for poll in polls {
      lines.append("")
      lines.append("every \(poll.intervalsMicroseconds.map(Self.seconds).joined(separator: ", ")):")
      lines += poll.requests.map(Self.line)
      lines.append(
        "  \(Self.counted(poll.requests.count, "request")), \(poll.requestBytes) bytes out, \(poll.replyBytes) bytes in, "
          + "about \(Self.milliseconds(poll.expectedMicroseconds)) a poll")
    }
    if !learned.isEmpty {
      lines.append("")
      lines.append("learned from the device:")
      lines += learned.map { "  \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  private static func line(_ request: Request) -> String {
    let place = LearnedWords.place(request.table, request.address, request.count)
    var names = request.points.prefix(6).joined(separator: ", ")
    if request.points.count > 6 { names += " and \(request.points.count - 6) more" }
    return "  function \(request.function)  \(place)  \(request.requestBytes)+\(request.replyBytes) bytes  "
      + "\(milliseconds(request.expectedMicroseconds))  \(names)"
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  private static func seconds(_ microseconds: Int64) -> String { "\(Double(microseconds) / 1_000_000) s" }

  private static func milliseconds(_ microseconds: Double) -> String {
    "\((microseconds / 10).rounded() / 100) ms"
  }
}
