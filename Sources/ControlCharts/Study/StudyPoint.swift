/// One point of a study, in the order of time.
public struct StudyPoint: Codable, Hashable, Sendable {
  /// A lot, a time or a number: what stands below the axis.
  public var label: String
  public var content: Content
  /// The stage it belongs to; where the label differs from the point before, a stage begins.
  public var stage: String

  public enum Content: Codable, Hashable, Sendable {
    case sample(ChartSample)
    /// Nothing arrived, for this reason.
    case gap(reason: String)
  }

  public init(label: String, content: Content, stage: String = "") {
    self.label = label
    self.content = content
    self.stage = stage
  }

  public init(label: String, _ sample: ChartSample, stage: String = "") {
    self.init(label: label, content: .sample(sample), stage: stage)
  }

  /// Nil for a gap.
  public var sample: ChartSample? {
    guard case .sample(let sample) = content else { return nil }
    return sample
  }
}
