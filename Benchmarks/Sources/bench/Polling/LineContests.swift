import Foundation

/// What a whole line costs, from the socket to the durable commit, beside a plain-C loop that polls the same and stores
/// blobs.
struct LineContests {
  struct Row {
    var load: String
    var name: String
    var contestant: ChildTask.Contestant
    var plan: PollPlan
    var outcomes: [PollOutcome] = []
  }

  private(set) var rows: [Row] = []
  private let repetitions: Int

  init(port: Int, folder: String, seconds: Double, repetitions: Int) {
    self.repetitions = repetitions
    for (devices, interval) in [(1_000, 1_000_000), (100, 100_000)] {
      for contestant in [ChildTask.Contestant.floor, .lotwire] {
        rows.append(
          Row(
            load: "\(devices) x 100 / \(interval / 1_000) ms", name: contestant == .floor ? "C loop" : "Lotwire",
            contestant: contestant,
            plan: PollPlan(
              port: port, devices: devices, pointsPerDevice: 100, pointsPerRequest: 62,
              intervalMicroseconds: Int64(interval), warmUpSeconds: 5, seconds: seconds,
              database: folder + "/line-\(contestant.rawValue).sqlite")))
      }
    }
  }

  mutating func run() throws {
    for repetition in 1...repetitions {
      for index in rows.indices {
        rows[index].outcomes.append(try ChildTask.poll(rows[index].contestant, rows[index].plan))
        if let path = rows[index].plan.database { Disk.removeDatabase(path) }
      }
      Progress.note("line: repetition \(repetition) of \(repetitions) done")
    }
  }

  var text: String {
    var table = Table(
      columns: [
        "load", "contestant", "stored/s", "cores", "CPU us/value", "ratio", "MiB", "peak MiB", "received p50", "p99",
        "durable p50", "p99", "events/s",
      ], wordColumns: [0, 1])
    for row in rows {
      let floor = rows.first { $0.load == row.load }?.outcomes ?? []
      let ratios = zip(row.outcomes, floor).map { $0.cpuMicrosecondsPerValue / $1.cpuMicrosecondsPerValue }
      func median(_ figure: (PollOutcome) -> Double, _ decimals: Int) -> String {
        number(row.outcomes.map(figure).median, decimals)
      }
      table.rows.append([
        row.load, row.name, median({ Double($0.stored) / $0.seconds }, 0), median(\.cores, 3),
        median(\.cpuMicrosecondsPerValue, 3), number(ratios.median, 2),
        median({ Double($0.residentBytes) / 1_048_576 }, 0), median({ Double($0.peakBytes) / 1_048_576 }, 0),
        median(\.received.p50, 2), median(\.received.p99, 2), median(\.durable.p50, 1), median(\.durable.p99, 1),
        median({ Double($0.events) / $0.seconds }, 1),
      ])
    }
    table.rows.append(["aim", "", "100000", "<= 0.15", "<= 1.5", "<= 2", "<= 150", "", "", "", "", "", ""])
    return """
      Whole line: devices x float32 values / interval; two requests a poll; medians of \(repetitions) runs of \
      \(number(rows.first?.plan.seconds ?? 0, 0)) s

      \(table.text)
      C loop          polls with libmodbus, decodes, and stores one blob every 50 ms in SQLite, WAL, synchronous=FULL
      Lotwire         Modbus, recorder and ledger as in the daemon: every value bound to a run, held to its limits,
                      hashed, durable; cycles, features and charts at every station
      stored/s        values that became durable, a second
      ratio           CPU of a value over that of the C loop of the same repetition
      MiB, peak       resident memory at the end of the run, and its peak (taking a plan into force)
      received        how much later than a device's most punctual poll its last reply was there, in ms
      durable         the same until the poll was on disk

      """
  }
}
