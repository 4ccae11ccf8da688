import Devices
import Shopfloor
import Synchronization

/// Hands facts to the recorder in their order, and keeps them while its inbox is full. Used by one thread.
struct NoteSender {
  /// Most facts that wait; above it the oldest are given up, counted.
  static let maximumWaiting = 1_000

  /// Where the recorder leaves its answer, on a thread of its own.
  private final class AnswerSlot: Sendable {
    private let answer = Mutex<CommandAnswer?>(nil)
    private let wake: WakeSignal

    init(wake: WakeSignal) { self.wake = wake }

    func put(_ given: CommandAnswer) {
      answer.withLock { $0 = given }
      wake.raise()
    }

    var given: CommandAnswer? { answer.withLock { $0 } }
  }

  private let inbox: (any RecorderInbox)?
  private let wake: WakeSignal
  private var waiting: [MessageNote] = []
  private var underWay: AnswerSlot?
  private(set) var givenUp: UInt64 = 0
  /// Submits that the full inbox turned away; they are repeated.
  private(set) var turnedAway: UInt64 = 0
  /// Facts that the recorder refused to take, with its last words.
  private(set) var refused: UInt64 = 0
  private(set) var lastRefusal: String?

  init(inbox: (any RecorderInbox)?, wake: WakeSignal) {
    self.inbox = inbox
    self.wake = wake
  }

  /// Nothing is waiting and nothing is under way.
  var isIdle: Bool { waiting.isEmpty && underWay == nil }

  mutating func add(_ notes: [MessageNote]) {
    guard inbox != nil else { return }
    waiting += notes
    let excess = waiting.count - Self.maximumWaiting
    guard excess > 0 else { return }
    waiting.removeFirst(excess)
    givenUp += UInt64(excess)
  }

  /// Sends what waits, one submit at a time.
  mutating func send(at now: Timestamp) {
    if let answer = underWay?.given {
      if case .refused(let refusal) = answer {
        refused += 1
        lastRefusal = refusal.words.english
      }
      underWay = nil
    }
    guard underWay == nil, !waiting.isEmpty, let inbox else { return }
    let slot = AnswerSlot(wake: wake)
    guard inbox.submit(.noteMessages(waiting), from: nil, at: now, answer: { slot.put($0) }) else {
      turnedAway += 1
      return
    }
    waiting = []
    underWay = slot
  }
}
