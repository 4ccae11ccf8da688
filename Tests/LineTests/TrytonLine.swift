import Foundation
import GRDB
import Harness
import Ledger
import Shopfloor

/// The whole daemon with a real Tryton: a dock, a heat sealer and an inspection table, a scanner at each.
final class TrytonLine {
  static let lot = "WO-4711"
  private static let stations = ["dock", "sealer-1", "inspection-1"]

  let folder: TemporaryFolder
  let server: TrytonServer
  private let plc: PLCSimulator
  private let scanners: [String: MaterialDayScanner]
  private let user: String
  private var daemon: ChildProcess?
  /// Each start has a log of its own.
  private var starts = 0

  init(user: TrytonServer.User = TrytonServer.integration) throws {
    folder = try TemporaryFolder("tryton-line")
    server = try TrytonServer(folder: folder.file("tryton"))
    plc = try PLCSimulator(folder: folder.url, arguments: ["--port", "0", "--scenario", Self.scenario])
    let simulate = Self.program("simulate")
    var scanners: [String: MaterialDayScanner] = [:]
    for station in Self.stations {
      scanners[station] = try MaterialDayScanner(station: station, folder: folder.url, simulate: simulate)
    }
    self.scanners = scanners
    self.user = user.login
    try write(password: user.password)
    try configure()
    try allowStarvedCycles()
  }

  /// A cycle looks longer or shorter than it was where the simulator or the poll had to wait for the processor.
  private func allowStarvedCycles() throws {
    let look = server.client()
    for point in try look.search("quality.control.point", [["string", "=", "seal.duration"]], fields: ["id"]) {
      guard let id = point["id"] as? Int else { continue }
      try look.write("quality.control.point", id: id, ["tolerance_lower": 0.0, "tolerance_upper": 600.0])
    }
  }

  deinit {
    daemon?.end()
    server.stop()
  }

