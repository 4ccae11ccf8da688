import ArgumentParser
import Console
import Foundation
import Shopfloor

struct AcknowledgeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acknowledge", abstract: "Acknowledge an alarm and name its cause.",
    discussion: """
      Needs the running daemon and a person with the right "acknowledge". Where the configuration lists causes or actions \
      (alarms:), a code of each list is asked for; a refusal names them. Where it lists none, the cause is free text.
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The alarm's id, as \"lotwire status\" shows it.")
  var alarm: String

  @Option(help: "The id of the person who acknowledges.")
  var person: String

  @Option(help: "What caused the alarm: a code of the list, or a few words where there is no list.")
  var cause: String?

  @Option(help: "What was done about it: a code of the list.")
  var action: String?

  @Option(help: "What more there is to say; without a list it may stand for the cause.")
  var note: String?

  func run() async throws {
    try await reporting {
      let request = AcknowledgeRequest(
        alarm: try identifier(alarm, "alarm id"), person: try identifier(person, "person id"), cause: cause ?? "",
        action: action, note: note)
      let answer = try ControlSocket.client(options).acknowledge(request)
      guard answer.accepted else { throw CommandFailure(answer.english + "\n" + answer.chinese, EX_NOPERM) }
      printLine(answer.english + " / " + answer.chinese)
    }
  }
}

func identifier<Kind>(_ text: String, _ what: String) throws -> Identifier<Kind> {
  do {
    return try Identifier<Kind>(text)
  } catch {
    throw CommandFailure("\"\(displayable(text))\" cannot be a \(what): \(error.words.english).", EX_USAGE)
  }
}

struct HoldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Put a lot on hold: it starts no run until the hold is lifted.",
    discussion: "Needs the running daemon and a person with the right \"disposition\".")

  @OptionGroup var hold: HoldOptions

  func run() async throws { try await hold.send(lift: false) }
}

struct LiftHoldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lift-hold", abstract: "Lift the hold of a lot.",
    discussion: "Needs the running daemon and a person with the right \"disposition\".")

  @OptionGroup var hold: HoldOptions

  func run() async throws { try await hold.send(lift: true) }
}

/// What both hold commands ask for.
struct HoldOptions: ParsableArguments {
  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The lot number as it stands on the label.")
  var lot: String

  @Option(help: "The id of the person who decides.")
  var person: String

  @Option(help: "Why, in a few words.")
  var reason: String

  func send(lift: Bool) async throws {
    try await reporting {
      let request = HoldRequest(
        lot: try lotNumber(lot), person: try identifier(person, "person id"), reason: reason, lift: lift)
      let answer = try ControlSocket.client(options).hold(request)
      guard answer.accepted else { throw CommandFailure(answer.english + "\n" + answer.chinese, EX_NOPERM) }
      printLine(answer.english + " / " + answer.chinese)
    }
  }
}
