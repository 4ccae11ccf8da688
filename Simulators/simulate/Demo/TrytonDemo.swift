import Foundation
import Harness

/// The demonstration with a real ERP: what was ordered there is made here, and stands there afterwards, with its record.
struct TrytonDemo {
  let plant: DemoPlant
  let interruption: Interruption

  private static let lot = "WO-4711"
  private static let patienceSeconds = 90.0

  func run() throws {
    try FileManager.default.createDirectory(at: plant.folder, withIntermediateDirectories: true)
    say("Setting up Tryton 8.0 with a small factory of medical devices (half a minute the first time) …")
    let server = try TrytonServer(
      folder: plant.folder.appendingPathComponent("tryton"), factory: TrytonFactory(repository: plant.resources))
    defer { server.stop() }
    try start(server)
    say("Tryton answers at \(server.address), the line runs in \(plant.folder.path). Ctrl-C ends it.\n")
    try work()
    say("The lot is completed; its record is sealed and goes to Tryton …")
    try waitForDelivery()
    let missing = try TrytonDemoReport(look: server.client(), plant: plant, lot: Self.lot, say: say).tell()
    plant.stop()
    server.stop()
    say("\nEverything is ended. The ledger, the record and the logs stay in \(plant.folder.path).")
    guard missing.isEmpty else {
      throw ChildProcess.Failure(description: "Tryton does not hold: " + missing.joined(separator: "; "))
    }
  }

  private func start(_ server: TrytonServer) throws {
    let password = plant.folder.appendingPathComponent("tryton-password")
    try "\(TrytonServer.integration.password)\n".write(to: password, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: password.path)
    let plc = try plant.simulate("plc", ["--port", "0", "--scenario", plant.scenario("sealer-steady")])
    let port = try DemoPlant.port(in: plc.waitForLine(containing: "listening on"))
    let text = TrytonDemoConfiguration(
      profiles: plant.resources.appendingPathComponent("DeviceProfiles").path, modbusPort: port,
      erpAddress: server.address, passwordFile: password.path
    ).text
    try text.write(to: plant.configuration, atomically: true, encoding: .utf8)
    let daemon = try plant.child("lotwire", ["run", "--config", plant.configuration.path])
    try daemon.waitForLine(containing: "recording")
  }

  // MARK: The day

  private func work() throws {
    try waitUntil("the work of the ERP has come") { try ask(["trace", Self.lot], mayFail: true) != nil }
    say("» The orders of Tryton are here. Goods arrive at the dock: 500 m of film for purchase PO-55-1.")
    try operate("dock")
    say(
      "» Ana Novak releases what quality has looked at: \(try ask(["release", "ML-000001", "--person", "P-2", "--reason", "certificate"]))"
    )
    say("» Li Wei seals the 2000 pouches of \(Self.lot) at sealer-1.")
    try operate("sealer-1")
    say(
      "» Li Wei counts: "
        + (try ask([
          "quantity", Self.lot, "--operation", "sealing", "--good", "1990", "--scrap", "10=WRINKLE", "--person", "P-1",
        ])))
    say("» Li Wei inspects them.")
    try operate("inspection-1")
  }

  /// Lets the scanner of a station read its script and waits for its end.
  private func operate(_ station: String) throws {
    let scanner = try plant.simulate(
      "scanner",
      [
        "--tty-link", plant.path("scanner-\(station)"), "--script", plant.scenario("tryton-\(station)"), "--journal",
        plant.path("scans-\(station).csv"),
      ], name: "scanner-\(station)")
    try scanner.waitForLine(containing: "ready on")
    guard try scanner.waitUntilExit(patienceSeconds: Self.patienceSeconds) == 0 else {
      throw ChildProcess.Failure(description: "the scans at \(station) went otherwise; see \(scanner.log.path)")
    }
  }

  private func waitForDelivery() throws {
    let record = plant.path("\(Self.lot).json")
    try waitUntil("the record is delivered") {
      try ask(["record", Self.lot, "--output", record], mayFail: true) != nil
        && ask(["outbox", "list", "--state", "delivered"]).contains("lotwire:record:\(Self.lot):")
    }
  }

  // MARK: Asking

  private func ask(_ words: [String]) throws -> String {
    try ask(words, mayFail: false) ?? ""
  }

  private func ask(_ words: [String], mayFail: Bool) throws -> String? {
    let answer = try plant.ask(words + ["--config", plant.configuration.path])
    guard answer.status != 0 else { return answer.text }
    if mayFail { return nil }
    throw ChildProcess.Failure(description: "lotwire \(words.joined(separator: " ")): \(answer.text)")
  }

  private func waitUntil(_ what: String, _ holds: () throws -> Bool) throws {
    let deadline = Date().addingTimeInterval(Self.patienceSeconds)
    while try !holds() {
      if let casualty = plant.casualty { throw ChildProcess.Failure(description: casualty) }
      guard !interruption.happened else { throw ChildProcess.Failure(description: "interrupted") }
      guard Date() < deadline else {
        throw ChildProcess.Failure(
          description: "not after \(Int(Self.patienceSeconds)) s: \(what); see the logs in \(plant.folder.path)")
      }
      interruption.wait(seconds: 0.3)
    }
  }

  private func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}
