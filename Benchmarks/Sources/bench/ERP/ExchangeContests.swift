import ERP
import Foundation
import Harness
import Shopfloor

/// How fast the backlog of two days goes to a real Tryton, beside the least that bringing the same there costs, and what
/// an idle exchange costs.
struct ExchangeContests {
  let folder: String
  let repetitions: Int
  let lots: Int
  /// Seconds that the idle exchange is watched, at a question for work every fifth of a second.
  let idleSeconds: Double
  private var drained: [Drained] = []
  private var idle: Idle?

  private struct Drained {
    var rows: Int
    var seconds: Double
    var cpuSeconds: Double
    var calls: Int
    var writes: Int
    var plainSeconds: Double
    var plainCalls: Int
    var plainRefused: Int
  }

  private struct Idle {
    var polls: Double
    var calls: Double
    var cpuSeconds: Double
    /// Requests and answers with their heads, without those of TCP.
    var wireBytes: Double
  }

  init(folder: String, repetitions: Int, lots: Int, idleSeconds: Double) {
    self.folder = folder
    self.repetitions = repetitions
    self.lots = lots
    self.idleSeconds = idleSeconds
  }

  mutating func run() async throws {
    for repetition in 1...repetitions {
      Progress.note("erp: \(repetition) of \(repetitions)")
      drained.append(try await drain(repetition))
    }
    idle = try await watchIdle()
  }

