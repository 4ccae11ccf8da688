import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// Where screens at the stations may read feedback over TCP. Only what changes nothing is served there.
public struct ScreenAddress: Hashable, Sendable {
  /// An IPv4 or IPv6 address of this machine, or its name.
  public var host: String
  public var port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads "127.0.0.1:8080" or "[::1]:8080". Port 0 takes a free one.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self.init(host: String(host), port: Int(port))
  }
}

extension ScreenAddress: CustomStringConvertible {
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ScreenAddress {
  /// A fault of this listener must not be one of the recorder: a port that is taken is logged, and tried again.
  func service(
    _ routes: ConsoleRoutes, _ bounds: ScreenBounds, _ logger: Logger, _ onReady: @escaping @Sendable (Int) -> Void
  ) throws -> any Service {
    ScreenService(address: self, routes: routes, bounds: bounds, logger: logger, onReady: onReady)
  }
}

/// Serves the screens until the group shuts down.
private struct ScreenService: Service {
  let address: ScreenAddress
  let routes: ConsoleRoutes
  let bounds: ScreenBounds
  let logger: Logger
  let onReady: @Sendable (Int) -> Void

  /// Between two attempts to open the port.
  static let retry = Duration.seconds(5)

  func run() async throws {
    let places = ScreenPlaces(
      maximum: bounds.maximumConnections, logger: logger, onTurnedAway: routes.ports.feedback.countTurnedAwayScreen)
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      let application = Application(
        router: routes.readOnlyRouter(),
        server: .http1(
          configuration: .init(
            additionalChannelHandlers: [ScreenPlaceHandler(places: places)],
            idleTimeout: .seconds(bounds.idleSeconds))),
        configuration: .init(address: .hostname(address.host, port: address.port)),
        onServerRunning: { channel in onReady(channel.localAddress?.port ?? 0) }, logger: logger)
      do {
        // Not `runService`: that would take the signals of the daemon.
        try await application.run()
        return
      } catch {
        logger.error(
          "screens cannot be served; it will be tried again",
          metadata: ["address": "\(address)", "reason": "\(error)"])
      }
      await cancelWhenGracefulShutdown {
        // Cancelled means that the daemon stops.
        try? await Task.sleep(for: Self.retry)
      }
    }
  }
}
