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
  var answered = 0
  var refusals: [Refusal] = []
  var refusedCount = 0
  var extraRequests = 0
  var guilty: [PlanPlace: UInt8] = [:]
  var answeredProbes: [PlanPlace] = []
  var refusedProbes: [PlanPlace] = []
  var askedSignOfLife = false
  var largestAnsweredRegisters = 0
  var largestAnsweredBits = 0

  mutating func begin(_ intervals: [Int64]) {
    dueIntervals = intervals
    answered = 0
    largestAnsweredRegisters = 0
    largestAnsweredBits = 0
    askedSignOfLife = false
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
  var foundGuilty = false
  /// Only exception 3 was met: it is the size that is refused.
  var isOnlySize = true
  var smallestRefusedRegisters = Int.max
  var smallestRefusedBits = Int.max
}

/// What to do about a refused block.
enum RefusalAnswer: Sendable {
  /// The block has failed; ask these besides, if any.
  case fail(alsoAsk: [ReadBlock])
  /// Ask these in its place.
  case replace([ReadBlock])
}
