import ArgumentParser
import Console
import Foundation
import Shopfloor

struct WriteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Have a value written to a device and read back.",
    discussion: """
      Needs the running daemon, a person with the right "engineer", and a write point that the configuration has switched
      on (writes: under the device). Who, when, why, the old value and what was read back stand in the ledger.
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The device as the configuration names it.")
  var device: String

  @Argument(help: "The write point as the profile names it.")
  var point: String

  @Argument(help: "The value in the unit of the point.")
  var value: Double

  @Option(help: "The id of the person who orders it.")
  var person: String

  @Option(help: "Why, in a few words.")
  var reason: String

  func run() async throws {
    try await reporting {
      let request = WriteRequest(
        device: try identifier(device, "device name"), point: point, value: value,
        person: try identifier(person, "person id"), reason: reason)
      let answer = try ControlSocket.client(options).write(request)
      guard answer.accepted else {
        let isAttempted = answer.code == Refusal.Code.writeNotConfirmed.rawValue
        throw CommandFailure(answer.english + "\n" + answer.chinese, isAttempted ? EX_UNAVAILABLE : EX_NOPERM)
      }
      printLine(answer.english + " / " + answer.chinese)
    }
  }
}