  func write(password: String) throws {
    let file = folder.file("password")
    try "\(password)\n".write(to: file, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
  }

  /// - Parameter warnings: of Tryton that are confirmed, from the next start of the daemon on.
  func configure(accepting warnings: [String] = []) throws {
    try """
    site: Suzhou
    line: Pouch line 1
    data: data
    profiles: \(Self.repository.appendingPathComponent("DeviceProfiles").path)
    devices:
      - name: plc-1
        profile: heat-sealer
        tcp: {host: 127.0.0.1, port: \(plc.ports.first ?? 0), unit: 1}
      - {name: scanner-dock, station: dock, serial: {path: tty-dock}}
      - {name: scanner-sealer, station: sealer-1, serial: {path: tty-sealer-1}}
      - {name: scanner-inspection, station: inspection-1, serial: {path: tty-inspection-1}}
    stations:
      - {name: dock, role: receipt}
      - name: sealer-1
        operation: sealing
        parameters:
          - {name: seal.temperature, device: plc-1, point: temperature}
          - {name: seal.pressure, device: plc-1, point: pressure}
          - {name: seal.cycle, device: plc-1, point: cycle}
        cycle: {parameter: seal.cycle}
        characteristics:
          - {name: seal.temperature.mean, of: seal.temperature, feature: mean, specification: {low: 170, high: 190}}
          - {name: seal.pressure.max, of: seal.pressure, feature: maximum, specification: {low: 2.5, high: 3.5}}
          - {name: seal.duration, of: seal.cycle, feature: duration, specification: {low: 0.5, high: 1.2}}
      - {name: inspection-1, operation: inspection}
    people:
      - {id: P-1, name: Li Wei, badge: BADGE-1, rights: [operate]}
      - {id: P-2, name: Ana, badge: BADGE-2, rights: [operate, acknowledge, disposition]}
    erp:
      tryton:
        url: \(server.address)
        database: factory
        user: \(user)
        password_file: password
        customer_supplied_category: Customer-supplied
        quarantine_location: QUA
        accept_warnings: [\(warnings.map { "\"\($0)\"" }.joined(separator: ", "))]
      poll_seconds: 0.5
    seal_after_seconds: 1

    """.write(to: folder.file("lotwire.yaml"), atomically: true, encoding: .utf8)
  }

  // MARK: The daemon

  func startDaemon() throws {
    starts += 1
    let child = try ChildProcess(
      name: "lotwire", path: Self.program("lotwire"), arguments: ["run", "--config", folder.file("lotwire.yaml").path],
      log: log)
    daemon = child
    try child.waitForLine(containing: "recording", patienceSeconds: 60)
  }

  private var log: URL { folder.file("daemon-\(starts).log") }

  func endDaemon() {
    daemon?.end()
    daemon = nil
  }

  /// Makes a stopped daemon's ledger one that never delivered anything and never asked the ERP for work.
  func forgetDeliveries() throws {
    let queue = try DatabaseQueue(path: ledgerFile.path)
    try queue.write { db in
      try db.execute(sql: "UPDATE outbox SET state = 'pending', next_attempt_at = 0, last_answer = NULL")
      try db.execute(sql: "DELETE FROM setting WHERE name = 'erp.cursor'")
    }
    try queue.close()
  }

  /// Makes a stopped daemon's ledger one that has everything that was delivered compared with the ERP at its next start.
  func forgetComparison() throws {
    let queue = try DatabaseQueue(path: ledgerFile.path)
    try queue.write { db in try db.execute(sql: "DELETE FROM setting WHERE name = 'erp.comparison'") }
    try queue.close()
  }

  func ask(_ words: [String]) throws -> (status: Int32, output: String) {
    try MaterialDayShell(program: Self.program("lotwire"), folder: folder.url).run(words)
  }

  func told(_ words: [String]) throws -> String {
    let answer = try ask(words)
    guard answer.status == 0 else {
      throw ChildProcess.Failure(description: "lotwire \(words.joined(separator: " ")): \(answer.output)")
    }
    return answer.output
  }

  func ledger<Value>(_ look: (LedgerReader) throws -> Value) throws -> Value {
    try look(LedgerReader(path: ledgerFile.path))
  }

  var ledgerFile: URL { folder.file("data").appendingPathComponent("lotwire.sqlite") }

  func scan(_ labels: [String], at station: String) throws {
    for label in labels {
      guard try scanners[station]?.scan(label) == true else {
        throw ChildProcess.Failure(description: "\(label) was refused at \(station)")
      }
    }
  }

  /// Puts the daemon's user into groups of Tryton, or takes it out of them.
  func groups(_ names: [String], _ action: String) throws {
    let look = server.client()
    let ids = try look.search("res.group", [["name", "in", names]], fields: ["id"]).compactMap { $0["id"] as? Int }
    let found = try look.search("res.user", [["login", "=", user]], fields: ["id"]).first?["id"] as? Int
    guard ids.count == names.count, let found else {
      throw ChildProcess.Failure(description: "the simulated Tryton has no groups \(names), or no user \(user)")
    }
    try look.write("res.user", id: found, ["groups": [[action, ids]]])
  }

  func rows(_ states: OutboxRow.State...) throws -> [OutboxRow] {
    try ledger { try $0.outboxRows(in: states, limit: 1_000) }
  }

  // MARK: A lot

  func waitForOrders() throws {
    try wait("the orders of the ERP come") {
      try ledger { try $0.events(about: .lot(LotNumber(stringLiteral: Self.lot))) }.count > 0
    }
  }

  /// From the receipt of the film to the inspected lot.
  ///
  /// - Parameter meanwhile: what is done while the lot is sealed.
  func makeLot(meanwhile: () throws -> Void = {}) throws {
    try waitForOrders()
    try scan(
      [
        "BADGE-1", "PO-55-1", "LOTWIRE:QUANTITY:500", "]d201040123450000161729123110F-2026-77", "LOTWIRE:END",
        "LOTWIRE:LEAVE",
      ], at: "dock")
    _ = try told(["release", "ML-000001", "--person", "P-2", "--reason", "certificate"])
    try scan(
      [
        "BADGE-1", Self.lot, "LOTWIRE:QUANTITY:260", "ML-000001", "LOTWIRE:QUANTITY:2000", "M-VALVE-1",
      ], at: "sealer-1")
    // Two cycles of the simulated sealer.
    Thread.sleep(forTimeInterval: 5)
    try meanwhile()
    try scan(["LOTWIRE:END", "LOTWIRE:LEAVE"], at: "sealer-1")
    _ = try told([
      "quantity", Self.lot, "--operation", "sealing", "--good", "1990", "--scrap", "10=WRINKLE", "--person", "P-1",
    ])
    try scan(["BADGE-1", Self.lot, "LOTWIRE:END", "LOTWIRE:LEAVE"], at: "inspection-1")
  }

  func waitUntilDelivered() throws {
    try wait("everything is delivered") {
      let backlog = try ledger { try $0.outboxBacklog() }
      let delivered = try ledger { try $0.outboxRows(in: [.delivered], limit: 1_000) }
      return delivered.contains { $0.kind == "batch-record" } && backlog.waitingRows == 0 && backlog.blockedRows == 0
    }
  }

  func wait(_ what: String, patienceSeconds: Double = 90, _ holds: () throws -> Bool) throws {
    guard try DeviceLine.becomes(patienceSeconds: patienceSeconds, holds) else {
      let open = try ledger { try $0.openOutboxRows(limit: 10) }.map { "\($0.kind) \($0.state) \($0.lastAnswer ?? "")" }
      throw ChildProcess.Failure(
        description: "not within \(Int(patienceSeconds)) s: \(what)\n\(open.joined(separator: "\n"))\n\(daemonWords)")
    }
  }

  private var daemonWords: String {
    let log = (try? String(contentsOf: log, encoding: .utf8)) ?? ""  // only decorates a failure
    return log.split(separator: "\n").suffix(15).joined(separator: "\n")
  }

  private static func program(_ name: String) -> String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(name).path
  }

  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static var scenario: String {
    repository.appendingPathComponent("Simulators/Scenarios/sealer-steady.yaml").path
  }
}
