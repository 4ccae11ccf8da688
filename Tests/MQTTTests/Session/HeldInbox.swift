import Devices
import Foundation
import Shopfloor
import Synchronization

/// A recorder's door that does what the test says with each offer.
final class HeldInbox: RecorderInbox {
  enum Answer: Sendable {
    case durable
    case failed
    /// Keeps the acknowledgement until `releaseHeld`.
    case hold
    case full
  }

  private struct Content {
    var next: [Answer] = []
    var otherwise: Answer
    var durable: [ReadingBatch] = []
    var failed: [ReadingBatch] = []
    var held: [(batches: [ReadingBatch], acknowledge: @Sendable (RecorderOutcome) -> Void)] = []
    var refusals = 0
  }

  private let content: Mutex<Content>
  private let queue = DispatchQueue(label: "held-inbox")

  /// The first offers get `next` in order, every later one `otherwise`.
  init(_ next: [Answer] = [], otherwise: Answer = .durable) {
    content = Mutex(Content(next: next, otherwise: otherwise))
  }

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool {
    content.withLock { content in
      let answer = content.next.isEmpty ? content.otherwise : content.next.removeFirst()
      switch answer {
      case .durable:
        content.durable += batches
        queue.async { acknowledge?(.durable) }
      case .failed:
        content.failed += batches
        queue.async { acknowledge?(.failed) }
      case .hold: content.held.append((batches, { acknowledge?($0) }))
      case .full:
        content.refusals += 1
        return false
      }
      return true
    }
  }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool { false }

  func becomes(_ answer: Answer) {
    content.withLock { content in
      content.next = []
      content.otherwise = answer
    }
  }

  func releaseHeld() {
    let held = content.withLock { content in
      defer { content.held = [] }
      content.durable += content.held.flatMap(\.batches)
      return content.held
    }
    for entry in held { entry.acknowledge(.durable) }
  }

  var durable: [ReadingBatch] { content.withLock { $0.durable } }
  var failed: [ReadingBatch] { content.withLock { $0.failed } }
  var held: [ReadingBatch] { content.withLock { $0.held.flatMap(\.batches) } }
  var refusals: Int { content.withLock { $0.refusals } }
  var durableReadings: [Reading] { durable.flatMap(\.readings) }
}
