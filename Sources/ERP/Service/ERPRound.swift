import Ledger
import Shopfloor

/// What the run loop of the service remembers between two rounds. Times are monotonic microseconds.
struct ERPRound {
  var gate: ContactGate
  var generator: Jitter
  var size = BatchSize()
  var budget: DrainBudget
  /// What is left of the first rows that were read last, and how many rows went since.
  var backlog: [OutboxRow] = []
  var sinceLook = 0
  /// The rows of the last batch that were reported as delivered.
  var justDelivered: Set<Int64> = []
  var recent = RecentDeliveries()
  var faults = RowFaults()
  var waits = RowWaits()
  var access: AccessNotes
  var proof = ProofWatch()
  var unknownPeople: UnknownPeople
  /// Rows up to this one went to another ERP; nil until it is known.
  var comparedAfter: Int64?
  /// Nil until it was loaded.
  var sweep: ComparisonSweep?
  /// Nothing is compared before this; the next piece of the regular comparison is due at the second.
  private(set) var noComparisonBefore: Int64 = 0
  private var nextPiece: Int64 = 0
  /// Whether somebody waits for the comparison: it is not spread over the time then.
  var isSweepFast = false
  private var nextFetch: Int64 = 0
  private var fetchFailures = 0
  private var comparisonFailures = 0
  private var rowFailures = 0

  /// Nothing is delivered before this.
  private(set) var noDeliveryBefore: Int64 = 0
  /// The backlog is not counted before this.
  private(set) var nextCount: Int64 = 0
  /// Whether rows may have changed since the last count.
  var isCountStale = true

  /// Failures of single rows in a row, of a kind that a person must mend, after which deliveries pause: every row would
  /// fail alike.
  static let maximumRowFailures = 5

  init(
    policy: RetryPolicy, drainRowsPerSecond: Double? = nil, saysRefusals: Bool = true,
    knownPeople: Set<PersonID> = [], seed: UInt64 = .random(in: 0 ... .max)
  ) {
    access = AccessNotes(saysRefusals: saysRefusals)
    unknownPeople = UnknownPeople(known: knownPeople)
    gate = ContactGate(policy: policy)
    budget = DrainBudget(rowsPerSecond: drainRowsPerSecond)
    generator = Jitter(state: seed)
  }

  func isFetchDue(at now: Int64) -> Bool { now >= nextFetch && gate.isOpen(at: now) }

  mutating func fetched(at now: Int64, next interval: Int64) {
    fetchFailures = 0
    nextFetch = now + interval
  }

  mutating func fetchFailed(_ failure: ERPFailure, at now: Int64) {
    access.failed(failure, .work)
    proof.failed(failure, .work)
    fetchFailures += 1
    nextFetch = now + gate.policy.wait(after: failure, attempt: fetchFailures, using: &generator)
  }

  func isPieceDue(at now: Int64) -> Bool { now >= nextPiece }

  /// A piece was compared.
  ///
  /// - Parameters:
  ///   - interval: time to the next piece of the comparison of everything, in microseconds; nil: as before.
  ///   - isAskedFor: whether a person waits for that one.
  mutating func compared(at now: Int64, next interval: Int64?, isAskedFor: Bool = false) {
    comparisonFailures = 0
    noComparisonBefore =
      now + (isAskedFor ? ComparisonSweep.askedForMicroseconds : ComparisonSweep.shortestMicroseconds)
    if let interval { nextPiece = now + interval }
  }

  /// Somebody waits for a comparison of everything that begins now.
  mutating func beginsAskedFor(at now: Int64) {
    isSweepFast = true
    nextPiece = now
  }

  mutating func comparisonFailed(_ failure: ERPFailure, at now: Int64) {
    access.failed(failure, .comparison)
    proof.failed(failure, .comparison)
    comparisonFailures += 1
    noComparisonBefore = now + gate.policy.wait(after: failure, attempt: comparisonFailures, using: &generator)
  }

  /// The time until the next comparison, in microseconds.
  func comparisonWait(at now: Int64) -> Int64 {
    max(noComparisonBefore, min(nextPiece, recent.nextAt ?? .max)) - now
  }

  mutating func succeeded(_ activity: ERPStatus.Activity) {
    access.succeeded(activity)
    proof.succeeded(activity)
    if activity == .delivery { rowFailures = 0 }
    gate.succeeded()
  }

  func isDeliveryOpen(at now: Int64) -> Bool { now >= noDeliveryBefore && gate.isOpen(at: now) }

  /// Shortest time between two counts of the backlog, in microseconds, and how many times as long as a count took is
  /// waited until the next: a million rows are not counted at every reading.
  static let countMicroseconds: Int64 = 200_000
  static let pauseForACount: Int64 = 50

  mutating func counted(at now: Int64, took microseconds: Int64) {
    isCountStale = false
    nextCount = now + max(Self.countMicroseconds, Self.pauseForACount * microseconds)
  }

  /// A row failed.
  mutating func rowFailed(_ failure: ERPFailure, at now: Int64) {
    access.failed(failure, .delivery)
    proof.failed(failure, .delivery)
    gate.failed(failure, at: now, using: &generator)
    guard failure.needsPerson, !failure.concernsWholeERP else { return }
    rowFailures += 1
    guard rowFailures >= Self.maximumRowFailures else { return }
    noDeliveryBefore = now + gate.policy.wait(attempt: 1, needsPerson: true, using: &generator)
  }

  /// What a person had to mend was mended: whatever waits for it is due now.
  mutating func reopen(at now: Int64) {
    gate = ContactGate(policy: gate.policy)
    nextFetch = min(nextFetch, now)
    noDeliveryBefore = min(noDeliveryBefore, now)
    noComparisonBefore = min(noComparisonBefore, now)
  }

  /// The time until the next fetch, the next due row or the opening of the gate.
  func wait(nextDelivery: Int64?, poll: Int64, now: Int64) -> Int64 {
    guard gate.isOpen(at: now) else { return max(1_000, gate.closedUntil - now) }
    let delivery = max(nextDelivery ?? poll, noDeliveryBefore - now)
    return max(1_000, min(nextFetch - now, delivery, poll))
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): so that services do not all come back together.
struct Jitter: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
