/// The specification of a characteristic: one limit or two, and a target. A value on a limit conforms.
public struct Specification: Codable, Hashable, Sendable {
  public let lower: Double?
  public let upper: Double?
  public let target: Double?

  /// - Throws: `.noSpecification`, `.specificationNotFinite`, `.limitsCrossed`, `.targetOutside`.
  public init(lower: Double? = nil, upper: Double? = nil, target: Double? = nil) throws(CapabilityFault) {
    for (field, value) in [("lower", lower), ("upper", upper), ("target", target)] {
      if let value, !value.isFinite { throw .specificationNotFinite(field: field) }
    }
    guard lower != nil || upper != nil else { throw .noSpecification }
    if let lower, let upper, lower >= upper { throw .limitsCrossed(lower: lower, upper: upper) }
    if let target, target < lower ?? target || target > upper ?? target { throw .targetOutside(target: target) }
    self.lower = lower
    self.upper = upper
    self.target = target
  }

  private enum CodingKeys: String, CodingKey { case lower, upper, target }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      lower: container.decodeIfPresent(Double.self, forKey: .lower),
      upper: container.decodeIfPresent(Double.self, forKey: .upper),
      target: container.decodeIfPresent(Double.self, forKey: .target))
  }

  /// Width between the limits; nil where there is one only, or where it is beyond the range of numbers.
  var width: Double? {
    guard let lower, let upper, (upper - lower).isFinite else { return nil }
    return upper - lower
  }
}
