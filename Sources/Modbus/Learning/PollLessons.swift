import Devices

/// What one poll has taught so far.
struct PollLessons: Sendable {
  /// A planned block that was refused, and the parts in which it is asked again.
  struct Refusal: Sendable {
    var request: ReadRequest
    var exception: UInt8
    /// Smallest request of more than one item that was refused.
    var smallestRefused: Int
    /// Parts that have no outcome yet.
    var outstanding = 0
    var holes: [Range<Int>] = []
    var cuts: Set<TableAddress> = []
    var hasGuilty = false
    /// The search has used up what one poll may cost.
    var isCutShort = false
  }

  private(set) var dueIntervals: [Int64] = []
  /// Blocks of the poll; it is whole once each was answered or refused.
  private(set) var asked = 0
  var answered = 0
  var refusals: [Refusal] = []
  var refusedCount = 0
  private(set) var extraRequests = 0
  var guilty: [PlanPlace: UInt8] = [:]
  var answeredProbes: [PlanPlace] = []
  var refusedProbes: [PlanPlace] = []
  var askedSignOfLife = false
  /// The point that was answered while everything else was refused.
  var livingPlace: PlanPlace?
  var largestAnsweredRegisters = 0
  var largestAnsweredBits = 0

  var isWhole: Bool { answered + refusedCount >= asked }

  mutating func ask(_ blocks: Int) { asked += blocks }

  mutating func askFurther(_ pieces: Int) {
    asked += pieces
    extraRequests += pieces
  }

  mutating func begin(_ intervals: [Int64]) {
    dueIntervals = intervals
    asked = 0
    answered = 0
    largestAnsweredRegisters = 0
    largestAnsweredBits = 0
    askedSignOfLife = false
    livingPlace = nil
    guard refusedCount > 0 || !answeredProbes.isEmpty else { return }
    refusals.removeAll()
    refusedCount = 0
    extraRequests = 0
    guilty.removeAll()
    answeredProbes.removeAll()
    refusedProbes.removeAll()
  }
}

/// A search that goes on over several polls of the same intervals.
struct Suspicion: Sendable {
  /// Where requests begin anew while the search lasts.
  var cuts: Set<TableAddress> = []
  /// A point was refused alone: what else was refused may be its doing.
  var sawGuilty = false
  /// Only exception 3 was met: it is the size that is refused.
  var isOnlySize = true
  var smallestRefusedRegisters = Int.max
  var smallestRefusedBits = Int.max
}

/// Whether refusals can be believed to speak of addresses.
enum Trust: Hashable, Sendable {
  /// Nothing was answered yet.
  case unknown
  /// The last poll that was not lost brought an answer.
  case answers
  /// The last poll brought refusals only.
  case refusesEverything
}

/// What to do about a refused block.
enum RefusalAnswer: Sendable {
  /// The block has failed; ask these besides, if any.
  case fail(alsoAsk: [ReadBlock])
  /// Ask these in its place.
  case replace([ReadBlock])
}
