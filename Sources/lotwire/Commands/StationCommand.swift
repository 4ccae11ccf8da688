import ArgumentParser
import Console
import Foundation
import Shopfloor

struct StationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "station", abstract: "Look at one station.", subcommands: [StationWatchCommand.self])
}

struct StationWatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Show every answer, alarm and hold of a station as it happens.",
    discussion: """
      Goes on when the connection is lost: what the daemon showed meanwhile is shown then. After a restart of the daemon \
      it goes on with what happens from there; what was shown before the stop is not shown again. Ctrl-C ends it.
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The station's name.")
  var station: String

  @Option(help: "en or zh-CN; without it, the language of the person at the station.")
  var language: String?

  @Flag(help: "As JSON, one line each, for programs.")
  var json = false

  /// Between two attempts to reach a daemon that is away.
  private static let pause: Duration = .seconds(1)

  func run() async throws {
    try await reporting {
      let name: StationName = try identifier(station, "station name")
      let client = FeedbackClient(socketPath: try options.plant().socketPath)
      let text = FeedbackText(language: try chosenLanguage(), style: isatty(STDOUT_FILENO) == 1 ? .colour : .plain)
      var last: Int64?
      var isAway = false
      while true {
        do {
          try client.watch(name, after: last, connected: { isAway = false }) { feedback in
            last = feedback.sequence
            printLine(json ? Self.json(feedback) : text.lines(feedback))
          }
        } catch ConsoleFault.refused(let code, let words)
          where code == Refusal.Code.stationUnknown.rawValue
        {
          throw CommandFailure(words.english + "\n" + words.chinese, EX_NOINPUT)
        } catch {
          if !isAway { printError("\(error) Waiting for it.") }
          isAway = true
        }
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  private func chosenLanguage() throws -> Language? {
    guard let language else { return nil }
    guard let known = Language(rawValue: language) else {
      throw CommandFailure("There is no language \"\(displayable(language))\". Write en or zh-CN.", EX_USAGE)
    }
    return known
  }

  private static func json(_ feedback: StationFeedback) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // It came as JSON a moment ago.
    return (try? encoder.encode(feedback)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
