import ArgumentParser
import Console
import Devices
import Foundation
import Ledger
import Shopfloor

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Control plans: import, compare, approve, withdraw, look at.",
    discussion: """
      A control plan says what a product is held to at the stations: characteristics, specification limits, charts and
      what to do when they alarm. One person imports a version, another approves it; from then on every run that starts
      pins it.
        lotwire plan check cp-7.yaml
        lotwire plan import cp-7.yaml --person P-3
        lotwire plan approve CP-7 --version 1 --person P-4
      """,
    subcommands: [
      PlanCheckCommand.self, PlanImportCommand.self, PlanApproveCommand.self, PlanWithdrawCommand.self,
      PlanListCommand.self, PlanShowCommand.self,
    ])
}

struct PlanCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read a control plan and compare it with the latest version in the ledger.")

  @OptionGroup var options: ConfigurationOption
  @Argument(help: "The control plan, YAML.") var file: String
  @Option(help: "Values a day of each characteristic, for the false alarms; measured from the ledger unless told.")
  var rate: Double?

  func run() async throws {
    try await reporting {
      let plan = try ControlPlanReader.read(URL(fileURLWithPath: file))
      defer { for line in forecast.lines(of: plan) { printLine(line) } }
      printLine("\(plan.number) version \(plan.version): \(plan.title)")
      printLine("digest \(PlanComparison.digest(of: plan))")
      guard let ledger = try ledgerIfAny() else {
        printLine("No ledger here: not compared with a version before.")
        return
      }
      let versions = try ControlPlanBook(ledger.controlPlanEvents())
      guard let former = versions.latest(plan.number) else {
        printLine("There is no version of \(plan.number) in the ledger yet.")
        return
      }
      printLine("Against version \(former.plan.version):")
      let changes = PlanComparison.changes(from: former.plan, to: plan)
      for change in changes { printLine("  " + change) }
      if changes.isEmpty { printLine("  nothing differs") }
    }
  }

  /// Without a line the document is still worth reading; a line that is there and faulty is said.
  private func ledgerIfAny() throws -> LedgerReader? {
    guard FileManager.default.fileExists(atPath: options.file.path) else { return nil }
    let path = try options.plant().ledgerPath
    return FileManager.default.fileExists(atPath: path) ? try LedgerReader(path: path) : nil
  }

  private var forecast: PlanForecast {
    PlanForecast { station, characteristic in
      if let rate { return rate }
      // Without a history there is no rate, and the forecast says so.
      guard let ledger = try? ledgerIfAny(),
        let chart = try? LedgerChart(ChartName("\(station)/\(characteristic.name)"), in: ledger)
      else { return nil }
      return SpcStudyCommand.pointsPerDay(chart)
    }
  }
}

struct PlanImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Bring a version of a control plan in; another person approves it.",
    discussion: """
      Needs the running daemon and a person with the right "quality". "lotwire plan check" shows before what differs and
      how many false alarms the charts will bring.
      """)

  @OptionGroup var options: ConfigurationOption
  @Argument(help: "The control plan, YAML.") var file: String
  @Option(help: "The id of the author.") var person: String

  func run() async throws {
    try await reporting {
      let plan = try ControlPlanReader.read(URL(fileURLWithPath: file))
      try options.send(
        .importPlan(plan, digest: "", author: try identifier(person, "person id"), changes: []))
    }
  }
}

struct PlanApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Approve a version: runs that start from then on are judged by it.",
    discussion: """
      Needs the running daemon and a person with the right "quality" who is not its author. An active run keeps the
      version it pinned; a plan that would take effect at once meanwhile is refused, unless --end-runs says that such runs
      end unfinished, so that their lots go on under the new version.
      """)

  @OptionGroup var target: PlanVersionOptions
  @Option(help: "From when on, such as 2026-12-01T06:00:00Z; without it, at once.") var from: String?
  @Flag(help: "End active runs that the new version would judge.") var endRuns = false

  func run() async throws {
    try await reporting {
      let time = try from.map { text in
        guard let time = Timestamp(iso8601: text) else {
          throw CommandFailure("\"\(text)\" is no time. Write it as 2026-12-01T06:00:00Z.", EX_USAGE)
        }
        return time
      }
      try target.options.send(
        .approve(
          number: try target.planNumber, version: target.version, person: try target.personID, effectiveFrom: time,
          endsRuns: endRuns))
    }
  }
}

struct PlanWithdrawCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw", abstract: "Withdraw a version: no further run pins it.",
    discussion: "Needs the running daemon and a person with the right \"quality\".")

  @OptionGroup var target: PlanVersionOptions
  @Option(help: "Why, in a few words.") var reason: String

  func run() async throws {
    try await reporting {
      try target.options.send(
        .withdraw(
          number: try target.planNumber, version: target.version, person: try target.personID, reason: reason))
    }
  }
}

struct PlanListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Every version of every control plan and where it stands.")

  @OptionGroup var options: ConfigurationOption

  func run() async throws {
    try await reporting {
      let book = ControlPlanBook(try options.ledger().controlPlanEvents())
      for entry in book.entries { printLine(entry.line) }
      if book.entries.isEmpty { printLine("No control plan was imported yet: lotwire plan import FILE --person P-3") }
    }
  }
}

struct PlanShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "A version as it stands in the ledger, and what changed against the one before.")

  @OptionGroup var options: ConfigurationOption
  @Argument(help: "The number of the control plan.") var number: String
  @Option(help: "The version; without it, the latest.") var version: Int?

  func run() async throws {
    try await reporting {
      let book = ControlPlanBook(try options.ledger().controlPlanEvents())
      let name: ControlPlanNumber = try identifier(number, "control plan number")
      guard
        let entry = book.entries.last(where: { $0.plan.number == name && $0.plan.version == version ?? $0.plan.version }
        )
      else {
        throw CommandFailure(
          "There is no such version of \(name). \"lotwire plan list\" shows what there is.", EX_NOINPUT)
      }
      printLine(entry.line)
      for change in entry.imported.changes { printLine("  " + change) }
      printLine(try PlanComparison.readableJSON(of: entry.plan))
    }
  }
}
