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

  @OptionGroup var options: ConfigurationOption
  @Argument(help: "The station.") var station: String
  @Argument(help: "The characteristic.") var characteristic: String
  @Argument(help: "The measured values, or the number found.") var values: [String]
  @Option(help: "How many were inspected, with counts.") var inspected: Double?
  @Option(help: "The id of the person who measured.") var person: String

  func run() async throws {
    try await reporting {
      let numbers = try values.map { text in
        guard let number = Double(text), number.isFinite else {
          throw CommandFailure("\"\(displayable(text))\" is not a number. Write it with a point: 12.1", EX_USAGE)
        }
        return number
      }
      try ControlPlanRequest(options).send(
        .measure(
          station: try identifier(station, "station"), characteristic: try identifier(characteristic, "characteristic"),
          values: numbers, inspected: inspected, person: try identifier(person, "person id")))
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

  @OptionGroup var options: ConfigurationOption
  @Argument(help: "The station.") var station: String
  @Argument(help: "The characteristic.") var characteristic: String
  @Option(help: "The id of the person.") var person: String
  @Option(help: "What was done to the process, in a few words.") var reason: String

  func run() async throws {
    try await reporting {
      try ControlPlanRequest(options).send(
        .beginStage(
          station: try identifier(station, "station"), characteristic: try identifier(characteristic, "characteristic"),
          person: try identifier(person, "person id"), reason: reason))
    }
  }
}

struct ChartCloseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Close the open subgroup of a chart with subgroup_by: manual.",
    discussion: "Needs the running daemon and a person with the right \"operate\".")

  @OptionGroup var options: ConfigurationOption
  @Argument(help: "The station.") var station: String
  @Argument(help: "The characteristic.") var characteristic: String
  @Option(help: "The id of the person.") var person: String

  func run() async throws {
    try await reporting {
      try ControlPlanRequest(options).send(
        .closeSubgroup(
          station: try identifier(station, "station"), characteristic: try identifier(characteristic, "characteristic"),
          person: try identifier(person, "person id")))
    }
  }
}
