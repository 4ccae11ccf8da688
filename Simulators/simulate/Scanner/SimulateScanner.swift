import ArgumentParser

struct SimulateScanner: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "scanner")

  func run() async throws {}
}
