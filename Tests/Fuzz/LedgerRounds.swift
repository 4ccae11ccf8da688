import ArgumentParser

/// Segments and commits of readings whose bytes a disk spoilt.
struct LedgerRounds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Packed segments, blocks, columns and commits of readings.")

  @Option(help: "Time to go on, in seconds.") var seconds: Double = 600
  @Option(help: "Rounds after which to stop earlier.") var rounds: Int = .max
  @Option(help: "Seed of the first round; each round has the next.") var seed: UInt64 = 1

  func run() throws {
    var tally = LedgerTally()
    let start = ContinuousClock.now
    var round = 0
    while round < rounds, start.duration(to: .now) < .seconds(seconds) {
      let roundSeed = seed &+ UInt64(round)
      var fuzz = LedgerFuzz(seed: roundSeed)
      do {
        try fuzz.run(&tally)
      } catch let finding as FuzzFinding {
        print("round \(round): \(finding). Again: fuzz ledger --seed \(roundSeed) --rounds 1")
        throw ExitCode.failure
      }
      round += 1
    }
    print("\(round) rounds: \(tally)")
    guard tally.isConvincing || round < 40 else {
      print("the rounds did not reach what they are for")
      throw ExitCode.failure
    }
  }
}

/// What the rounds reached.
struct LedgerTally: CustomStringConvertible {
  var segments = 0
  var commits = 0
  var refused = 0
  var readDifferently = 0
  var seenByDigestAlone = 0

  var isConvincing: Bool { segments > 0 && commits > 0 && refused > 0 && readDifferently > 0 }

  var description: String {
    "\(segments) segments of \(commits) commits packed and given back; of the spoilt ones \(refused) were refused, "
      + "\(readDifferently) gave other commits and \(seenByDigestAlone) the same ones; every digest told"
  }
}