  private func server(_ name: String) throws -> (server: TrytonServer, settings: TrytonSettings) {
    let place = URL(fileURLWithPath: folder).appendingPathComponent(name)
    let server = try TrytonServer(folder: place, orders: lots)
    let password = place.appendingPathComponent("password")
    try Data(TrytonServer.integration.password.utf8).write(to: password)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: password.path)
    return (
      server,
      TrytonSettings(
        baseURL: server.address, database: TrytonServer.database, user: TrytonServer.integration.login,
        passwordFile: password.path, operations: ["Sealing": "seal", "Inspection": "inspect"],
        quarantineLocation: "Quarantine")
    )
  }

  private func connector(_ calls: any TrytonCalls, _ link: TrytonLink, _ settings: TrytonSettings) -> TrytonConnector {
    TrytonConnector(
      calls: calls, settings: settings,
      fetch: { cursor throws(ERPFailure) in WorkUpdate(cursor: cursor) }, finish: { await link.close() })
  }

  private func drain(_ repetition: Int) async throws -> Drained {
    let ledger = folder + "/erp-\(repetition).sqlite"
    let rows = try ExchangeWorkload(lots: lots).fill(ledger)
    let (server, settings) = try server("tryton-\(repetition)")
    let link = TrytonLink(settings, journal: QuietJournal())
    let calls = RecordedCalls(link)
    let contestant = try ExchangeContestant(
      ledger: ledger, connector: connector(calls, link, settings), settings: ERPServiceSettings())
    defer { contestant.stop() }
    let watch = Stopwatch()
    let outcome = try await contestant.drain()
    let passed = watch.passed()
    guard outcome.delivered == rows, outcome.open == 0 else {
      throw BenchFault("of \(rows) rows \(outcome.delivered) were delivered, \(outcome.open) are open or were refused")
    }
    let done = try server.client().count("production", [["state", "=", "done"]])
    guard done == lots else { throw BenchFault("\(done) of \(lots) productions are done") }
    server.stop()
    let recorded = calls.calls
    let plain = try self.plain(recorded, "plain-\(repetition)")
    return Drained(
      rows: rows, seconds: passed.seconds, cpuSeconds: passed.cpuSeconds, calls: recorded.count,
      writes: recorded.count(where: \.writes), plainSeconds: plain.seconds, plainCalls: plain.calls,
      plainRefused: plain.refused)
  }

  /// The same writes again by a plain client, into a fresh copy of the same database.
  private func plain(
    _ calls: [RecordedCalls.Call], _ name: String
  ) throws -> (seconds: Double, calls: Int, refused: Int) {
    let (server, _) = try server(name)
    defer { server.stop() }
    let client = try PlainTrytonClient(
      port: server.port, user: TrytonServer.integration.login, password: TrytonServer.integration.password)
    let requests = try client.requests(for: calls)
    let watch = Stopwatch()
    var answers: [Data] = []
    for request in requests { answers.append(try client.send(request)) }
    let seconds = watch.passed().seconds
    let refused = answers.filter { $0.range(of: Data("\"error\":".utf8)) != nil }
    for answer in refused.prefix(3) { Progress.note("erp: \(String(decoding: answer.prefix(300), as: UTF8.self))") }
    let done = try server.client().count("production", [["state", "=", "done"]])
    guard done == lots else { throw BenchFault("the plain client brought \(done) of \(lots) productions to their end") }
    return (seconds, requests.count, refused.count)
  }

  /// With nothing to deliver.
  private func watchIdle() async throws -> Idle {
    let ledger = folder + "/erp-idle.sqlite"
    var (server, settings) = try server("tryton-idle")
    defer { server.stop() }
    let counter = HTTPFaultProxy(target: server.port)
    defer { counter.stop() }
    settings.baseURL = counter.address
    let link = TrytonLink(settings, journal: QuietJournal())
    let calls = RecordedCalls(link)
    let work = TrytonWork(calls: calls, settings: settings)
    let connector = TrytonConnector(
      calls: calls, settings: settings,
      fetch: { cursor throws(ERPFailure) in try await work.fetch(since: cursor) }, finish: { await link.close() })
    let contestant = try ExchangeContestant(
      ledger: ledger, connector: connector, settings: ERPServiceSettings(pollMicroseconds: 200_000))
    defer { contestant.stop() }
    // The first round takes over everything.
    let service = contestant.service
    let exchange = Task { try await service.run() }
    while contestant.service.status().state != .connected { try await Task.sleep(for: .milliseconds(50)) }
    try await Task.sleep(for: .seconds(2))
    let before = calls.calls.count
    counter.forgetCalls()
    let watch = Stopwatch()
    try await Task.sleep(for: .seconds(idleSeconds))
    let passed = watch.passed()
    let asked = calls.calls.dropFirst(before)
    let wireBytes = counter.calls.reduce(0) { $0 + $1.requestBytes + $1.answerBytes }
    exchange.cancel()
    try await exchange.value
    let polls = Double(
      max(1, asked.count { $0.method.hasPrefix("production.search") || $0.method.contains("product.product") }))
    return Idle(polls: polls, calls: Double(asked.count), cpuSeconds: passed.cpuSeconds, wireBytes: Double(wireBytes))
  }

  // MARK: Tables

  var text: String {
    var table = Table(
      columns: [
        "exchange", "rows", "rows/s", "plain rows/s", "ratio", "calls/row", "plain calls/row", "CPU ms/row",
      ], wordColumns: [0])
    let rows = Double(drained.first?.rows ?? 0)
    let ratios = drained.map { $0.plainSeconds / $0.seconds }
    table.rows.append([
      "two days without Tryton", "\(Int(rows))", number(drained.map { Double($0.rows) / $0.seconds }.median, 1),
      number(drained.map { Double($0.rows) / $0.plainSeconds }.median, 1), number(ratios.median, 2),
      number(drained.map { Double($0.calls) / Double($0.rows) }.median, 2),
      number(drained.map { Double($0.plainCalls) / Double($0.rows) }.median, 2),
      number(drained.map { $0.cpuSeconds * 1e3 / Double($0.rows) }.median, 2),
    ])
    var text = table.text
    let refused = drained.map(\.plainRefused).max() ?? 0
    if refused > 0 { text += "the plain client was refused \(refused) calls\n" }
    if let idle {
      text +=
        "idle, a question for work every 30 s: \(number(idle.calls / idle.polls * 120, 0)) calls, "
        + "\(number(idle.wireBytes / 1e3 / idle.polls * 120, 0)) kB and "
        + "\(number(idle.cpuSeconds * 1e3 / idle.polls * 120, 0)) ms of CPU an hour\n"
    }
    return "ERP\n" + text
  }
}
