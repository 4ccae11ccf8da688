public import Shopfloor

/// What the ledger knows of one parameter in a stretch of time, without reading a single reading.
public struct ParameterAnswer: Hashable, Sendable, Codable {
  /// Where its readings came from; more than one where it was wired anew.
  public var registered: [RegisteredParameter]
  /// The runs at its station that touch the stretch.
  public var runs: Bounded<RunSummary>
  /// Alarms that it raised in the stretch, oldest first.
  public var alarms: [Alarm]
  /// Gaps that touch the stretch, with their ends.
  public var gaps: [Gap]
  public var calibrations: [Calibration]
  /// Those that touch the stretch.
  public var doubts: [DoubtfulStretch]
  /// From the headers of the packed blocks that lie wholly in the stretch; nil where there are none.
  public var packed: PackedFigures?

  public struct PackedFigures: Hashable, Sendable, Codable {
    public var blocks: Int
    public var readings: Int64
    public var goodReadings: Int64
    /// Of the good readings; nil where there are none.
    public var minimum: Double?
    public var maximum: Double?
    public var mean: Double?
    public var first: Timestamp
    public var last: Timestamp
  }

  public struct Gap: Hashable, Sendable, Codable {
    public var opened: GapOpened
    /// Nil: it goes on.
    public var until: Timestamp?
  }
}
