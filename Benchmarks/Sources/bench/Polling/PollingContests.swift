import Foundation

/// What asking costs: the Modbus room beside a plain-C epoll loop over libmodbus, for one, 50 and 500 connections.
struct PollingContests {
  static let pointsPerRequest = 5
  static let pipelineDepth = 4

  enum Pace: String {
    /// The next request follows the reply: the C loop sends it without a clock, Lotwire has intervals too short to keep.
    case atOnce = "at once"
    /// A fixed rate that both can keep, staggered over the connections.
    case even = "even"

    func intervalMicroseconds(connections: Int) -> Int64 {
      switch self {
      case .atOnce: Int64(connections) * 10
      case .even: connections == 1 ? 250 : Int64(connections) * 50
      }
    }
  }

  struct Row {
    var connections: Int
    var pace: Pace
    var name: String
    var contestant: ChildTask.Contestant
    var plan: PollPlan
    var outcomes: [PollOutcome] = []
  }

  private(set) var rows: [Row] = []
  private let repetitions: Int

  init(port: Int, seconds: Double, repetitions: Int) {
    self.repetitions = repetitions
    for connections in [1, 50, 500] {
      for pace in [Pace.atOnce, .even] {
        let interval = pace.intervalMicroseconds(connections: connections)
        func add(_ name: String, _ contestant: ChildTask.Contestant, requestsPerPoll: Int = 1, interval: Int64) {
          let plan = PollPlan(
            port: port, devices: connections, pointsPerDevice: Self.pointsPerRequest * requestsPerPoll,
            pointsPerRequest: Self.pointsPerRequest, pipelineDepth: requestsPerPoll, intervalMicroseconds: interval,
            warmUpSeconds: 2, seconds: seconds)
          rows.append(Row(connections: connections, pace: pace, name: name, contestant: contestant, plan: plan))
        }
        add("C loop", .floor, interval: pace == .atOnce ? 0 : interval)
        add("Lotwire", .lotwire, interval: interval)
        guard pace == .atOnce else { continue }
        add(
          "Lotwire, \(Self.pipelineDepth) on their way", .lotwire, requestsPerPoll: Self.pipelineDepth,
          interval: interval * Int64(Self.pipelineDepth))
      }
    }
  }

  mutating func run() throws {
    for repetition in 1...repetitions {
      for index in rows.indices {
        rows[index].outcomes.append(try ChildTask.poll(rows[index].contestant, rows[index].plan))
      }
      Progress.note("polling: repetition \(repetition) of \(repetitions) done")
    }
  }

  /// The row that a row is held to: the C loop with as many connections at the same pace.
  private func floor(of row: Row) -> Row? { rows.first { $0.connections == row.connections && $0.pace == row.pace } }

  var text: String {
    var table = Table(
      columns: ["connections", "pace", "contestant", "requests/s", "CPU us/request", "ratio", "core", "MiB"],
      wordColumns: [1, 2])
    for row in rows {
      let ratios = zip(row.outcomes, floor(of: row)?.outcomes ?? []).map {
        $0.cpuMicrosecondsPerRequest / $1.cpuMicrosecondsPerRequest
      }
      table.rows.append([
        String(row.connections), row.pace.rawValue, row.name,
        number(row.outcomes.map { Double($0.requests) / $0.seconds }.median, 0),
        number(row.outcomes.map(\.cpuMicrosecondsPerRequest).median, 2), number(ratios.median, 2),
        number(row.outcomes.map(\.cores).median, 2),
        number(row.outcomes.map { Double($0.residentBytes) / 1_048_576 }.median, 0),
      ])
    }
    table.rows.append([
      "aim", "", "one on its way; \(Self.pipelineDepth) on their way", "", "", "<= 1.0; <= 0.4", "", "",
    ])
    return """
      Polling: function 3, \(Self.pointsPerRequest * 2) registers, \(Self.pointsPerRequest) float32 decoded; medians of \
      \(repetitions) runs of \(number(rows.first?.plan.seconds ?? 0, 0)) s

      \(table.text)
      CPU us/request  user and system time of the client's process; the server is another process
      ratio           to the C loop with as many connections at the same pace, of the same repetition
      at once         the next request follows the reply; even: at a fixed rate, 4,000 requests a second of one
                      connection and 20,000 of more

      """
  }
}
