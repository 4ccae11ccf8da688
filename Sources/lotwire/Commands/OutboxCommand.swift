import ArgumentParser
import Console
import Foundation
import Ledger
import Shopfloor

struct OutboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outbox", abstract: "What the ERP is owed: list, look at, try again, set aside, compare.",
    discussion: """
      list and show read the ledger, with or without a running daemon. retry, set-aside and compare need the running
      daemon and a person with the right "disposition"; all three are recorded with the reason.
      """,
    subcommands: [
      OutboxListCommand.self, OutboxShowCommand.self, OutboxRetryCommand.self, OutboxSetAsideCommand.self,
      OutboxCompareCommand.self,
    ])
}

struct OutboxListCommand: AsyncParsableCommand {
  enum Choice: String, ExpressibleByArgument, CaseIterable {
    case open, blocked, waiting, refused, delivered, all
    case setAside = "set-aside"

    var states: [OutboxRow.State] {
      switch self {
      case .open: [.pending, .blocked, .refused]
      case .blocked: [.blocked]
      case .waiting: [.pending]
      case .refused: [.refused]
      case .setAside: [.setAside]
      case .delivered: [.delivered]
      case .all: [.pending, .blocked, .refused, .setAside, .delivered]
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The rows of the outbox, oldest first.")

  @OptionGroup var options: ConfigurationOption
  @OptionGroup var answer: AnswerOptions

  @Option(
    help: "blocked, waiting, refused, set-aside, delivered, all, or open: what somebody may have to look at.")
  var state = Choice.open

  @Option(help: "Most rows.")
  var limit = 1_000

  func run() async throws {
    try await reporting {
      let rows = try options.ledger().outboxRows(in: state.states, limit: try bound(limit))
      try answer.print(rows.map(OutboxLine.init)) { OutboxLine.table(rows, isCutOff: rows.count == limit, answer.time) }
    }
  }
}

struct OutboxShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One row: its content, what became of it, who decided what, and what to do next.")

  @OptionGroup var options: ConfigurationOption

  @Flag(help: "JSON instead of text.")
  var json = false

  @Argument(help: "The number of the row, or its key.")
  var row: String

  func run() async throws {
    try await reporting {
      let ledger = try options.ledger()
      let found = try Int64(row).map { try ledger.outboxRow($0) } ?? ledger.outboxRow(of: row)
      guard let found else {
        throw CommandFailure("The outbox has no row \"\(displayable(row))\".", EX_NOINPUT)
      }
      let account = OutboxAccount(
        found, content: try ledger.outboxPayload(of: found.id), history: try ledger.history(of: found))
      printLine(json ? try QueryTable.json(account) : account.text)
    }
  }
}

struct OutboxRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Try rows again now, after what stood in their way was put right.")

  @OptionGroup var decision: OutboxDecisionOptions

  func run() async throws { try await decision.send(.retry) }
}

struct OutboxSetAsideCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-aside",
    abstract: "Never send rows: the ERP was brought to the same state by hand, or they hold no longer.")

  @OptionGroup var decision: OutboxDecisionOptions

  func run() async throws { try await decision.send(.setAside) }
}

/// What the commands that decide about rows ask for.
struct OutboxDecisionOptions: ParsableArguments {
  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The numbers of the rows.")
  var rows: [Int64]

  @Option(help: "The id of the person who decides.")
  var person: String

  @Option(help: "Why, in a few words.")
  var reason: String

  func send(_ action: DeliveryDecision.Action) async throws {
    try await reporting {
      let request = DeliveryDecisionRequest(
        rows: rows, action: action, person: try identifier(person, "person id"), reason: reason)
      let answers = try ControlSocket.client(options).decide(request)
      for (row, answer) in zip(rows, answers) where answer.accepted {
        printLine("\(row): \(answer.english) / \(answer.chinese)")
      }
      let refused = answers.filter { !$0.accepted }
      guard refused.isEmpty else {
        throw CommandFailure(refused.map { $0.english + "\n" + $0.chinese }.joined(separator: "\n"), EX_NOPERM)
      }
    }
  }
}
