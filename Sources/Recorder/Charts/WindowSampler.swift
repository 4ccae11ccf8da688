import Shopfloor

/// Takes the feature of one parameter over windows of time within a run. Windows are aligned to the epoch, and so to the
/// hour of UTC for every length that divides one.
struct WindowSampler: Hashable, Sendable, Codable {
  /// One window that is over.
  struct Window: Hashable, Sendable, Codable {
    var run: RunID
    /// From 1 within the run.
    var number: Int
    var from: Timestamp
    var to: Timestamp
    /// False where the run or a gap cut it.
    var isWhole: Bool
    /// Windows before it had no reading at all.
    var followsGap: Bool
    var accumulator = FeatureAccumulator()
  }

  let lengthMicroseconds: Int64
  private var open: Window?
  private var run: RunID?
  private var runSeenFrom = Timestamp(microseconds: .min)
  private var countInRun = 0
  private var lastEnd: Timestamp?
  /// Readings were missing and none has come since: the window that the next one opens lacks its beginning.
  private var isMissing: Bool?
  /// The reading taken last, and how long after the one before it came, in microseconds.
  private var lastTaken: Timestamp?
  private var spacing: Int64?

  init(lengthMicroseconds: Int64) { self.lengthMicroseconds = max(1, lengthMicroseconds) }

  /// The run of the open window.
  var openRun: RunID? { open?.run }

  /// Takes a good reading with the run it binds to and that run's start. Returns the window it ends, if one.
  mutating func take(_ value: Double, at time: Timestamp, run binding: RunID?, startedAt: Timestamp?) -> Window? {
    // What is not of a run ends the open window, and does not make the run another one.
    guard let binding else { return close(isWhole: false) }
    var closed: Window?
    if binding != run {
      closed = close(isWhole: false)
      run = binding
      countInRun = 0
      lastEnd = nil
      runSeenFrom = startedAt ?? time
    } else if let window = open, time >= window.to {
      closed = close(isWhole: window.isWhole)
    }
    // A reading of a window that is over comes too late for it, and is no reason to tell that window again.
    if let lastEnd, time < lastEnd, open == nil { return closed }
    if open == nil { begin(at: time, run: binding) }
    open?.accumulator.take(value, at: time)
    if isMissing != true { spacing = lastTaken.map { time.microseconds(since: $0) } }
    isMissing = nil
    lastTaken = time
    return closed
  }

  private mutating func begin(at time: Timestamp, run: RunID) {
    let remainder = time.microseconds % lengthMicroseconds
    let start = time.microseconds - (remainder < 0 ? remainder + lengthMicroseconds : remainder)
    let from = Timestamp(microseconds: start)
    countInRun += 1
    open = Window(
      run: run, number: countInRun, from: max(from, runSeenFrom),
      to: Timestamp(microseconds: start + lengthMicroseconds),
      isWhole: from >= runSeenFrom && !lacksBeginning(from: from, at: time),
      followsGap: lastEnd.map { from > $0 } ?? false)
  }

  /// After readings were missing, a window whose first reading comes later than readings come is without its beginning.
  private func lacksBeginning(from: Timestamp, at time: Timestamp) -> Bool {
    isMissing == true && time.microseconds(since: from) > (spacing ?? .max)
  }

  /// Readings are missing in the open window.
  mutating func recordMissingReadings() {
    open?.isWhole = false
    isMissing = true
  }

  /// Goes on in the run that a sampler of another plan followed: what that one took is missing here.
  mutating func follow(_ former: WindowSampler) {
    run = former.run
    runSeenFrom = former.runSeenFrom
    countInRun = former.countInRun
    lastEnd = former.lastEnd
    lastTaken = former.lastTaken
    spacing = former.spacing
    isMissing = true
  }

  /// UTC was set back: times repeat themselves, so that what comes next is of no window that is over.
  mutating func recordStepBack() {
    recordMissingReadings()
    lastEnd = nil
  }

  /// The run has ended; a window that it cut is over.
  mutating func endRun(_ ended: RunID, at time: Timestamp) -> Window? {
    guard run == ended else { return nil }
    let whole = open.map { $0.isWhole && $0.to <= time } ?? false
    if let window = open, window.to > time { open?.to = max(time, window.from) }
    return close(isWhole: whole)
  }

  /// Ends the window now, because it is judged otherwise from here on.
  mutating func interrupt(at time: Timestamp) -> Window? {
    if let window = open { open?.to = min(window.to, max(time, window.from)) }
    return close(isWhole: false)
  }

  /// Whether the open window is over and its last readings have had time to arrive.
  func isDue(at now: Timestamp) -> Bool {
    open.map { now.microseconds(since: $0.to) >= CycleTracker.settleMicroseconds } ?? false
  }

  mutating func closeDue(at now: Timestamp) -> Window? {
    guard isDue(at: now), let window = open else { return nil }
    return close(isWhole: window.isWhole)
  }

  private mutating func close(isWhole: Bool) -> Window? {
    guard var window = open else { return nil }
    window.isWhole = isWhole
    lastEnd = window.to
    open = nil
    return window
  }
}
