import ArgumentParser
import Foundation
import Hummingbird
import Logging
import NIOCore

struct SimulateERP: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erp",
    abstract: "An ERP with released work and a record archive behind a small JSON interface.",
    discussion: """
      Keeps its records as files in the data folder and survives being killed; says a line for each that it takes. GET
      /stock and GET /reports count what movements and production reports said. Stop it with SIGTERM.
      """)

  @Option(help: "TCP port on 127.0.0.1; 0 takes a free one, which is printed.")
  var port = 0

  @Option(help: "Folder for the records it was given.")
  var data: String

  @Option(help: "YAML file with orders, material lots, token, key of signed requests and faults.")
  var scenario: String?

  func run() async throws {
    var read = ERPScenario()
    if let scenario {
      read = try ERPScenario.read(String(contentsOfFile: scenario, encoding: .utf8), file: scenario)
    }
    let shelf = try RecordShelf(folder: URL(fileURLWithPath: data, isDirectory: true), faults: read.faults)
    let interface = ERPInterface(scenario: read, shelf: shelf)
    var logger = Logger(label: "simulate.erp") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .error
    let application = Application(
      router: interface.router(),
      configuration: .init(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { channel in
        let line = "simulate erp: listening on 127.0.0.1:\(channel.localAddress?.port ?? 0)\n"
        FileHandle.standardOutput.write(Data(line.utf8))
      },
      logger: logger)
    try await application.runService()
  }
}
