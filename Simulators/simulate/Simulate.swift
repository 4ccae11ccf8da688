import ArgumentParser

/// Stand-ins for the devices and the ERP around a line; each speaks the real protocol on a real socket, tty or broker.
@main
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Simulated devices and ERP for a Lotwire line: real protocols, seeded scenarios, faults on demand.",
    subcommands: [
      SimulatePLC.self, SimulateSensors.self, SimulateScanner.self, SimulateERP.self, SimulateDemo.self,
      SimulateLedger.self,
    ])
}
