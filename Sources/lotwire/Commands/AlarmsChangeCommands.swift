import ArgumentParser
import Console
import Devices
import Foundation
import Shopfloor

struct AlarmsShelveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shelve", abstract: "Put an alarm out of sight for a time; it comes back by itself.",
    discussion: """
      Needs a person with the right "acknowledge". How long is allowed stands in the configuration (alarms:).
      """)

  @OptionGroup var alarm: AlarmOptions

  @Option(help: "Why, in a few words.")
  var reason: String

  @Option(help: "For how many minutes.")
  var minutes: Double?

  @Option(help: "Until when: 2026-11-21T06:00:00Z, or with an offset like +08:00.")
  var until: String?

  func run() async throws {
    try await reporting {
      let end = try end(from: SystemClock().now().utc)
      try alarm.send { .shelve(alarm: $0, person: $1, reason: reason, until: end) }
    }
  }

  private func end(from now: Timestamp) throws -> Timestamp {
    switch (minutes, until) {
    case (let minutes?, nil):
      guard minutes > 0, minutes <= 1e6 else {
        throw CommandFailure("--minutes must be more than 0 and at most 1000000.", EX_USAGE)
      }
      return now.advanced(byMicroseconds: Int64(minutes * 60_000_000))
    case (nil, let until?): return try commandTime(until, "--until")
    case (nil, nil), (_?, _?): throw CommandFailure("Name one of --minutes and --until.", EX_USAGE)
    }
  }
}

struct AlarmsUnshelveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unshelve", abstract: "Bring a shelved alarm back before its time.",
    discussion: "Needs a person with the right \"acknowledge\".")

  @OptionGroup var alarm: AlarmOptions

  func run() async throws { try await reporting { try alarm.send { .unshelve(alarm: $0, person: $1) } } }
}

struct AlarmsStepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Record a step of an alarm's reaction plan.",
    discussion: """
      Needs a person with the right "operate" or "acknowledge". Steps are recorded in their order; the outcome of one that \
      was not done is "skipped: why".
      """)

  @OptionGroup var alarm: AlarmOptions

  @Argument(help: "The number of the step, from 1.")
  var step: Int

  @Option(help: "What was found or done.")
  var outcome: String

  func run() async throws {
    try await reporting {
      try alarm.send { .recordReactionStep(alarm: $0, step: step, person: $1, outcome: outcome) }
    }
  }
}

struct AlarmsServiceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "service", abstract: "Take a source of alarms out of service, or put it back.",
    discussion: """
      Needs a person with the right "quality". While a source is out of service its alarms are recorded and call nobody; \
      what a violated limit leads to (hold, stop, interlock) goes on.
      """)

  enum Direction: String, ExpressibleByArgument, CaseIterable { case out, into = "in" }

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case specification
    case alarmLimit = "alarm-limit"
    case controlSignal = "control-signal"
    case collection
    case erpDrift = "erp-drift"
    case erpAccess = "erp-access"

    var kind: Alarm.Kind {
      switch self {
      case .specification: .specification
      case .alarmLimit: .alarmLimit
      case .controlSignal: .controlSignal
      case .collection: .collection
      case .erpDrift: .erpDrift
      case .erpAccess: .erpAccess
      }
    }
  }

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "out or in.")
  var direction: Direction

  @Argument(help: "The station.")
  var station: String

  @Argument(help: "The parameter or characteristic.")
  var source: String

  @Option(help: "Which of its alarms: specification, alarm-limit, control-signal or collection.")
  var kind: Kind

  @Option(help: "The id of the person who decides.")
  var person: String

  @Option(help: "Why, in a few words.")
  var reason: String

  func run() async throws {
    try await reporting {
      let from = AlarmSource(station: try identifier(station, "station"), source: source, kind: kind.kind)
      try ControlSocket.client(options).tell(
        .changeService(
          from, isOutOfService: direction == .out, person: try identifier(person, "person id"), reason: reason))
    }
  }
}

/// What the commands for one alarm ask for.
struct AlarmOptions: ParsableArguments {
  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The alarm's id, as \"lotwire status\" shows it.")
  var alarm: String

  @Option(help: "The id of the person.")
  var person: String

  func send(_ command: (AlarmID, PersonID) -> AlarmCommand) throws {
    try ControlSocket.client(options).tell(
      command(try identifier(alarm, "alarm id"), try identifier(person, "person id")))
  }
}

extension ControlClient {
  /// Prints what the daemon says to it.
  fileprivate func tell(_ command: AlarmCommand) throws {
    let answer = try change(command)
    guard answer.accepted else { throw CommandFailure(answer.english + "\n" + answer.chinese, EX_NOPERM) }
    printLine(answer.english + " / " + answer.chinese)
  }
}
