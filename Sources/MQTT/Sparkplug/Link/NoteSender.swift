import Devices
import Shopfloor
import Synchronization

/// Hands facts to the recorder in their order, and keeps them until it has stored them. Used by one thread.
struct NoteSender {
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
  private var queue = NoteQueue()
  private var underWay: AnswerSlot?
  /// Submits that the full inbox turned away; they are repeated.
  private(set) var turnedAway: UInt64 = 0
  /// Submits that the recorder took and could not store, with its last words; they are repeated.
  private(set) var refused: UInt64 = 0
  private(set) var lastRefusal: String?

  init(inbox: (any RecorderInbox)?, wake: WakeSignal) {
    self.inbox = inbox
    self.wake = wake
  }

  /// Nothing is waiting and nothing is under way.
  var isIdle: Bool { queue.isEmpty }
  /// Facts that wait until they are stored.
  var waitingCount: Int { queue.waiting.count }
  /// Facts above ``NoteQueue/maximumWaiting``; they are lost.
  var givenUp: UInt64 { queue.givenUp }

  mutating func add(_ notes: [MessageNote]) {
    guard inbox != nil else { return }
    queue.add(notes)
  }

  /// Sends what waits, one submit at a time; what was not stored is sent again after a pause.
  mutating func send(at now: ClockReading) {
    if let answer = underWay?.given {
      var isStored = true
      if case .refused(let refusal) = answer {
        isStored = false
        refused += 1
        lastRefusal = refusal.words.english
      }
      underWay = nil
      queue.answered(isStored: isStored, at: now.monotonicMicroseconds)
    }
    guard let inbox, let notes = queue.take(at: now.monotonicMicroseconds) else { return }
    let slot = AnswerSlot(wake: wake)
    guard inbox.submit(.noteMessages(notes), from: nil, at: now.utc, answer: { slot.put($0) }) else {
      turnedAway += 1
      queue.turnedAway(at: now.monotonicMicroseconds)
      return
    }
    underWay = slot
  }
}
