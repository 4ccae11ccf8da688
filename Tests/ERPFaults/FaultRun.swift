import ERP
import Foundation
import Harness
import Synchronization

/// Many orders through a disturbed connection, a seed each, and what Tryton holds of them afterwards beside what it holds of
/// an order that nothing disturbed.
public struct FaultRun: Sendable {
  public struct Report: Sendable {
    public var seeds = 0
    public var calls = 0
    public var faults = 0
    /// Calls that reached the server twice.
    public var repeated = 0
    public var restarts = 0
    public var decisions = 0
    public var logIns = 0
    public var disturbedLogIns = 0
    /// Orders during which the password was wrong for a time.
    public var wrongPasswords = 0
    public var mostFailedLogIns = 0
    /// Orders made while the server was down for days.
    public var outageOrders = 0
    /// What was promised and did not hold; empty: everything held.
    public var broken: [String] = []

    mutating func add(_ other: Report) {
      seeds += other.seeds
      calls += other.calls
      faults += other.faults
      repeated += other.repeated
      restarts += other.restarts
      decisions += other.decisions
      logIns += other.logIns
      disturbedLogIns += other.disturbedLogIns
      wrongPasswords += other.wrongPasswords
      mostFailedLogIns = max(mostFailedLogIns, other.mostFailedLogIns)
      outageOrders += other.outageOrders
      broken += other.broken
    }

    /// Takes in what one server ended with, and says how far the run is.
    fileprivate mutating func add(_ ended: Report, of seeds: Int, _ say: (String) -> Void) {
      add(ended)
      say("\(self.seeds) of \(seeds) orders, \(calls) calls, \(broken.count) promises broken")
    }

    public var text: String {
      let end = broken.isEmpty ? "every object exists exactly once" : "\(broken.count) promises broken"
      return "\(seeds) orders, \(calls) calls, \(faults) of them disturbed (\(repeated) sent twice, \(restarts) with a "
        + "server that was killed), \(outageOrders) more after an outage of two days; \(logIns) log-ins "
        + "(\(disturbedLogIns) disturbed), \(wrongPasswords) times with a wrong password, at most \(mostFailedLogIns) "
        + "failed ones counted by the server; \(decisions) retries by a person; \(end)"
    }
  }

  public var firstSeed: UInt64
  public var seeds: Int
  /// Share of the calls that something happens to.
  public var faultRate: Double
  /// Whether the server itself is killed now and then.
  public var restartsServer: Bool
  /// Whether each server is down for days at the end, while orders are made.
  public var hasOutage: Bool
  public var say: @Sendable (String) -> Void
  /// What the exchange says of itself.
  public var tell: @Sendable (String) -> Void

  /// Orders of one database: more of them make every search in Tryton slower.
  static let ordersPerServer = 24
  static let fewOrders = 9

  public init(
    firstSeed: UInt64, seeds: Int, faultRate: Double = 0.08, restartsServer: Bool = true, hasOutage: Bool = true,
    say: @escaping @Sendable (String) -> Void = { _ in }, tell: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.tell = tell
    self.firstSeed = firstSeed
    self.seeds = seeds
    self.faultRate = faultRate
    self.restartsServer = restartsServer
    self.hasOutage = hasOutage
    self.say = say
  }

  static let faults: [HTTPFault] = [
    .refuseConnection, .cutBeforeServer, .cutBeforeServer, .cutBeforeAnswer, .cutBeforeAnswer, .cutBeforeAnswer,
    .cutInsideAnswer, .cutInsideAnswer, .delayRequest(milliseconds: 50), .delayAnswer(milliseconds: 50),
    .repeatRequest, .repeatRequest, .repeatRequest, .answer(status: 500), .answer(status: 502), .answer(status: 429),
    .answer(status: 413), .closeReusedConnection, .closeReusedConnection,
  ]
  static let logIn = "common.db.login"
  /// There are few log-ins: more of them are disturbed.
  static let logInFaultRate = 0.5

  /// - Parameter lines: so many servers with a line each work at the same time.
  public func run(lines: Int = 1) async throws -> Report {
    var groups: [[UInt64]] = []
    var next = 0
    let room = Self.ordersPerServer - 2 * FaultLine.Story.allCases.count
    while next < seeds {
      let count = min(seeds - next, room)
      groups.append((0..<count).map { firstSeed + UInt64(next + $0) })
      next += count
    }
    return try await withThrowingTaskGroup(of: Report.self) { running in
      var report = Report()
      for (place, numbers) in groups.enumerated() {
        if place >= lines, let ended = try await running.next() { report.add(ended, of: seeds, say) }
        running.addTask { try await run(numbers) }
      }
      for try await ended in running { report.add(ended, of: seeds, say) }
      return report
    }
  }

