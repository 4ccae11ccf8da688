import ArgumentParser

struct SimulatePLC: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "plc")

  func run() async throws {}
}
