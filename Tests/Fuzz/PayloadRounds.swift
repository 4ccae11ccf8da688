import ArgumentParser

/// Messages of any shape through mappings of any shape, from bytes to readings.
struct PayloadRounds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mqtt", abstract: "JSON texts, and messages from payload to reading.")

  @Option(help: "Time to go on, in seconds.") var seconds: Double = 600
  @Option(help: "Rounds after which to stop earlier.") var rounds: Int = .max
  @Option(help: "Seed of the first round; each round has the next.") var seed: UInt64 = 1

  func run() throws {
    var tally = PayloadTally()
    let start = ContinuousClock.now
    var round = 0
    while round < rounds, start.duration(to: .now) < .seconds(seconds) {
      var fuzz = PayloadFuzz(seed: seed &+ UInt64(round))
      do {
        if round.isMultiple(of: 2) { try fuzz.texts(&tally) } else { try fuzz.messages(&tally) }
      } catch let finding as FuzzFinding {
        let first = round - round % 2
        print(
          "round \(round): \(finding). Again: fuzz mqtt --seed \(seed &+ UInt64(first)) --rounds \(round % 2 + 1)")
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
struct PayloadTally: CustomStringConvertible {
  var textsRead = 0
  var textsRefused = 0
  var goodReadings = 0
  var badReadings = 0
  var textReadings = 0
  var keyedBatches = 0
  var thinned = 0
  var mappingsRefused = 0

  var isConvincing: Bool {
    textsRead > 0 && textsRefused > 0 && goodReadings > 0 && badReadings > 0 && textReadings > 0 && keyedBatches > 0
      && thinned > 0
  }

  var description: String {
    "\(textsRead) JSON texts read, \(textsRefused) refused; \(goodReadings) good and \(badReadings) bad readings, "
      + "\(textReadings) texts, \(keyedBatches) batches with a key, \(thinned) readings thinned away, "
      + "\(mappingsRefused) paths refused"
  }
}