  /// One server, one line: an undisturbed order of each story first, then one order for each seed, and one of each story
  /// that was made while the server was away for two days.
  private func run(_ numbers: [UInt64]) async throws -> Report {
    var report = Report()
    let folder = try TemporaryFolder("erpfaults")
    let stories = FaultLine.Story.allCases.filter { story in numbers.contains { FaultLine.Story(seed: $0) == story } }
    // Two sizes only, so that the same database serves every run.
    let needed = stories.count * (hasOutage ? 2 : 1) + numbers.count
    let orders = needed <= Self.fewOrders ? Self.fewOrders : Self.ordersPerServer
    let box = try ServerBox(folder: folder.url.appendingPathComponent("tryton"), orders: orders)
    let proxy = HTTPFaultProxy(target: box.port, restart: { box.restart() })
    defer { proxy.stop() }
    let password = folder.file("password")
    try write(TrytonServer.integration.password, to: password)
    let line = try await FaultLine(folder: folder.url)
    let exchange = line.exchange(address: proxy.address, passwordFile: password, note: tell) {
      _ = proxy.waitUntilQuiet()
    }
    let running = Task { try await exchange.run() }
    do {
      var undisturbed: [FaultLine.Story: OrderPicture] = [:]
      var order = TrytonServer.firstAddedOrder
      for story in stories {
        let made = try await line.make(order: order, story)
        exchange.poke()
        _ = try await line.drain()
        let picture = try OrderPicture(of: made, in: box.look())
        report.broken += picture.faults.map { "undisturbed \(story): \($0)" }
        undisturbed[story] = picture
        order += 1
      }
      for seed in numbers {
        let story = FaultLine.Story(seed: seed)
        try await disturb(seed, order, story, undisturbed[story], (line, exchange, proxy, box, password), &report)
        order += 1
      }
      if hasOutage { try await outage(from: order, undisturbed, (line, exchange, proxy, box, password), &report) }
    } catch {
      report.broken.append("\(error)")
    }
    proxy.set { _ in .none }
    running.cancel()
    // What the exchange says at its end was reported while it ran.
    _ = try? await running.value
    line.stop()
    // The proxy's threads may hold the server longer than this run.
    box.stop()
    withExtendedLifetime(folder) {}
    return report
  }

  private typealias Parts = (
    line: FaultLine, exchange: ERPService, proxy: HTTPFaultProxy, box: ServerBox, password: URL
  )

  private func disturb(
    _ seed: UInt64, _ order: Int, _ story: FaultLine.Story, _ undisturbed: OrderPicture?, _ parts: Parts,
    _ report: inout Report
  ) async throws {
    let (line, exchange, proxy, box, password) = parts
    proxy.forgetCalls()
    let dice = Mutex(HTTPFaultDice(seed: seed, faultRate: faultRate, faults: faults(of: seed)))
    let logInDice = Mutex(HTTPFaultDice(seed: ~seed, faultRate: Self.logInFaultRate, faults: Self.faults))
    proxy.set { call in
      let drawn = call.method == Self.logIn ? logInDice.withLock { $0.next() } : dice.withLock { $0.next() }
      return drawn.fitting(call)
    }
    // The ERP ends our session for some orders, so that log-ins are disturbed too; for some the password is wrong first.
    if seed % 3 == 0 { try box.endSessions() }
    let made = try await line.make(order: order, story)
    if seed % 9 == 0 { try await withWrongPassword(in: password, box, exchange, &report) }
    exchange.poke()
    do {
      try await drain(line, &report)
    } catch {
      let calls = proxy.calls.suffix(20).map { "\($0.number) \($0.method) \($0.fault)" }.joined(separator: ", ")
      throw FaultLine.Refused(
        description: "seed \(seed) (\(story)): \(error). The exchange says: "
          + "\(exchange.status().lastError ?? "nothing"). The last calls were: \(calls). The server complained last: "
          + box.complaints(12).joined(separator: " | "))
    }
    proxy.set { _ in .none }
    guard proxy.waitUntilQuiet() else { throw FaultLine.Refused(description: "seed \(seed): a call never ended") }
    let calls = proxy.calls
    report.seeds += 1
    report.calls += calls.count
    report.faults += calls.count { $0.fault != .none }
    report.repeated += calls.count { $0.forwarded > 1 }
    report.restarts += calls.count { $0.fault == .restartServer }
    report.disturbedLogIns += calls.count { $0.method == Self.logIn && $0.fault != .none }
    report.logIns += calls.count { $0.method == Self.logIn }
    let look = box.look()
    try countFailedLogIns(box, &report)
    let picture = try OrderPicture(of: made, in: look)
    var broken = picture.faults
    if let undisturbed { broken += picture.difference(to: undisturbed) }
    report.broken += broken.map { "seed \(seed) (\(story)): \($0)" }
    if !broken.isEmpty {
      let story = calls.filter { $0.fault != .none }.map { "\($0.number) \($0.method) \($0.fault)" }
      say("seed \(seed) broke \(broken.count) promises; disturbed were: \(story.joined(separator: ", "))")
    }
  }

