/// What recording costs: the pipeline from reading to durable commit beside a plain-C loop of INSERTs.
struct RecordingContests {
  /// Readings of a commit, and commits of a repetition.
  static let sizes = [(readings: 100, commits: 400), (readings: 1_000, commits: 120), (readings: 10_000, commits: 32)]
  /// A cycle a second, and a cycle in ten seconds: what a reading costs and what an event costs tell apart.
  static let pollsPerCycle = [10, 100]
  static let syncTries = 40

  private var contests: [Contest] = []
  private var syncSeconds: [Double] = []
  private let folder: String
  private let repetitions: Int

  init(folder: String, repetitions: Int) {
    self.folder = folder
    self.repetitions = repetitions
  }

  mutating func run() async throws {
    let workloads = Self.pollsPerCycle.flatMap { polls in
      Self.sizes.map { Workload(readingsPerCommit: $0.readings, commits: $0.commits, pollsPerCycle: polls) }
    }
    contests = workloads.map { Contest(readingsPerCommit: $0.readingsPerCommit, pollsPerCycle: $0.pollsPerCycle) }
    for repetition in 1...repetitions {
      for (index, workload) in workloads.enumerated() {
        // One after another in every repetition, so that a slow minute of the machine meets all of them.
        syncSeconds += try Disk.syncSeconds(in: folder, tries: Self.syncTries)
        contests[index].floor.append(try FloorContestant.run(workload, path: folder + "/floor.sqlite"))
        contests[index].recorder.append(try await RecorderContestant.run(workload, path: folder + "/recorder.sqlite"))
        contests[index].engine.append(try EngineContestant.run(workload, path: folder + "/engine.sqlite"))
      }
      Progress.note("recording: repetition \(repetition) of \(repetitions) done")
    }
  }

  var text: String { RecordingReport(contests: contests, syncSeconds: syncSeconds, repetitions: repetitions).text }
}

/// The outcomes at one commit size, one a repetition.
struct Contest {
  var readingsPerCommit: Int
  var pollsPerCycle: Int
  var floor: [Outcome] = []
  var recorder: [Outcome] = []
  var engine: [Outcome] = []
}
