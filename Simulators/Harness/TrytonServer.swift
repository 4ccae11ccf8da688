public import Foundation

/// A real Tryton on a free loopback port, with its own copy of the simulated factory.
///
/// The server is Tryton's built-in one, for tests only. It is ended by its own pid.
public final class TrytonServer {
  public struct User: Sendable {
    public var login: String
    public var password: String

    public init(login: String, password: String) {
      self.login = login
      self.password = password
    }
  }

  public static let administrator = User(login: "admin", password: TrytonFactory.administratorPassword)
  /// The daemon's: groups Stock, Production, Quality, Purchase.
  public static let integration = User(login: "lotwire", password: "pouch-line-7")
  /// May log in and is in no group.
  public static let visitor = User(login: "guest", password: "visitor-only-3")
  public static let database = TrytonFactory.database

  public let factory: TrytonFactory
  public let folder: URL
  /// Stays over restarts.
  public private(set) var port: Int
  private var process: ChildProcess?
  private let orders: Int
  private let log: URL

  /// Copies the factory into the folder and starts the server; makes the factory first where nobody has yet.
  ///
  /// - Parameter orders: so many orders of one lot more: WO-5000, WO-5001 …, each with a purchase PO-5000, PO-5001 …
  public init(folder: URL, factory: TrytonFactory = TrytonFactory(), orders: Int = 0) throws {
    self.factory = factory
    self.folder = folder
    port = freeLoopbackPort()
    log = folder.appendingPathComponent("trytond.log")
    self.orders = orders
    try factory.copy(into: folder, orders: orders)
    try start(mayMove: true)
  }

  public static let firstAddedOrder = TrytonFactory.firstAddedOrder
  /// Another program may take the port between our look and trytond's bind.
  private static let maximumStarts = 5
  private static let startSeconds = 120.0

  public var address: String { "http://127.0.0.1:\(port)" }
  private var configuration: URL { folder.appendingPathComponent("trytond.conf") }

  // MARK: Its life

  /// Of the server that runs now; nil where none does.
  public var processIdentifier: Int32? { process?.processIdentifier }

  /// Asks the server to end, and waits.
  public func stop() {
    process?.end()
    process = nil
  }

  /// Ends the server at once, in mid-call where one is running.
  public func killNow() {
    process?.killNow()
    process = nil
  }

  /// Starts the server again, on the same port and database.
  public func restart() throws {
    stop()
    try start(mayMove: false)
  }

  /// Puts the pristine database back and starts the server on it.
  public func reset() throws {
    stop()
    try factory.copy(into: folder, orders: orders)
    try start(mayMove: false)
  }

  deinit { stop() }

  private func start(mayMove: Bool) throws {
    for attempt in 1...Self.maximumStarts {
      try writeConfiguration()
      let started = try ChildProcess(
        name: "trytond", path: factory.program("python"),
        arguments: [factory.program("trytond"), "-v", "-c", configuration.path, "-d", Self.database],
        log: log, environment: ["PYTHONDONTWRITEBYTECODE": "1"])
      process = started
      if try isReady(started) { return }
      process = nil
      guard attempt < Self.maximumStarts else { break }
      if mayMove { port = freeLoopbackPort() } else { usleep(200_000) }
    }
    throw ChildProcess.Failure(description: "trytond does not start; see \(log.path)")
  }

  /// Waits until this server, and no other on the port, answers. False: it ended by itself.
  private func isReady(_ started: ChildProcess) throws -> Bool {
    let deadline = Date().addingTimeInterval(Self.startSeconds)
    while started.isRunning {
      // No answer yet is what the loop waits out.
      if let version = try? TrytonClient(port: port, user: nil).call("common.server.version", []) as? String {
        // The process that cannot bind takes a moment to end: a stranger may have answered.
        if started.isRunning, version.hasPrefix("8.0"), listens(started.processIdentifier) { return true }
      }
      guard Date() < deadline else {
        throw ChildProcess.Failure(description: "trytond is not ready after \(Self.startSeconds) s; see \(log.path)")
      }
      usleep(50_000)
    }
    return false
  }

  /// Whether a socket that listens on our port is the process's own.
  private func listens(_ pid: Int32) -> Bool {
    guard let table = try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8) else {  // not Linux's own: no
      return false
    }
    let place = "0100007F:" + String(format: "%04X", port)
    let sockets = table.split(separator: "\n").compactMap { line -> String? in
      let fields = line.split(separator: " ")
      return fields.count > 9 && fields[1] == place && fields[3] == "0A" ? "socket:[\(fields[9])]" : nil
    }
    let descriptors = "/proc/\(pid)/fd"
    // A process that has just ended listens nowhere.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: descriptors)) ?? []
    return names.contains { name in
      // A descriptor that was closed meanwhile is none.
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\(name)") else {
        return false
      }
      return sockets.contains(target)
    }
  }

  private func writeConfiguration() throws {
    try TrytonFactory.configuration(folder: folder, port: port)
      .write(to: configuration, atomically: true, encoding: .utf8)
  }

  // MARK: Looking at it

  /// A client of its own, which shares no code with the daemon's.
  ///
  /// - Parameter proxyPort: where it asks instead of at the server itself.
  public func client(_ user: User = TrytonServer.administrator, through proxyPort: Int? = nil) -> TrytonClient {
    TrytonClient(port: proxyPort ?? port, user: user)
  }

  /// Every row of the business, a line each.
  public func dump() throws -> [String] { try factory.dump(of: folder) }

  /// How many refused log-ins of a user Tryton counts: with the fifth, the account is locked.
  public func refusedLogIns(of login: String) throws -> Int { try factory.refusedLogIns(of: login, in: folder) }

  /// What the server said, request by request.
  public func logLines() throws -> [String] {
    try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// Resident memory of the server; nil while it is not running.
  public var residentKilobytes: Int? {
    guard let process else { return nil }
    let status = "/proc/\(process.processIdentifier)/status"
    // A server that has just ended holds nothing.
    guard let status = try? String(contentsOfFile: status, encoding: .utf8) else { return nil }
    return status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }?
      .split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }
  }
}
