public import ControlCharts

/// The chart of a characteristic.
public struct ChartPlan: Hashable, Sendable, Codable {
  public enum Limits: Hashable, Sendable, Codable {
    /// Frozen limits: centre line and sigma.
    case frozen(center: Double, sigma: Double)
    /// Established from the first so many points of the plan, then frozen.
    case establish(points: Int)
    /// Frozen limits of any kind of chart, with their version.
    case baseline(ChartBaseline)
  }

  public var limits: Limits
  /// Length of the run rule: this many points in a row on one side of the centre line. 9 after Nelson (1984). Where there
  /// is a ``design``, its rules count alone.
  public var runLength: Int
  /// Nil: individuals, with the rules "1 beyond 3 sigma" and ``runLength``.
  public var design: ChartDesign?
  /// How values come together in subgroups; nil: each value is a point.
  public var subgroup: SubgroupPlan?
  /// Whether every work order begins a stage of its own; nil: no.
  public var stagePerWorkOrder: Bool?
  /// Priority of its violations; nil: medium. Warnings are low.
  public var priority: AlarmPriority?
  /// A reaction plan of the control plan.
  public var reactionPlan: String?
  /// Rules that need independent points stand although the points depend on each other, for this reason.
  public var autocorrelationAccepted: String?
  /// How long a run may go on without a point before that is an alarm of its own, in microseconds; nil: never one.
  public var expectedEveryMicroseconds: Int64?

  public init(
    limits: Limits, runLength: Int = 9, design: ChartDesign? = nil, subgroup: SubgroupPlan? = nil,
    stagePerWorkOrder: Bool? = nil, priority: AlarmPriority? = nil, reactionPlan: String? = nil,
    autocorrelationAccepted: String? = nil, expectedEveryMicroseconds: Int64? = nil
  ) {
    self.limits = limits
    self.runLength = runLength
    self.design = design
    self.subgroup = subgroup
    self.stagePerWorkOrder = stagePerWorkOrder
    self.priority = priority
    self.reactionPlan = reactionPlan
    self.autocorrelationAccepted = autocorrelationAccepted
    self.expectedEveryMicroseconds = expectedEveryMicroseconds
  }
}

/// How values come together in subgroups. A change of lot always closes the open one.
public enum SubgroupPlan: Hashable, Sendable, Codable {
  /// So many values in a row: the subgroup size of the design.
  case count
  /// The values of one window of time; windows are aligned to the hour of UTC.
  case window(microseconds: Int64)
  /// The values of one cycle.
  case cycle
  /// The values of one run.
  case run
  /// A person closes it.
  case manual
}

/// When a value of a characteristic is taken.
public enum SamplingPlan: Hashable, Sendable, Codable {
  /// Over one window of time within a run; windows are aligned to the hour of UTC.
  case window(microseconds: Int64)
  /// A person measures or counts.
  case manual
}

/// A condition on a parameter, "machine warm", "running".
public struct GatePlan: Hashable, Sendable, Codable {
  public var name: String
  public var parameter: ParameterName
  public var condition: CyclePlan.Condition
  /// How long the condition must have held, in microseconds.
  public var afterMicroseconds: Int64

  public init(name: String, parameter: ParameterName, condition: CyclePlan.Condition, afterMicroseconds: Int64 = 0) {
    self.name = name
    self.parameter = parameter
    self.condition = condition
    self.afterMicroseconds = afterMicroseconds
  }
}
