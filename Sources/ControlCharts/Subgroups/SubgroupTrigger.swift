/// What closes a subgroup.
public enum SubgroupTrigger: Codable, Hashable, Sendable {
  /// So many values.
  case count(Int)
  /// The end of a window of time, in microseconds; windows begin at multiples of their length since 1970 UTC, so those
  /// that divide an hour begin with the hour.
  case window(microseconds: Int64)
  /// The end of a cycle of the machine.
  case cycle
  /// The end of a run.
  case run
  /// A person.
  case manual
}

/// A value on its way into a subgroup, with what it belongs to.
public struct SubgroupValue: Codable, Hashable, Sendable {
  /// A finite number.
  public var value: Double
  /// When it was taken, in microseconds since 1970 UTC.
  public var time: Int64
  /// The run and the lot; a change of either closes the open subgroup.
  public var run: String
  public var lot: String
  /// The number of the cycle within the run; 0 without cycles.
  public var cycle: Int

  public init(_ value: Double, time: Int64, run: String = "", lot: String = "", cycle: Int = 0) {
    self.value = value
    self.time = time
    self.run = run
    self.lot = lot
    self.cycle = cycle
  }
}

/// A closed subgroup.
public struct Subgroup: Codable, Hashable, Sendable {
  /// In the order of time.
  public var values: [Double]
  /// Times of its first and last value.
  public var from: Int64
  public var to: Int64
  public var run: String
  public var lot: String
  public var cycle: Int
  /// Nil: closed by its trigger.
  public var partial: PartialReason?

  /// Why a subgroup was closed before its trigger.
  public enum PartialReason: String, Codable, Hashable, Sendable, CaseIterable {
    case lotChanged = "lot-changed"
    case runChanged = "run-changed"
    /// A person closed it.
    case byHand = "by-hand"
    /// It reached ``ChartDesign/maximumSubgroupSize``.
    case full
  }
}
