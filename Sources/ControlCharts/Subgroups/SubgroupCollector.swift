/// Brings values together in subgroups. A change of run or lot always closes the open subgroup.
///
/// A pure function of what it is told, with a coded form: after a restart it goes on identically.
public struct SubgroupCollector: Codable, Hashable, Sendable {
  /// Most windows that may be open at once for late values.
  public static let maximumOpenWindows = 32

  public let trigger: SubgroupTrigger
  /// How long a window stays open for late values after its end, in microseconds.
  public let latenessMicroseconds: Int64
  /// Values that came after their subgroup was closed, and values that were no finite numbers: they are in none.
  public private(set) var lateCount = 0
  public private(set) var invalidCount = 0

  /// In the order of time; more than one for windows alone.
  private var open: [OpenSubgroup] = []
  /// What the newest values belong to, and since when.
  private var owner: Owner?
  /// Windows that end here or before are closed.
  private var closedUntil: Int64?
  private var newest: Int64?

  /// What ends: by it, subgroups that wait for it are complete, others partial.
  public enum Ending: Hashable, Sendable {
    case cycle
    case run
    case lot
    case byHand
  }

  private struct Owner: Codable, Hashable, Sendable {
    var run: String
    var lot: String
    var since: Int64
    var cycle: Int
  }

  /// - Throws: `.subgroupTriggerNotPossible` naming what is out of bounds.
  public init(trigger: SubgroupTrigger, latenessMicroseconds: Int64 = 0) throws(ControlChartFault) {
    guard latenessMicroseconds >= 0 else {
      throw .subgroupTriggerNotPossible(
        problem: "a wait of \(latenessMicroseconds) µs for late values", remedy: "Use 0 or more")
    }
    switch trigger {
    case .count(let count):
      guard (1...ChartDesign.maximumSubgroupSize).contains(count) else {
        throw .subgroupTriggerNotPossible(
          problem: "subgroups of \(count) values", remedy: "Use 1 to \(ChartDesign.maximumSubgroupSize)")
      }
    case .window(let length):
      guard length > 0 else {
        throw .subgroupTriggerNotPossible(problem: "a window of \(length) µs", remedy: "Use more than 0")
      }
      guard latenessMicroseconds / length < Int64(Self.maximumOpenWindows) else {
        throw .subgroupTriggerNotPossible(
          problem: "a wait of \(latenessMicroseconds) µs with windows of \(length) µs",
          remedy: "Wait less than \(Self.maximumOpenWindows) windows")
      }
    case .cycle, .run, .manual: break
    }
    self.trigger = trigger
    self.latenessMicroseconds = latenessMicroseconds
  }

  /// Values that wait for their subgroup to close.
  public var openCount: Int { open.reduce(0) { $0 + $1.values.count } }

  /// Takes a value and returns the subgroups that are closed by it, in the order of time.
  ///
  /// A value that is older than the lot or run it does not belong to comes too late for its own: it is counted.
  public mutating func take(_ value: SubgroupValue) -> [Subgroup] {
    guard value.value.isFinite else {
      invalidCount += 1
      return []
    }
    guard !isLate(value) else {
      lateCount += 1
      return []
    }
    var closed = change(to: value)
    switch trigger {
    case .window(let length):
      closed += advance(to: value.time)
      closed += join(value, window: Self.start(of: value.time, length: length))
    case .count(let count):
      closed += join(value, window: 0)
      if let first = open.first, first.values.count >= count { closed += closeAll(nil) }
    case .cycle, .run, .manual: closed += join(value, window: 0)
    }
    return closed
  }

  /// Time went on to here, with or without values: closes the windows that no longer wait.
  public mutating func advance(to time: Int64) -> [Subgroup] {
    guard case .window(let length) = trigger else { return [] }
    newest = max(newest ?? time, time)
    let (watermark, overflow) = (newest ?? time).subtractingReportingOverflow(latenessMicroseconds)
    guard !overflow else { return [] }
    let end = Self.start(of: watermark, length: length)
    closedUntil = max(closedUntil ?? end, end)
    let due = open.prefix { $0.window < end }
    open.removeFirst(due.count)
    return due.map { $0.closed(nil) }
  }

  /// Something ended. A cycle ends nothing but subgroups by cycle.
  public mutating func end(_ ending: Ending) -> [Subgroup] {
    switch (ending, trigger) {
    case (.cycle, .cycle), (.run, .run), (.byHand, .manual): closeAll(nil)
    case (.cycle, _): []
    case (.run, _): closeAll(.runChanged)
    case (.lot, _): closeAll(.lotChanged)
    case (.byHand, _): closeAll(.byHand)
    }
  }

  private func isLate(_ value: SubgroupValue) -> Bool {
    if let owner {
      if (value.run != owner.run || value.lot != owner.lot) && value.time < owner.since { return true }
      if trigger == .cycle, value.run == owner.run, value.cycle < owner.cycle { return true }
    }
    guard case .window(let length) = trigger, let closedUntil else { return false }
    return Self.start(of: value.time, length: length) < closedUntil
  }

  /// Closes what was open for another run, lot or cycle.
  private mutating func change(to value: SubgroupValue) -> [Subgroup] {
    defer {
      if owner?.run != value.run || owner?.lot != value.lot {
        owner = Owner(run: value.run, lot: value.lot, since: value.time, cycle: value.cycle)
      } else {
        owner?.cycle = value.cycle
      }
    }
    guard let owner else { return [] }
    if value.run != owner.run, trigger == .run { return closeAll(nil) }
    if value.lot != owner.lot { return closeAll(.lotChanged) }
    if value.run != owner.run { return closeAll(.runChanged) }
    if value.cycle != owner.cycle, trigger == .cycle { return closeAll(nil) }
    return []
  }

  private mutating func join(_ value: SubgroupValue, window: Int64) -> [Subgroup] {
    if let index = open.firstIndex(where: { $0.window == window }) {
      open[index].add(value)
      guard open[index].values.count >= ChartDesign.maximumSubgroupSize else { return [] }
      if case .count = trigger { return [] }
      return [open.remove(at: index).closed(.full)]
    }
    let place = open.firstIndex { $0.window > window } ?? open.endIndex
    open.insert(OpenSubgroup(window: window, first: value), at: place)
    return []
  }

  private mutating func closeAll(_ reason: Subgroup.PartialReason?) -> [Subgroup] {
    defer { open = [] }
    return open.map { $0.closed(reason) }
  }

  /// Start of the window that holds the time.
  private static func start(of time: Int64, length: Int64) -> Int64 {
    let rest = time % length
    let (start, overflow) = time.subtractingReportingOverflow(rest < 0 ? rest + length : rest)
    return overflow ? Int64.min : start
  }
}

/// A subgroup that still takes values.
private struct OpenSubgroup: Codable, Hashable, Sendable {
  /// Start of its window; 0 for other triggers.
  var window: Int64
  private(set) var values: [SubgroupValue]

  init(window: Int64, first: SubgroupValue) {
    self.window = window
    values = [first]
  }

  /// Behind every value that is not later, so that the order does not depend on when a late one came.
  mutating func add(_ value: SubgroupValue) {
    let place = values.lastIndex { $0.time <= value.time }.map { $0 + 1 } ?? 0
    values.insert(value, at: place)
  }

  func closed(_ reason: Subgroup.PartialReason?) -> Subgroup {
    Subgroup(
      values: values.map(\.value), from: values[0].time, to: values[values.count - 1].time, run: values[0].run,
      lot: values[0].lot, cycle: values[0].cycle, partial: reason)
  }
}
