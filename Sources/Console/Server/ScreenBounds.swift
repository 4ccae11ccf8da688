import Logging
import NIOCore
import Synchronization

/// How much of the daemon the network may take.
public struct ScreenBounds: Hashable, Sendable {
  /// Connections of screens at one time; one more is closed at once, and counted.
  public var maximumConnections: Int
  /// A connection without a request that is being answered is closed after so long.
  public var idleSeconds: Int64

  public init(maximumConnections: Int = 256, idleSeconds: Int64 = 60) {
    self.maximumConnections = maximumConnections
    self.idleSeconds = idleSeconds
  }
}

/// The places for connections of screens.
final class ScreenPlaces: Sendable {
  private let maximum: Int
  private let logger: Logger
  private let onTurnedAway: @Sendable () -> Void
  private let taken = Mutex(0)

  /// - Parameter onTurnedAway: called for each connection that found no place.
  init(maximum: Int, logger: Logger, onTurnedAway: @escaping @Sendable () -> Void) {
    self.maximum = maximum
    self.logger = logger
    self.onTurnedAway = onTurnedAway
  }

  func take() -> Bool {
    let number = taken.withLock { taken -> Int? in
      guard taken < maximum else { return nil }
      taken += 1
      return taken
    }
    if number == nil { onTurnedAway() }
    if number == maximum {
      logger.warning("the last connection for screens is taken", metadata: ["connections": "\(maximum)"])
    }
    return number != nil
  }

  func giveBack() { taken.withLock { $0 -= 1 } }
}

/// Takes a place for one connection as long as it is open, or closes it. Belongs to the event loop of its connection.
final class ScreenPlaceHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let places: ScreenPlaces
  private var hasPlace = false

  init(places: ScreenPlaces) { self.places = places }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { take(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    take(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    giveBack()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { giveBack() }

  private func take(_ context: ChannelHandlerContext) {
    guard !hasPlace else { return }
    hasPlace = places.take()
    if !hasPlace { context.close(promise: nil) }
  }

  private func giveBack() {
    if hasPlace { places.giveBack() }
    hasPlace = false
  }
}
