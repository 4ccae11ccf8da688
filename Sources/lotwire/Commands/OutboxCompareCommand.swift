import ArgumentParser
import Console
import Foundation
import Shopfloor

struct OutboxCompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare everything that was delivered with what the ERP holds, now.",
    discussion: """
      The daemon looks again at every delivery of the time that the configuration names (compare_days), from the oldest
      to the newest, between deliveries; nothing is repaired by itself. One goes on at a time: a request meanwhile joins
      it. Who asked and why is recorded, and what was found. Without --wait the command tells what the last comparison
      found. With --wait it ends with 0 where all agrees and with 2 where something differs or could not be compared.
      """)

  @OptionGroup var options: ConfigurationOption

  @Option(help: "The id of the person who asks.")
  var person: String

  @Option(help: "Why, in a few words.")
  var reason: String

  @Flag(help: "Wait for the end, and list what differs and what could not be compared.")
  var wait = false

  @Option(help: "With --wait: wait so many seconds at most; the comparison goes on without.")
  var seconds = 3_600

  /// The exit status where something differs or could not be compared.
  static let differencesFound: Int32 = 2

  func validate() throws {
    guard (1...86_400).contains(seconds) else { throw ValidationError("Wait 1 to 86400 seconds.") }
  }

  func run() async throws {
    let isClean: Bool? = try await reporting {
      let client = try ControlSocket.client(options)
      let asked = try client.compare(
        ComparisonWish(person: try identifier(person, "person id"), reason: reason))
      guard asked.answer.accepted else {
        throw CommandFailure(
          asked.answer.english + "\n" + asked.answer.chinese,
          asked.answer.code == "request.fault" ? EX_DATAERR : EX_NOPERM)
      }
      let words =
        asked.isJoined
        ? Words(
          "A comparison that was asked for before goes on; it answers this request too.", "先前请求的核对正在进行，其结果同样适用于本次请求。")
        : asked.answer.words
      printLine("\(words.english) / \(words.chinese)")
      let found = try await wait ? findings(of: asked.number, client) : client.comparison()
      guard let found else { throw CommandFailure("The daemon has no ERP.", EX_UNAVAILABLE) }
      let report = ComparisonReportText(found)
      printLine(report.text)
      return wait ? report.isClean : nil
    }
    if isClean == false { throw ExitCode(Self.differencesFound) }
  }

  /// Asks once a second.
  private func findings(of number: Int, _ client: ControlClient) async throws -> ComparisonFindings? {
    var told: String?
    for _ in 0..<seconds {
      guard let findings = try client.comparison() else { return nil }
      if findings.status.answered >= number { return findings }
      // The daemon was started again meanwhile: it knows nothing of the request.
      guard findings.status.askedFor >= number else {
        throw CommandFailure(
          "The daemon was started again; the request is forgotten. Ask again. / 守护进程已重新启动，请求已丢失，请重新请求。", EX_UNAVAILABLE)
      }
      if let problem = findings.status.problem, problem != told {
        told = problem
        printError("It waits / 等待中: \(displayable(problem, maximumCharacters: 1_000))")
      }
      try await Task.sleep(for: .seconds(1))
    }
    throw CommandFailure(
      "The comparison has not ended within \(seconds) s; it goes on. Look with \"lotwire status\". / "
        + "核对在 \(seconds) 秒内未结束，仍在继续。请用 “lotwire status” 查看。", EX_UNAVAILABLE)
  }
}
