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
    public var mostFailedLogIns = 0
    /// What was promised and did not hold; empty: everything held.
    public var broken: [String] = []

    public var text: String {
      """
      \(seeds) orders, \(calls) calls, \(faults) of them disturbed (\(repeated) sent twice, \(restarts) with a server that \
      was killed), \(logIns) log-ins, at most \(mostFailedLogIns) failed ones counted by the server, \(decisions) retries \
      by a person; \(broken.isEmpty ? "every object exists exactly once" : "\(broken.count) promises broken")
      """
    }
  }

  public var firstSeed: UInt64
  public var seeds: Int
  /// Share of the calls that something happens to.
  public var faultRate: Double
  /// Whether the server itself is killed now and then.
  public var restartsServer: Bool
  public var say: @Sendable (String) -> Void
  /// What the exchange says of itself.
  public var tell: @Sendable (String) -> Void

  /// Orders of one database: more of them make every search in Tryton slower.
  static let ordersPerServer = 24
  static let fewOrders = 9

  public init(
    firstSeed: UInt64, seeds: Int, faultRate: Double = 0.08, restartsServer: Bool = true,
    say: @escaping @Sendable (String) -> Void = { _ in }, tell: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.tell = tell
    self.firstSeed = firstSeed
    self.seeds = seeds
    self.faultRate = faultRate
    self.restartsServer = restartsServer
    self.say = say
  }

  static let faults: [HTTPFault] = [
    .refuseConnection, .cutBeforeServer, .cutBeforeServer, .cutBeforeAnswer, .cutBeforeAnswer, .cutBeforeAnswer,
    .cutInsideAnswer, .cutInsideAnswer, .delayRequest(milliseconds: 50), .delayAnswer(milliseconds: 50),
    .repeatRequest, .repeatRequest, .repeatRequest, .answer(status: 500), .answer(status: 502), .answer(status: 429),
    .answer(status: 413), .closeReusedConnection, .closeReusedConnection,
  ]
  /// One call in so many disturbed ones is longer under way than the client waits, or meets a server that is killed.
  static let longOnes = 60

  public func run() async throws -> Report {
    var report = Report()
    var next = 0
    while next < seeds {
      let count = min(seeds - next, Self.ordersPerServer - FaultLine.Story.allCases.count)
      let numbers = (0..<count).map { firstSeed + UInt64(next + $0) }
      try await run(numbers, &report)
      next += count
    }
    return report
  }

  /// One server, one line: an undisturbed order of each story first, then one order for each seed.
  private func run(_ numbers: [UInt64], _ report: inout Report) async throws {
    let folder = try TemporaryFolder("erpfaults")
    let stories = FaultLine.Story.allCases
    // Two sizes only, so that the same database serves every run.
    let needed = stories.count + numbers.count
    let orders = needed <= Self.fewOrders ? Self.fewOrders : Self.ordersPerServer
    let box = try ServerBox(folder: folder.url.appendingPathComponent("tryton"), orders: orders)
    let proxy = HTTPFaultProxy(target: box.port, restart: { box.restart() })
    defer { proxy.stop() }
    let password = folder.file("password")
    try "\(TrytonServer.integration.password)\n".write(to: password, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: password.path)
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
        let story = stories[Int(seed % UInt64(stories.count))]
        try await disturb(seed, order, story, undisturbed[story], (line, exchange, proxy, box), &report)
        order += 1
      }
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
  }

  private func disturb(
    _ seed: UInt64, _ order: Int, _ story: FaultLine.Story, _ undisturbed: OrderPicture?,
    _ parts: (line: FaultLine, exchange: ERPService, proxy: HTTPFaultProxy, box: ServerBox),
    _ report: inout Report
  ) async throws {
    let (line, exchange, proxy, box) = parts
    proxy.forgetCalls()
    let dice = Mutex(HTTPFaultDice(seed: seed, faultRate: faultRate, faults: faults(of: seed)))
    proxy.set { call in dice.withLock { $0.next() }.fitting(call) }
    let made = try await line.make(order: order, story)
    exchange.poke()
    report.decisions += try await line.drain()
    proxy.set { _ in .none }
    guard proxy.waitUntilQuiet() else { throw FaultLine.Refused(description: "seed \(seed): a call never ended") }
    let calls = proxy.calls
    report.seeds += 1
    report.calls += calls.count
    report.faults += calls.count { $0.fault != .none }
    report.repeated += calls.count { $0.forwarded > 1 }
    report.restarts += calls.count { $0.fault == .restartServer }
    report.logIns += calls.count { $0.method == "common.db.login" }
    let look = box.look()
    let failed = try box.refusedLogIns()
    report.mostFailedLogIns = max(report.mostFailedLogIns, failed)
    if failed >= 5 { report.broken.append("seed \(seed): \(failed) failed log-ins lock the account") }
    let picture = try OrderPicture(of: made, in: look)
    var broken = picture.faults
    if let undisturbed { broken += picture.difference(to: undisturbed) }
    report.broken += broken.map { "seed \(seed) (\(story)): \($0)" }
    if !broken.isEmpty {
      let story = calls.filter { $0.fault != .none }.map { "\($0.number) \($0.method) \($0.fault)" }
      say("seed \(seed) broke \(broken.count) promises; disturbed were: \(story.joined(separator: ", "))")
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

  func stop() { server.withLock { $0.stop() } }

  func refusedLogIns() throws -> Int { try server.withLock { try $0.refusedLogIns(of: "lotwire") } }

  func look() -> TrytonClient { TrytonClient(port: port) }
}

extension HTTPFault {
  /// A middle box that finds a request too large says so of large ones.
  fileprivate func fitting(_ call: HTTPCall) -> HTTPFault {
    self == .answer(status: 413) && call.method != "model.ir.attachment.create" ? .answer(status: 503) : self
  }
}
