import ArgumentParser

struct MQTTCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mqtt", abstract: "Look at brokers: what comes, what it is, and how it could be read.",
    subcommands: [MQTTWatchCommand.self])
}
