import ArgumentParser
import Console
import Foundation
import Logging
import Shopfloor

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Record the line until SIGTERM or Ctrl-C.",
    discussion: """
      Opens the ledger, checks its chain, says what it found, and records. SIGHUP reads the configuration again; a
      faulty one is refused and the old one stays in force.
      """)

  @OptionGroup var options: ConfigurationOption

  func run() async throws {
    try await reporting {
      let plant = try options.plant()
      let allowed = OpenFiles.raise()
      let logger = Logger(label: "lotwire")
      if allowed < plant.modbusDevices.count + OpenFiles.ownUse {
        logger.warning(
          "more devices are configured than files and connections are allowed; set LimitNOFILE or ulimit -n higher",
          metadata: ["allowed": "\(allowed)", "devices": "\(plant.modbusDevices.count)"])
      }
      let daemon = try await Daemon(configurationFile: options.file, plant: plant, logger: logger)
      do {
        try await daemon.start()
      } catch {
        await daemon.stop()
        throw error
      }
      try await daemon.run()
    }
  }
}

struct CheckConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-config", abstract: "Check the configuration and every profile it names; change nothing.")

  @OptionGroup var options: ConfigurationOption

  func run() async throws {
    try await reporting {
      let plant = try options.plant()
      try DeviceSources.checkMessages(plant)
      let parameters = plant.stations.reduce(0) { $0 + $1.parameters.count }
      let devices = plant.modbusDevices.count + plant.mqttDevices.count + plant.sparkplugDevices.count
      printLine(
        "\(options.config) is fine: \(plant.stations.count) stations, \(parameters) parameters, "
          + "\(devices) devices, \(plant.scanners.count) scanners, "
          + "\(plant.people.count) people.")
    }
  }
}

struct ReloadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Let the running daemon read its configuration again.")

  @OptionGroup var options: ConfigurationOption

  func run() async throws {
    try await reporting {
      let answer = try ControlSocket.client(options).reload()
      guard answer.accepted else { throw CommandFailure(answer.text, EX_CONFIG) }
      printLine(answer.text)
    }
  }
}
