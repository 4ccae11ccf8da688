import ArgumentParser
import Foundation

@main
struct PowerCutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "powercut",
    abstract: "Let the daemon record on a file system that loses its power, and look for what was acknowledged.")

  @Option(help: "Power cuts on each file system.")
  var cycles = 100

  @Option(help: "Seed of the instants.")
  var seed: UInt64 = 1

  @Option(help: "ext4 or xfs; both where none is given.")
  var fileSystem: String?

  func run() throws {
    var isWhole = true
    for kind in LoopDisk.Kind.allCases where fileSystem == nil || fileSystem == kind.rawValue {
      if let obstacle = LoopDisk.obstacle(kind) {
        tell("\(kind.rawValue): skipped: \(obstacle)")
        continue
      }
      let start = Date()
      var run = PowerCutRun(kind: kind, cycles: cycles, seed: seed)
      run.tell = tell
      let result = try run.run()
      let seconds = Int(Date().timeIntervalSince(start))
      tell(
        """
        \(kind.rawValue): \(result.cycles) power cuts in \(seconds) s, seed \(seed): \(result.publishedCounters) \
        acknowledged messages, \(result.acceptedLots) accepted scans of lots, \(result.readings) readings, \
        \(result.starts) starts, \(result.gaps) marked gaps; \(result.problems.count) problems
        """)
      for problem in result.problems { tell(problem) }
      isWhole = isWhole && result.problems.isEmpty
    }
    if !isWhole { throw ExitCode.failure }
  }

  /// Unbuffered: progress is seen at once, through a pipe too.
  private func tell(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
