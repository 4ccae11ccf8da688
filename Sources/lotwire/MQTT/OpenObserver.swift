import Devices
import Foundation
import MQTT
import Shopfloor
import Synchronization
import UnixSignals

/// Looks on at a broker for a command, in turns, until the time is over or Ctrl-C.
struct OpenObserver {
  let connection: MQTTConnection
  let filters: [TopicFilter]
  /// Nil: until Ctrl-C.
  let seconds: Double?

  /// Between two looks, in milliseconds.
  static let turnMilliseconds: Int64 = 200

  /// Calls `turn` with what came, at least once after the beginning; the observer itself may be asked to publish.
  ///
  /// - Throws: a failure in words where the broker is not reached or does not accept us.
  /// - Returns: the topic filters that the broker refuses.
  func watch(_ turn: (MQTTObserver, [ObservedMessage]) -> Void) async throws -> [String] {
    let observer = try MQTTObserver(connection, filters: filters)
    try observer.start()
    defer { observer.stop() }
    let isInterrupted = Flag()
    let signals = Task {
      for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
      isInterrupted.raise()
    }
    defer { signals.cancel() }
    var refused: [String] = []
    var deadline: ContinuousClock.Instant?
    var overflow = 0
    while !isInterrupted.isRaised {
      let observed = observer.take()
      switch observed.condition {
      case .failed(let reason): throw failure(reason)
      case .online(let topics):
        refused = topics
        // The time counts from the moment at which messages can come.
        if deadline == nil, let seconds { deadline = .now + .seconds(seconds) }
      case .connecting, .interrupted: break
      }
      if observed.overflow > overflow {
        printError("\(observed.overflow) messages came faster than they could be looked at and are not counted")
        overflow = observed.overflow
      }
      turn(observer, observed.messages)
      if let deadline, ContinuousClock.now >= deadline { break }
      // The sleep ends early only when the program ends.
      try? await Task.sleep(for: .milliseconds(Self.turnMilliseconds))
    }
    return refused
  }

  private func failure(_ reason: String) -> CommandFailure {
    CommandFailure("broker \(connection.host):\(connection.port): \(reason)", EX_UNAVAILABLE)
  }

  private final class Flag: Sendable {
    private let raised = Atomic<Bool>(false)
    var isRaised: Bool { raised.load(ordering: .acquiring) }
    func raise() { raised.store(true, ordering: .releasing) }
  }
}
