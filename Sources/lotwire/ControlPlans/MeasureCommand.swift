import ArgumentParser
import Foundation
import Shopfloor

struct MeasureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure", abstract: "Enter what a person measured or counted.",
    discussion: """
      Needs the running daemon, a characteristic that is taken by hand, and a person with the right "operate".
        lotwire measure sealer-1 peel.strength 12.1 12.4 11.9 12.2 12.0 --person P-1
        lotwire measure packer-1 pouches.leaking 2 --inspected 50 --person P-1
      """)

  @OptionGroup var target: CharacteristicOptions
  @Argument(help: "The measured values, or the number found.") var values: [String]
  @Option(help: "How many were inspected, with counts.") var inspected: Double?

  func run() async throws {
    try await reporting {
      let numbers = try values.map { text in
        guard let number = Double(text), number.isFinite else {
          throw CommandFailure("\"\(displayable(text))\" is not a number. Write it with a point: 12.1", EX_USAGE)
        }
        return number
      }
      try target.options.send(
        .measure(
          station: try target.stationName, characteristic: try target.characteristicName, values: numbers,
          inspected: inspected, person: try target.personID))
    }
  }
}

struct ChartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chart", abstract: "Begin a stage of a chart, or close its open subgroup.",
    subcommands: [ChartStageCommand.self, ChartCloseCommand.self])
}

struct ChartStageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stage", abstract: "The process was set anew: the rules begin anew, with the same limits.",
    discussion: "Needs the running daemon and a person with the right \"quality\".")

  @OptionGroup var target: CharacteristicOptions
  @Option(help: "What was done to the process, in a few words.") var reason: String

  func run() async throws {
    try await reporting {
      try target.options.send(
        .beginStage(
          station: try target.stationName, characteristic: try target.characteristicName,
          person: try target.personID, reason: reason))
    }
  }
}

struct ChartCloseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Close the open subgroup of a chart with subgroup_by: manual.",
    discussion: "Needs the running daemon and a person with the right \"operate\".")

  @OptionGroup var target: CharacteristicOptions

  func run() async throws {
    try await reporting {
      try target.options.send(
        .closeSubgroup(
          station: try target.stationName, characteristic: try target.characteristicName,
          person: try target.personID))
    }
  }
}
