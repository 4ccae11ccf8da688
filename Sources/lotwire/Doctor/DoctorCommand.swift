import ArgumentParser
import Devices
import Foundation
import Shopfloor

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check what recording depends on, and say what to change.",
    discussion: """
      Looks at the configuration, the ledger's folder and every broker; disturbs nothing and changes nothing. With
      --probe every broker is also tried out: a session of its own, \(DoctorCommand.probeMessages) small messages to
      lotwire/doctor/…, and the session and messages are taken away again.
      Ends with 1 where there is a fault; a remark that only asks for attention is none.
      """)

  private static let probeMessages = BrokerQueueCheck.messages

  @OptionGroup var options: ConfigurationOption

  @Flag(help: "Try brokers out with messages of our own.")
  var probe = false

  @Option(help: "The settings of a mosquitto on this machine.")
  var mosquittoConf: String?

  @Option(help: "en or zh-CN; without it, both.")
  var language: String?

  @Flag(help: "As JSON, for programs.")
  var json = false

  func run() async throws {
    let findings = try await reporting {
      let language = try language.map(Self.language)
      let context = DoctorContext(
        configurationFile: options.file, plant: Self.plant(options), isProbing: probe,
        mosquittoFile: URL(fileURLWithPath: mosquittoConf ?? BrokerSettingsCheck.usualFile),
        isMosquittoFileNamed: mosquittoConf != nil, clock: SystemClock())
      var findings: [Finding] = []
      for check in DoctorChecks.all {
        let found = await check.findings(context)
        findings += found
        if !json { for finding in found { printLine(FindingText(finding, language: language).text) } }
      }
      if json {
        printLine(try FindingDocument(findings).json)
      } else {
        printLine(FindingText.summary(findings, language: language))
      }
      return findings
    }
    if findings.contains(where: { $0.severity == .fault }) { throw ExitCode(1) }
  }

  private static func language(_ text: String) throws -> Language {
    guard let language = Language(rawValue: text) else {
      throw CommandFailure("--language must be en or zh-CN, not \"\(displayable(text))\".", EX_USAGE)
    }
    return language
  }

  /// Nil where it has faults: the check of the configuration says which.
  private static func plant(_ options: ConfigurationOption) -> PlantConfiguration? {
    do {
      return try options.plant()
    } catch {
      return nil
    }
  }
}
