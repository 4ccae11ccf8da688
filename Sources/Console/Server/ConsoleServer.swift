import Hummingbird
public import Logging
import ServiceLifecycle
import Synchronization

/// Serves the local interface of the daemon on a UNIX domain socket that only its own account may use.
public struct ConsoleServer: Sendable {
  let socketPath: String
  let screens: ScreenAddress?
  let screenBounds: ScreenBounds
  let ports: ConsolePorts
  let heartbeat: Duration
  let logger: Logger

  /// - Parameters:
  ///   - socketPath: where the socket appears, at most 107 bytes; its folder must exist.
  ///   - screens: where screens at the stations may read feedback over TCP; nil: nowhere.
  ///   - heartbeat: longest silence of a stream.
  public init(
    socketPath: String, screens: ScreenAddress? = nil, screenBounds: ScreenBounds = ScreenBounds(),
    ports: ConsolePorts, heartbeat: Duration = .seconds(15), logger: Logger = Logger(label: "lotwire.console")
  ) {
    self.socketPath = socketPath
    self.screens = screens
    self.screenBounds = screenBounds
    self.ports = ports
    self.heartbeat = heartbeat
    self.logger = logger
  }

  /// How long a client may hold up the end of the server.
  static let patienceSeconds = 5

  /// Serves until the task is cancelled or the surrounding service group shuts down; then removes the socket.
  ///
  /// - Parameters:
  ///   - onReady: called once the socket can be used.
  ///   - onScreensReady: called once screens can connect, with the port.
  /// - Throws: `ConsoleFault` where the socket cannot be opened.
  public func run(
    onReady: @escaping @Sendable () -> Void = {}, onScreensReady: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    let file = try SocketFile(path: socketPath)
    try file.prepare()
    defer { file.remove() }
    let publication = Mutex<ConsoleFault?>(nil)
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let routes = ConsoleRoutes(ports: ports, heartbeat: heartbeat)
    let application = Application(
      router: routes.router(),
      configuration: .init(address: .unixDomainSocket(path: file.bindPath)),
      onServerRunning: { channel in
        do throws(ConsoleFault) {
          try file.publish()
          onReady()
        } catch {
          publication.withLock { $0 = error }
          channel.close(promise: nil)
        }
      },
      logger: quiet)
    var services: [any Service] = [application]
    if let screens { services.append(try screens.service(routes, screenBounds, quiet, onScreensReady)) }
    var lifecycle = ServiceGroupConfiguration(services: services, logger: quiet)
    lifecycle.maximumGracefulShutdownDuration = .seconds(Self.patienceSeconds)
    try await Self.runUntilCancelled(ServiceGroup(configuration: lifecycle))
    if let fault = publication.withLock({ $0 }) { throw fault }
  }

  /// Turns cancellation into a graceful shutdown: a server channel that is torn down while a connection arrives traps
  /// in SwiftNIO ("Deinited NIOAsyncWriter without calling finish"), and that would be the end of the whole daemon.
  private static func runUntilCancelled(_ group: ServiceGroup) async throws {
    let server = Task { try await group.run() }
    try await withTaskCancellationHandler {
      try await server.value
    } onCancel: {
      Task { await group.triggerGracefulShutdown() }
    }
  }
}