  private func drain(_ line: FaultLine, _ report: inout Report) async throws {
    let decisions = try await line.drain()
    report.decisions += decisions.count
    for decision in decisions { say("tried again by a person: \(decision)") }
  }

  /// A wrong password stands in the file for several rounds of the exchange, and is mended.
  private func withWrongPassword(
    in file: URL, _ box: ServerBox, _ exchange: ERPService, _ report: inout Report
  ) async throws {
    try write("not-\(TrytonServer.integration.password)", to: file)
    let deadline = Date().addingTimeInterval(30)
    repeat {
      // Once more each time: a log-in that was on its way with the right password may have opened another session.
      try box.endSessions()
      exchange.poke()
      try await Task.sleep(for: .milliseconds(500))
    } while try box.refusedLogIns() == 0 && Date() < deadline
    try await Task.sleep(for: .seconds(2))
    if try box.refusedLogIns() == 0 { report.broken.append("a wrong password was not tried in 30 s") }
    try countFailedLogIns(box, &report)
    report.wrongPasswords += 1
    try write(TrytonServer.integration.password, to: file)
  }

  private func countFailedLogIns(_ box: ServerBox, _ report: inout Report) throws {
    let failed = try box.refusedLogIns()
    report.mostFailedLogIns = max(report.mostFailedLogIns, failed)
    if failed >= 5 { report.broken.append("\(failed) failed log-ins lock the account") }
  }

  private func write(_ password: String, to file: URL) throws {
    try Data("\(password)\n".utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
  }

  /// The server is down while an order of each story is made on three days, and comes back.
  private func outage(
    from first: Int, _ undisturbed: [FaultLine.Story: OrderPicture], _ parts: Parts, _ report: inout Report
  ) async throws {
    let (line, exchange, proxy, box, _) = parts
    guard proxy.waitUntilQuiet() else { throw FaultLine.Refused(description: "a call never ended") }
    box.kill()
    var made: [(FaultLine.Story, FaultLine.Made)] = []
    for (place, story) in undisturbed.keys.sorted(by: { $0.rawValue < $1.rawValue }).enumerated() {
      if place > 0 { line.clock.work(microseconds: 24 * 3_600_000_000) }
      made.append((story, try await line.make(order: first + place, story)))
    }
    box.restart()
    exchange.poke()
    try await drain(line, &report)
    for (story, made) in made {
      report.outageOrders += 1
      let picture = try OrderPicture(of: made, in: box.look())
      let broken = picture.faults + (undisturbed[story].map { picture.difference(to: $0) } ?? [])
      report.broken += broken.map { "after the outage (\(story)): \($0)" }
    }
  }

  /// The short faults, and for some seeds one of the long ones.
  private func faults(of seed: UInt64) -> [HTTPFault] {
    let long: [HTTPFault] = restartsServer ? [.restartServer, .delayAnswer(milliseconds: 3_300)] : []
    return seed % 4 == 0 ? Self.faults + long : Self.faults
  }
}

/// The server, restarted by the proxy's threads and looked into by the run.
final class ServerBox: Sendable {
  let port: Int
  private let server: Mutex<TrytonServer>

  init(folder: URL, orders: Int) throws {
    let started = try TrytonServer(folder: folder, orders: orders)
    port = started.port
    server = Mutex(started)
  }

  func restart() {
    server.withLock { server in
      server.killNow()
      do { try server.restart() } catch { preconditionFailure("trytond does not come back: \(error)") }
    }
  }

  func kill() { server.withLock { $0.killNow() } }

  func stop() { server.withLock { $0.stop() } }

  /// An administrator sets the password of the daemon's user anew, to the same: Tryton ends the user's sessions.
  func endSessions() throws {
    let look = look()
    guard
      let user = try look.search("res.user", [["login", "=", TrytonServer.integration.login]], fields: ["id"]).first,
      let id = user["id"] as? Int
    else { throw FaultLine.Refused(description: "the administrator does not see the daemon's user") }
    try look.write("res.user", id: id, ["password": TrytonServer.integration.password])
  }

  func refusedLogIns() throws -> Int { try server.withLock { try $0.refusedLogIns(of: "lotwire") } }

  func look() -> TrytonClient { TrytonClient(port: port) }

  /// The last lines of the server's log that are no requests.
  func complaints(_ count: Int) -> [String] {
    // A log that cannot be read takes nothing from a failure that is known already.
    let lines = server.withLock { try? $0.logLines() } ?? []
    return Array(lines.filter { !$0.contains(" INFO ") }.suffix(count))
  }
}

extension HTTPFault {
  /// A middle box that finds a request too large says so of large ones.
  fileprivate func fitting(_ call: HTTPCall) -> HTTPFault {
    self == .answer(status: 413) && call.method != "model.ir.attachment.create" ? .answer(status: 503) : self
  }
}
