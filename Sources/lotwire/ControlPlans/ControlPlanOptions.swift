import ArgumentParser
import Console
import Foundation
import Shopfloor

/// What every command on a characteristic of a station asks for.
struct CharacteristicOptions: ParsableArguments {
  @OptionGroup var options: ConfigurationOption
  @Argument(help: "The station.") var station: String
  @Argument(help: "The characteristic.") var characteristic: String
  @Option(help: "The id of the person who does it.") var person: String

  var stationName: StationName { get throws { try identifier(station, "station") } }
  var characteristicName: CharacteristicName { get throws { try identifier(characteristic, "characteristic") } }
  var personID: PersonID { get throws { try identifier(person, "person id") } }
}

/// What every decision on a version of a control plan asks for.
struct PlanVersionOptions: ParsableArguments {
  @OptionGroup var options: ConfigurationOption
  @Argument(help: "The number of the control plan.") var number: String
  @Option(help: "The version.") var version: Int
  @Option(help: "The id of the person who decides.") var person: String

  var planNumber: ControlPlanNumber { get throws { try identifier(number, "control plan number") } }
  var personID: PersonID { get throws { try identifier(person, "person id") } }
}

extension ConfigurationOption {
  /// Sends what a person wants with control plans and charts to the daemon, and says what came of it.
  func send(_ command: ControlPlanCommand) throws {
    let answer = try ControlSocket.client(self).controlPlan(command)
    guard answer.accepted else { throw CommandFailure(answer.english + "\n" + answer.chinese, EX_NOPERM) }
    printLine(answer.english + " / " + answer.chinese)
  }
}
