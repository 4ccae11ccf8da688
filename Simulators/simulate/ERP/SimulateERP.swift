import ArgumentParser

struct SimulateERP: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "erp")

  func run() async throws {}
}
