import Hummingbird
public import Logging
import Synchronization

/// Serves the local interface of the daemon on a UNIX domain socket that only its own account may use.
public struct ConsoleServer: Sendable {
  let socketPath: String
  let ports: ConsolePorts
  let logger: Logger

  /// - Parameter socketPath: where the socket appears, at most 107 bytes; its folder must exist.
  public init(socketPath: String, ports: ConsolePorts, logger: Logger = Logger(label: "lotwire.console")) {
    self.socketPath = socketPath
    self.ports = ports
    self.logger = logger
  }

  /// Serves until the task is cancelled or the surrounding service group shuts down; then removes the socket.
  ///
  /// - Parameter onReady: called once the socket can be used.
  /// - Throws: `ConsoleFault` where the socket cannot be opened.
  public func run(onReady: @escaping @Sendable () -> Void = {}) async throws {
    let file = try SocketFile(path: socketPath)
    try file.prepare()
    defer { file.remove() }
    let publication = Mutex<ConsoleFault?>(nil)
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let application = Application(
      router: ConsoleRoutes(ports: ports).router(),
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
    try await application.run()
    if let fault = publication.withLock({ $0 }) { throw fault }
  }
}
