import Devices
import Glibc
import Shopfloor

/// Hands rounds and notes to the recorder and waits until they are on disk. Lives on the thread of its session.
struct RoundDelivery {
  enum Outcome: Hashable {
    case durable
    /// Not on disk, not all of it: nothing may be acknowledged.
    case failed
    /// A stop came before it was known.
    case stopped
  }

  /// Readings that are offered at once; a round may have more, and all of it must be on disk before it is acknowledged.
  static let maximumOfferReadings = 20_000
  /// Pause before something is offered again to a full inbox, in milliseconds.
  static let offerPauseMilliseconds: Int32 = 20
  /// The time that `stop` gives the recorder to finish what is under way, in microseconds.
  static let stopPatienceMicroseconds: Int64 = 2_000_000
  /// Longest sleep while the recorder works, in milliseconds: the library wants its keep-alive looked at.
  static let longestWaitMilliseconds: Int32 = 1_000

  private let inbox: any RecorderInbox
  private let clock: any WallClock
  private let board: SessionBoard
  private let wake: WakeSignal
  private let stopRequest: StopRequest
  private var notes = NoteQueue()
  private var notesAnswer: OutcomeSlot?
  /// As shown on the board.
  private var givenUp: UInt64 = 0
  private var giveUpAt: Int64?

  init(
    inbox: any RecorderInbox, clock: any WallClock, board: SessionBoard, wake: WakeSignal, stopRequest: StopRequest
  ) {
    self.inbox = inbox
    self.clock = clock
    self.board = board
    self.wake = wake
    self.stopRequest = stopRequest
  }

  // MARK: Notes

  var hasNotes: Bool { !notes.isEmpty }

  mutating func add(_ found: [MessageNote]) { notes.add(found) }

  /// Of a round that is not stored.
  mutating func withdraw(_ found: [MessageNote]) { notes.withdraw(found) }

  /// Hands over what waits and takes the answer to what was handed over, without waiting.
  ///
  /// - Returns: false where notes came back unstored.
  @discardableResult
  mutating func moveNotes() -> Bool {
    let now = clock.now()
    var isStored = true
    if let outcome = notesAnswer?.outcome {
      notesAnswer = nil
      isStored = outcome == .durable
      notes.answered(isStored: isStored, at: now.monotonicMicroseconds)
    }
    if let next = notes.take(at: now.monotonicMicroseconds) {
      let slot = OutcomeSlot(wake: wake)
      let isTaken = inbox.submit(.noteMessages(next), from: nil, at: now.utc) {
        slot.put($0.isAccepted ? .durable : .failed)
      }
      if isTaken { notesAnswer = slot } else { notes.turnedAway(at: now.monotonicMicroseconds) }
    }
    if givenUp != notes.givenUp {
      let count = notes.givenUp
      givenUp = count
      board.update { $0.notesGivenUp = count }
    }
    return isStored
  }

  // MARK: Rounds

  /// Returns when the batches and all notes are on disk, or when that is not to be.
  ///
  /// - Parameter meanwhile: keeps the connection alive.
  mutating func store(_ batches: [ReadingBatch], meanwhile: () -> Void) -> Outcome {
    // Notes of the round, such as thinning, are handed over before it: one commit may take both.
    moveNotes()
    var slots: [OutcomeSlot] = []
    for offered in Self.split(batches) {
      let slot = OutcomeSlot(wake: wake)
      guard offer(offered, slot, meanwhile) else { return .stopped }
      slots.append(slot)
    }
    for slot in slots {
      switch outcome(in: slot, meanwhile) {
      case .durable?: continue
      case .failed?: return .failed
      case nil: return .stopped
      }
    }
    return storeNotes(meanwhile)
  }

  /// Returns when no note waits any more.
  mutating func storeNotes(_ meanwhile: () -> Void) -> Outcome {
    while !notes.isEmpty {
      guard moveNotes() else { return .failed }
      guard !notes.isEmpty else { break }
      guard !isOutOfPatience() else { return .stopped }
      // Where the inbox is full no answer will wake us.
      wake.wait(milliseconds: notesAnswer == nil ? Self.offerPauseMilliseconds : waitMilliseconds)
      meanwhile()
    }
    return .durable
  }

  /// Parts of at most ``maximumOfferReadings`` readings, in order.
  static func split(_ batches: [ReadingBatch]) -> [[ReadingBatch]] {
    var parts: [[ReadingBatch]] = []
    var count = Int.max
    for batch in batches {
      let size = batch.readings.count + batch.texts.count
      if count == .max || count + size > maximumOfferReadings {
        parts.append([])
        count = 0
      }
      parts[parts.count - 1].append(batch)
      count += size
    }
    return parts
  }

  /// Offers until the recorder has room; meanwhile nothing is read, so the broker keeps what follows.
  ///
  /// - Returns: false where a stop came first.
  private func offer(_ batches: [ReadingBatch], _ slot: OutcomeSlot, _ meanwhile: () -> Void) -> Bool {
    while !inbox.offer(batches, acknowledge: { slot.put($0) }) {
      board.update { $0.turnedAway += 1 }
      guard !stopRequest.isRaised else { return false }
      wake.wait(milliseconds: Self.offerPauseMilliseconds)
      meanwhile()
    }
    return true
  }

  /// Waits as long as it takes, and after a stop for a bounded time; nil where that ran out.
  private mutating func outcome(in slot: OutcomeSlot, _ meanwhile: () -> Void) -> RecorderOutcome? {
    while true {
      if let outcome = slot.outcome { return outcome }
      if isOutOfPatience() { return nil }
      wake.wait(milliseconds: waitMilliseconds)
      meanwhile()
    }
  }

  private var waitMilliseconds: Int32 { giveUpAt == nil ? Self.longestWaitMilliseconds : 50 }

  private mutating func isOutOfPatience() -> Bool {
    let now = clock.now().monotonicMicroseconds
    if stopRequest.isRaised, giveUpAt == nil { giveUpAt = now + Self.stopPatienceMicroseconds }
    return giveUpAt.map { now >= $0 } ?? false
  }
}
