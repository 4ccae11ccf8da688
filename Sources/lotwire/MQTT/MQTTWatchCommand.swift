import ArgumentParser
import Devices
import Foundation
import Glibc
import MQTT
import Shopfloor

struct MQTTWatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Show topics, rates and what can be made of the messages. Nothing is recorded.",
    discussion: """
      Under a client id of its own and with a clean session, so a recording daemon does not notice:
        lotwire mqtt watch
        lotwire mqtt watch --host 192.168.1.5 --topic 'cleanroom/#' --seconds 60
      What the configuration maps is shown as it would be recorded; the rest as what it looks like. Writes a proposal for
      lotwire.yaml, with remarks on what a person must decide:
        lotwire mqtt watch --host 192.168.1.5 --seconds 60 --proposal found.yaml
        lotwire mqtt watch --host 192.168.1.5 --home-assistant --proposal found.yaml
        lotwire mqtt watch --host 192.168.1.5 --sparkplug --rebirth --proposal found.yaml
      """)

  @OptionGroup var broker: BrokerOptions

  @Option(name: .customLong("topic"), help: "Topic filter; may be given several times. Without it, everything (#).")
  var topics: [String] = []

  @Option(help: "Seconds after which to end; 0: at Ctrl-C.")
  var seconds = 10.0

  @Flag(help: "As JSON, for programs.")
  var json = false

  @Option(help: "Write a proposal for lotwire.yaml into this new file.")
  var proposal: String?

  @Flag(help: "Read the definitions that devices announce to Home Assistant.")
  var homeAssistant = false

  @Option(help: "Where the definitions are.")
  var prefix = "homeassistant"

  @Flag(help: "Show the births and values of Sparkplug B.")
  var sparkplug = false

  @Flag(help: "Ask Sparkplug edge nodes for their births, once each: a command to them.")
  var rebirth = false

  func run() async throws {
    try await reporting {
      try check()
      let chosen = try broker.chosen()
      if homeAssistant {
        try await HomeAssistantWatch(command: self, chosen: chosen).run()
      } else if sparkplug {
        try await SparkplugWatch(command: self, chosen: chosen).run()
      } else {
        try await topicWatch(chosen)
      }
    }
  }

  private func check() throws {
    if homeAssistant && sparkplug {
      throw CommandFailure("--home-assistant and --sparkplug read different things. Write one of them.", EX_USAGE)
    }
    if rebirth && !sparkplug { throw CommandFailure("--rebirth needs --sparkplug.", EX_USAGE) }
    if !topics.isEmpty && (homeAssistant || sparkplug) {
      throw CommandFailure("--topic does not go with --home-assistant or --sparkplug, which have their own.", EX_USAGE)
    }
    guard seconds >= 0, seconds <= 86_400 else {
      throw CommandFailure("--seconds must be 0 to 86400.", EX_USAGE)
    }
    if let proposal, FileManager.default.fileExists(atPath: proposal) {
      throw CommandFailure("\(proposal) is there already and is not overwritten. Name a new file.", EX_CANTCREAT)
    }
  }

  func observer(_ chosen: BrokerOptions.Chosen, _ filters: [String]) throws -> OpenObserver {
    OpenObserver(
      connection: chosen.connection, filters: try filters.map(Self.filter), seconds: seconds == 0 ? nil : seconds)
  }

  private static func filter(_ text: String) throws -> TopicFilter {
    do throws(TopicFilterFault) {
      return try TopicFilter(text)
    } catch {
      throw CommandFailure("--topic \"\(displayable(text))\" cannot be subscribed to: \(error).", EX_USAGE)
    }
  }

  private func topicWatch(_ chosen: BrokerOptions.Chosen) async throws {
    var census = TopicCensus(
      devices: chosen.devices.map {
        WatchedDevice(name: $0.name, mappings: $0.mappings, availability: $0.availability)
      })
    var screen = LiveScreen(isLive: !json)
    let refused = try await observer(chosen, topics.isEmpty ? ["#"] : topics).watch { _, messages in
      census.note(messages)
      screen.show { TopicTable(census: census, chosen: chosen).text(rows: $0) }
    }
    screen.end()
    for topic in refused { printError("The broker does not let us read \(topic).") }
    if json {
      printLine(try TopicDocument(census).json)
    } else {
      printLine(TopicTable(census: census, chosen: chosen).text(rows: nil))
    }
    let found = CensusProposal(census, besides: chosen.takenNames)
    try write(ProposalText(chosen: chosen, devices: found.devices, left: found.left))
  }

  /// Writes the proposal where one is wanted.
  func write(_ text: ProposalText) throws {
    guard let proposal else { return }
    do {
      try Data(text.text.utf8).write(to: URL(fileURLWithPath: proposal), options: .withoutOverwriting)
    } catch {
      throw CommandFailure("\(proposal) cannot be written: \(error.localizedDescription)", EX_CANTCREAT)
    }
    printError("\(proposal): \(text.summary)")
  }
}
