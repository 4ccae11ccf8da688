/// What is polled, how often and for how long.
struct PollPlan: Codable {
  var port: Int
  /// One connection each.
  var devices: Int
  /// Float32 values of a device, two registers each.
  var pointsPerDevice: Int
  var pointsPerRequest: Int
  /// Requests that Lotwire may have on their way at once on a connection.
  var pipelineDepth = 1
  /// 0: the next poll follows at once; the C loop only.
  var intervalMicroseconds: Int64
  var warmUpSeconds: Double
  var seconds: Double
  /// Where the readings are kept; nil: nowhere.
  var database: String?

  var requestsPerPoll: Int { (pointsPerDevice + pointsPerRequest - 1) / pointsPerRequest }

  /// The loopback address of a device.
  static func host(_ device: Int) -> String { "127.1.\(device / 256).\(device % 256)" }
}

/// What came of it within the measured seconds.
struct PollOutcome: Codable {
  var requests: Int64
  var values: Int64
  /// Values that were durable; 0 where nothing is kept.
  var stored: Int64 = 0
  var events: Int64 = 0
  var seconds: Double
  var cpuSeconds: Double
  /// Resident memory at the end of the measured seconds, and the most there ever was.
  var residentBytes: Int
  var peakBytes = 0
  /// How much later than at its most punctual a poll was received and durable.
  var received = Lateness()
  var durable = Lateness()

  var cpuMicrosecondsPerRequest: Double { cpuSeconds * 1e6 / Double(requests) }
  var cpuMicrosecondsPerValue: Double { cpuSeconds * 1e6 / Double(values) }
  var cores: Double { cpuSeconds / seconds }
}

/// Percentiles in milliseconds.
struct Lateness: Codable {
  var p50 = 0.0
  var p99 = 0.0

  init() {}

  init(microseconds: [Double]) {
    p50 = microseconds.percentile(50) / 1_000
    p99 = microseconds.percentile(99) / 1_000
  }
}

/// When the polls of each device were received and durable. A fixed-rate poll has a grid of its own, whose place is not
/// known from outside: the most punctual poll of a device is taken for on time.
struct PollTimes {
  struct Poll {
    var device: Int
    var received: Int64
    var durable: Int64
  }

  var polls: [Poll] = []

  func lateness(intervalMicroseconds interval: Int64) -> (received: Lateness, durable: Lateness) {
    var first: [Int: Int64] = [:]
    var earliest: [Int: Int64] = [:]
    func phase(_ poll: Poll) -> Int64 {
      let passed = poll.received - (first[poll.device] ?? poll.received)
      let slots = Int64((Double(passed) / Double(interval)).rounded())
      return passed - slots * interval
    }
    for poll in polls {
      if first[poll.device] == nil { first[poll.device] = poll.received }
      earliest[poll.device] = min(earliest[poll.device] ?? .max, phase(poll))
    }
    let received = polls.map { Double(phase($0) - (earliest[$0.device] ?? 0)) }
    let durable = zip(polls, received).map { Double($0.durable - $0.received) + $1 }
    return (Lateness(microseconds: received), Lateness(microseconds: durable))
  }
}
