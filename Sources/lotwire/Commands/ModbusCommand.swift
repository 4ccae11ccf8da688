import ArgumentParser
import Devices
import Foundation
import Ledger
import Modbus
import Shopfloor

struct ModbusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modbus", abstract: "Plan, read and commission Modbus devices.",
    subcommands: [
      ModbusPlanCommand.self, ModbusReadCommand.self, CommissionCommand.self, ForgetLimitsCommand.self,
    ])
}

struct ModbusPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show how a device is asked: requests, bytes and expected time of each poll.",
    discussion: """
      Needs no daemon. What the driver learned about the device by being refused is taken from the ledger, where there is
      one, and is part of the plan.
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The device as the configuration names it.")
  var device: String

  @Flag(help: "As JSON, for programs.")
  var json = false

  func run() async throws {
    try await reporting {
      let plant = try options.plant()
      guard let entry = plant.modbusDevices.first(where: { $0.name.text == device }) else {
        let known = plant.modbusDevices.map(\.name.text).sorted().joined(separator: ", ")
        throw CommandFailure(
          "There is no Modbus device \"\(displayable(device))\" in \(options.config). Known are: \(known).", EX_USAGE)
      }
      let learned = try learned(plant, entry)
      let plan = DeviceSources.modbus(entry, MappedParameters(numbering: plant.plan), learned: learned)
      guard !plan.parameters.isEmpty else {
        printLine("\(entry.name): no parameter of a station uses a point of it, so nothing is asked.")
        return
      }
      let report = try ReadPlanReport(plan)
      guard json else { return printLine(report.description) }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      printLine(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
  }

  /// Nil where nothing was learned of this text of the profile, as before the first start of the daemon.
  private func learned(_ plant: PlantConfiguration, _ device: ModbusDeviceEntry) throws -> DeviceLimitsLearned? {
    guard FileManager.default.fileExists(atPath: plant.ledgerPath) else { return nil }
    let reader = try LedgerReader(path: plant.ledgerPath)
    let events = try reader.events(about: .device(device.name))
    for record in events.reversed() {
      if case .deviceLimitsLearned(let limits) = record.event {
        return limits.profileDigest == device.profileDigest ? limits : nil
      }
    }
    return nil
  }
}
