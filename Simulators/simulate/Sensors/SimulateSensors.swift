import ArgumentParser

struct SimulateSensors: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "sensors")

  func run() async throws {}
}
