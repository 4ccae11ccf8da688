/// How many readings a second become durable where a commit is made every so often: at the aimed speed, an interval is a number
/// of readings.
struct IntervalContests {
  /// Readings a second that are aimed at.
  static let aim = 1_500_000
  static let intervals: [(milliseconds: Int, commits: Int)] = [(10, 120), (50, 30), (200, 8)]
  /// As a line of slow cycles: a thousand polls.
  static let pollsPerCycle = 1_000

  private struct Contest {
    var milliseconds: Int
    var rows: [Outcome] = []
    var blobs: [Outcome] = []
    var recorder: [Outcome] = []
    var engine: [Outcome] = []
  }

  private var contests: [Contest] = []
  private let folder: String
  private let repetitions: Int

  init(folder: String, repetitions: Int) {
    self.folder = folder
    self.repetitions = repetitions
  }

  mutating func run() async throws {
    for (milliseconds, commits) in Self.intervals {
      let workload = Workload(
        readingsPerCommit: Self.aim * milliseconds / 1_000, commits: commits, pollsPerCycle: Self.pollsPerCycle)
      var contest = Contest(milliseconds: milliseconds)
      for _ in 0..<repetitions {
        contest.rows.append(try FloorContestant.run(workload, path: folder + "/rows.sqlite"))
        contest.blobs.append(try FloorContestant.run(workload, path: folder + "/blobs.sqlite", inBlobs: true))
        contest.recorder.append(try await RecorderContestant.run(workload, path: folder + "/recorder.sqlite"))
        contest.engine.append(try EngineContestant.run(workload, path: folder + "/engine.sqlite"))
      }
      contests.append(contest)
      Progress.note("recording: commits of \(milliseconds) ms done")
    }
  }

  var text: String {
    var table = Table(
      columns: [
        "interval", "contestant", "readings/s", "CPU readings/s", "ratio to rows", "ratio to blobs", "bytes/reading",
      ], wordColumns: [1])
    for contest in contests {
      for (name, outcomes) in [
        ("plain C rows", contest.rows), ("plain C blobs", contest.blobs), ("recorder", contest.recorder),
        ("engine+ledger", contest.engine),
      ] {
        func ratio(_ floor: [Outcome]) -> String {
          number(zip(outcomes, floor).map { $0.readingsPerSecond / $1.readingsPerSecond }.median, 2)
        }
        table.rows.append([
          "\(contest.milliseconds) ms", name, number(outcomes.map(\.readingsPerSecond).median, 0),
          number(outcomes.map { Double($0.readings) / $0.cpuSeconds }.median, 0), ratio(contest.rows),
          ratio(contest.blobs), number(outcomes.map(\.bytesPerReading).median, 1),
        ])
      }
    }
    table.rows.append(["aim", "", ">= 1500000", "", "", "", ""])
    return "Recording by interval: a commit holds what \(Self.aim) readings a second bring in that time\n\n"
      + table.text
      + "\nCPU readings/s: readings over processor time, of all threads: what one core alone would do\n"
  }
}
