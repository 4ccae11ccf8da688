import Shopfloor

/// Notes on their way to the ledger: handed over together, kept until the recorder has stored them. Pure.
struct NoteQueue {
  /// At most so many notes wait, more than topics are watched; beyond it the oldest beginning or end of a connection is
  /// given up and counted, then the oldest thinning, never a loss while one of those is left.
  static let maximumWaiting = 12_000
  /// Pause before notes are handed over again, in microseconds.
  static let pauseMicroseconds: Int64 = 200_000

  private(set) var waiting: [MessageNote] = []
  private(set) var givenUp: UInt64 = 0
  /// How many of the first are with the recorder.
  private var underWay = 0
  private var pausedUntil: Int64 = .min
  /// What is with the recorder and not wanted any more, should it come back.
  private var withdrawn: [MessageNote] = []

  var isEmpty: Bool { waiting.isEmpty }

  mutating func add(_ notes: [MessageNote]) {
    waiting += notes
    while waiting.count > Self.maximumWaiting {
      let free = waiting[underWay...]
      let index =
        free.firstIndex { if case .broker = $0 { true } else { false } }
        ?? free.firstIndex { if case .thinned = $0 { true } else { false } }
        ?? (free.isEmpty ? waiting.startIndex : free.startIndex)
      waiting.remove(at: index)
      if index < underWay { underWay -= 1 }
      givenUp += 1
    }
  }

  /// What is to be handed over now; afterwards one of ``turnedAway(at:)`` and ``answered(isStored:at:)`` must come.
  mutating func take(at now: Int64) -> [MessageNote]? {
    guard underWay == 0, !waiting.isEmpty, now >= pausedUntil else { return nil }
    underWay = waiting.count
    return waiting
  }

  mutating func turnedAway(at now: Int64) {
    underWay = 0
    pausedUntil = now + Self.pauseMicroseconds
  }

  mutating func answered(isStored: Bool, at now: Int64) {
    if isStored {
      waiting.removeFirst(underWay)
      underWay = 0
    } else {
      turnedAway(at: now)
      remove(withdrawn)
    }
    withdrawn = []
  }

  /// Takes back what is not stored: the round that told it comes again. What is with the recorder is taken back when it
  /// comes back unstored.
  mutating func withdraw(_ notes: [MessageNote]) {
    withdrawn += notes.filter { waiting[..<underWay].contains($0) }
    remove(notes)
  }

  private mutating func remove(_ notes: [MessageNote]) {
    for note in notes {
      guard let index = waiting[underWay...].lastIndex(of: note) else { continue }
      waiting.remove(at: index)
    }
  }
}
