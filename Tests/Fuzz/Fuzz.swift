import ArgumentParser
import Foundation

@testable import Modbus

/// Throws mutated bytes at the decoders of what comes from outside. Ends with an error, and the seed of the round, where
/// one of them traps or says what nobody sent.
@main struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz", abstract: "Fuzz Lotwire's decoders.",
    subcommands: [
      ModbusRounds.self, ScannerRounds.self, LabelRounds.self, PayloadRounds.self, SparkplugRounds.self,
      LedgerRounds.self,
    ])

  struct ModbusRounds: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "modbus", abstract: "Replies on TCP and RTU from frame to reading, and profiles from text to plan.")

    @Option(help: "Time to go on, in seconds.") var seconds: Double = 600
    @Option(help: "Rounds after which to stop earlier.") var rounds: Int = .max
    @Option(help: "Seed of the first round; each round has the next.") var seed: UInt64 = 1
    @Option(help: "Folder of profiles to mutate.") var profiles = Self.ownProfiles
    @Flag(help: "Print each round before it runs.") var verbose = false

    static let ownProfiles = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("DeviceProfiles").path

    func run() throws {
      let texts = try ProfileFuzz.texts(below: profiles)
      var tally = FuzzTally()
      let start = ContinuousClock.now
      var round = 0
      while round < rounds, start.duration(to: .now) < .seconds(seconds) {
        let roundSeed = seed &+ UInt64(round)
        if verbose { print("round \(round), seed \(roundSeed)") }
        do {
          switch round % 4 {
          case 0: try ProfileFuzz.run(texts, seed: roundSeed, &tally)
          case 1: try LinkFuzz.run(.rtu, seed: roundSeed, &tally)
          default: try LinkFuzz.run(.tcp, seed: roundSeed, &tally)
          }
        } catch let finding as FuzzFinding {
          print(
            "round \(round): \(finding). Again: fuzz modbus --seed \(seed &+ UInt64(round) &- UInt64(round % 4)) "
              + "--rounds \(round % 4 + 1)")
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
}

/// Something that must never happen.
struct FuzzFinding: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// What the rounds reached: a fuzzer that never gets past the first check finds nothing.
struct FuzzTally: CustomStringConvertible {
  var connections = 0
  var pieces = 0
  var acceptedFrames = 0
  var goodReadings = 0
  var badReadings = 0
  var profilesRead = 0
  var profilesRefused = 0
  var plansRefused = 0

  var isConvincing: Bool {
    acceptedFrames > 0 && goodReadings > 0 && badReadings > 0 && profilesRead > 0 && profilesRefused > 0
  }

  var description: String {
    "\(connections) connections, \(pieces) pieces of replies, \(acceptedFrames) frames that fitted, "
      + "\(goodReadings) good and \(badReadings) bad readings; \(profilesRead) profiles read, "
      + "\(profilesRefused) refused, \(plansRefused) plans refused"
  }
}
