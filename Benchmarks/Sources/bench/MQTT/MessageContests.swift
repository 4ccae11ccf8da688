import Foundation

/// What it costs to take QoS 1 messages from a broker, up to the acknowledgement, beside a plain-C subscriber that keeps
/// nothing.
struct MessageContests {
  enum Load: CaseIterable {
    /// The reader was away: everything waits at the broker.
    case queued
    /// A publisher sends as fast as the broker takes it.
    case live
    /// A thousand messages a second.
    case steady

    var words: String {
      switch self {
      case .queued: "queued"
      case .live: "live"
      case .steady: "1000/s"
      }
    }
  }

  struct Row {
    var load: Load
    var contestant: MessageTask
    var outcomes: [MessageOutcome] = []
  }

  static let messages = 100_000
  static let steadyRate = 1_000.0

  private(set) var rows: [Row] = []
  private let folder: String
  private let steadySeconds: Double
  private let repetitions: Int

  init(folder: String, steadySeconds: Double, repetitions: Int) {
    self.folder = folder
    self.steadySeconds = steadySeconds
    self.repetitions = repetitions
    rows = Load.allCases.flatMap { load in
      [MessageTask.floor, .lotwire].map { Row(load: load, contestant: $0) }
    }
  }

  mutating func run() throws {
    for repetition in 1...repetitions {
      for index in rows.indices {
        rows[index].outcomes.append(try measure(rows[index].load, rows[index].contestant))
      }
      Progress.note("mqtt: repetition \(repetition) of \(repetitions) done")
    }
  }

  /// With a broker of its own, so that no contestant carries the queue of another.
  private func measure(_ load: Load, _ contestant: MessageTask) throws -> MessageOutcome {
    let broker = try BenchBroker(folder: folder)
    defer { broker.stop() }
    var plan = MessagePlan(
      port: broker.port, clientID: "bench-\(contestant.rawValue)", messages: Self.messages,
      database: folder + "/mqtt.sqlite")
    if load == .steady {
      plan.rate = Self.steadyRate
      plan.messages = Int(Self.steadyRate * steadySeconds)
      plan.takesLatencies = true
    }
    try MessageFloor.openSession(plan)
    if load == .queued { try MessageTask.publish(plan) }
    let before = broker.cpuSeconds
    var outcome = try contestant.read(plan) {
      if load != .queued { try MessageTask.publish(plan) }
    }
    outcome.brokerCPUSeconds = broker.cpuSeconds - before
    try MessageFloor.forgetSession(plan)
    return outcome
  }

  var text: String {
    var table = Table(
      columns: [
        "load", "contestant", "messages/s", "ratio", "CPU us/message", "broker us/message", "messages/round", "p50 ms",
        "p99 ms",
      ], wordColumns: [0, 1])
    for row in rows {
      let floor = rows.first { $0.load == row.load }?.outcomes ?? []
      let ratios = zip(row.outcomes, floor).map { $0.messagesPerSecond / $1.messagesPerSecond }
      func median(_ figure: (MessageOutcome) -> Double, _ decimals: Int) -> String {
        number(row.outcomes.map(figure).median, decimals)
      }
      let isSteady = row.load == .steady
      table.rows.append([
        row.load.words, row.contestant == .floor ? "C subscriber" : "Lotwire", median(\.messagesPerSecond, 0),
        isSteady ? "" : number(ratios.median, 2), median(\.cpuMicrosecondsPerMessage, 2),
        median(\.brokerMicrosecondsPerMessage, 2), median({ Double($0.messages) / Double(max($0.rounds, 1)) }, 0),
        isSteady ? median(\.latency.p50, 1) : "", isSteady ? median(\.latency.p99, 1) : "",
      ])
    }
    table.rows.append(["aim", "", ">= 20000", ">= 0.5", "", "", "", "", "<= 100"])
    return """
      MQTT: QoS 1 messages from mosquitto to the acknowledgement; \(Self.messages) messages, or \
      \(number(steadySeconds, 0)) s of 1,000 a second; medians of \(repetitions) runs

      \(table.text)
      queued          the reader was away, everything waits at the broker
      live            published as fast as the broker takes it
      C subscriber    libmosquitto with the same poll loop: reads, acknowledges, keeps nothing
      Lotwire         MQTT, recorder and ledger as in the daemon: every message decoded, known by its id, bound to a run,
                      held to its limits, hashed and durable before it is acknowledged; the ledger is counted afterwards
      p50, p99        from publishing to the acknowledgement (Lotwire: to the durable answer)

      """
  }
}
