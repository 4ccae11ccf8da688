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
    var nextNotes: [Answer] = []
    var notesOtherwise = Answer.durable
    var notes: [MessageNote] = []
    var order: [Entry] = []
    var largestOffer = 0
  }

  /// What was stored, in order.
  enum Entry: Hashable {
    case notes(Int)
    case batches(Int)
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
        content.order.append(.batches(batches.count))
        content.largestOffer = max(content.largestOffer, batches.count)
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
  ) -> Bool {
    content.withLock { content in
      guard case .noteMessages(let notes) = command else { return false }
      let isNext = !content.nextNotes.isEmpty
      switch isNext ? content.nextNotes.removeFirst() : content.notesOtherwise {
      case .durable, .hold:
        content.notes += notes
        content.order.append(.notes(notes.count))
        queue.async { answer(.accepted(Words("noted", "已记录"))) }
      case .failed:
        queue.async {
          answer(.refused(Refusal(.recorderStopped, read: "", why: Words("no", "否"), remedy: Words("", ""))))
        }
      case .full: return false
      }
      return true
    }
  }

  func notesBecome(_ answer: Answer, next: [Answer] = []) {
    content.withLock { content in
      content.nextNotes = next
      content.notesOtherwise = answer
    }
  }

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
  var notes: [MessageNote] { content.withLock { $0.notes } }
  var order: [Entry] { content.withLock { $0.order } }
  var largestOffer: Int { content.withLock { $0.largestOffer } }
  /// Beginnings and ends; that a backlog is over comes when it comes.
  var links: [BrokerLink] {
    notes.compactMap { if case .broker(let link) = $0, link.change != .caughtUp { link } else { nil } }
  }
  var losses: [MessagesLost] { notes.compactMap { if case .lost(let lost) = $0 { lost } else { nil } } }
  var refusals: Int { content.withLock { $0.refusals } }
  var durableReadings: [Reading] { durable.flatMap(\.readings) }
}
