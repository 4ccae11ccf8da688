import ArgumentParser
import Console
import Foundation
import Shopfloor

struct ReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Release a material lot: it may be picked and consumed.",
    discussion: DispositionOptions.needs)

  @OptionGroup var disposition: DispositionOptions

  func run() async throws { try await disposition.send(.released) }
}

struct BlockCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "block", abstract: "Block a material lot: nobody can pick or consume it.",
    discussion: DispositionOptions.needs)

  @OptionGroup var disposition: DispositionOptions

  func run() async throws { try await disposition.send(.blocked) }
}

struct QuarantineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "Put a material lot back into quarantine.",
    discussion: DispositionOptions.needs)

  @OptionGroup var disposition: DispositionOptions

  func run() async throws { try await disposition.send(.quarantined) }
}

/// What the commands for material lots ask for.
struct DispositionOptions: ParsableArguments {
  static let needs = "Needs the running daemon and a person with the right \"disposition\"."

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The number on the internal label of the material lot.")
  var material: String

  @Option(help: "The id of the person who decides.")
  var person: String

  @Option(help: "Why, in a few words.")
  var reason: String

  func send(_ status: MaterialLot.Status) async throws {
    try await reporting {
      let request = DispositionRequest(
        material: try identifier(material, "material lot"), status: status,
        person: try identifier(person, "person id"), reason: reason)
      let answer = try ControlSocket.client(options).dispose(request)
      guard answer.accepted else { throw CommandFailure(answer.english + "\n" + answer.chinese, EX_NOPERM) }
      printLine(answer.english + " / " + answer.chinese)
    }
  }
}
