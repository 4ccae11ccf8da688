import MQTT
import Synchronization

/// Commands of hosts on their way to the recorder: in the order in which they came, one after the other.
final class SparkplugCommands: Sendable {
  struct Counts: Hashable, Sendable {
    /// Commands that found too many others waiting.
    var turnedAway: UInt64 = 0
    /// Commands that mean no write of ours, or that the floor refused.
    var refused: UInt64 = 0
    var carriedOut: UInt64 = 0
  }

  /// Most commands that wait; a host that sends more is turned away, counted.
  static let maximumWaiting = 32

  private let stream: AsyncStream<SparkplugEdgeCommand>
  private let continuation: AsyncStream<SparkplugEdgeCommand>.Continuation
  private let counted = Mutex(Counts())

  init() {
    (stream, continuation) = AsyncStream.makeStream(
      of: SparkplugEdgeCommand.self, bufferingPolicy: .bufferingOldest(Self.maximumWaiting))
  }

  /// From any thread; returns at once.
  func put(_ command: SparkplugEdgeCommand) {
    if case .enqueued = continuation.yield(command) { return }
    counted.withLock { $0.turnedAway += 1 }
  }

  /// Hands on one command after the other until it is cancelled. To be run once.
  ///
  /// - Parameter perform: returns whether the command was accepted.
  func run(_ perform: (SparkplugEdgeCommand) async -> Bool) async {
    for await command in stream {
      let isAccepted = await perform(command)
      counted.withLock { counts in
        if isAccepted { counts.carriedOut += 1 } else { counts.refused += 1 }
      }
    }
  }

  var counts: Counts { counted.withLock { $0 } }
}
