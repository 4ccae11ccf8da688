import Foundation
import Glibc
import PlainCFloor

/// Runs the contests and prints one table. The data lie in a folder of their own below `.build` of the working
/// directory, or below the folder that the first argument names, and are removed at the end.
@main
enum Bench {
  static let repetitions = 5
  /// Readings of a commit, and commits of a repetition.
  static let sizes = [(readings: 100, commits: 400), (readings: 1_000, commits: 120), (readings: 10_000, commits: 32)]
  /// A cycle a second, and a cycle in ten seconds: what a reading costs and what an event costs tell apart.
  static let pollsPerCycle = [10, 100]
  static let syncTries = 40

  static func main() async {
    do {
      let folder = try makeFolder()
      defer { unlinkFolder(folder) }
      try await run(in: folder)
    } catch {
      FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func makeFolder() throws -> String {
    let parent = CommandLine.arguments.dropFirst().first ?? FileManager.default.currentDirectoryPath + "/.build"
    let folder = parent + "/bench-data-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  private static func unlinkFolder(_ folder: String) {
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      FileHandle.standardError.write(Data("bench: \(folder) stays behind: \(error)\n".utf8))
    }
  }

  private static func run(in folder: String) async throws {
    let workloads = pollsPerCycle.flatMap { polls in
      sizes.map { Workload(readingsPerCommit: $0.readings, commits: $0.commits, pollsPerCycle: polls) }
    }
    var contests = workloads.map {
      Contest(readingsPerCommit: $0.readingsPerCommit, pollsPerCycle: $0.pollsPerCycle)
    }
    var syncSeconds: [Double] = []
    for repetition in 1...repetitions {
      for (index, workload) in workloads.enumerated() {
        // One after another in every repetition, so that a slow minute of the machine meets all of them.
        syncSeconds += try Disk.syncSeconds(in: folder, tries: syncTries)
        contests[index].floor.append(try FloorContestant.run(workload, path: folder + "/floor.sqlite"))
        contests[index].recorder.append(try await RecorderContestant.run(workload, path: folder + "/recorder.sqlite"))
        contests[index].engine.append(try EngineContestant.run(workload, path: folder + "/engine.sqlite"))
      }
      FileHandle.standardError.write(Data("repetition \(repetition) of \(repetitions) done\n".utf8))
    }
    print(Report(contests: contests, syncSeconds: syncSeconds, repetitions: repetitions).text)
  }
}

/// The outcomes at one commit size, one a repetition.
struct Contest {
  var readingsPerCommit: Int
  var pollsPerCycle: Int
  var floor: [Outcome] = []
  var recorder: [Outcome] = []
  var engine: [Outcome] = []
}
