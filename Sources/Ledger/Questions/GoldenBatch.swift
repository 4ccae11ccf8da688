public import Shopfloor

/// A lot beside the last good ones of its product: characteristic by characteristic, the largest departure first.
public struct GoldenBatch: Hashable, Sendable, Codable {
  /// A lot that was not taken for comparison, and why.
  public struct LeftOut: Hashable, Sendable, Codable {
    public enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
      case notSealed, wasHeld, openSpecificationAlarm, noValues

      public var words: Words {
        switch self {
        case .notSealed: Words("its record is not sealed", "记录未封存")
        case .wasHeld: Words("it is or was on hold", "曾被或正被扣留")
        case .openSpecificationAlarm: Words("an alarm of a specification limit is not closed", "规格限报警未关闭")
        case .noValues: Words("it has no values of these operations", "无此工序的数值")
        }
      }
    }

    public var lot: LotNumber
    public var reason: Reason
  }

  /// The values of one characteristic of an operation.
  public struct Comparison: Hashable, Sendable, Codable {
    public var operation: OperationName
    public var characteristic: CharacteristicName
    public var unit: String
    /// The lot's own values.
    public var own: Distribution
    /// Of all values of the good lots.
    public var band: ValueBand
    /// Of the means of the good lots, one a lot.
    public var meanBand: ValueBand
    /// Share of the lot's own values outside `band`, 0 to 1. Of a good lot about 0.1 lie outside a band of quantiles.
    public var outOfBandShare: Double
    /// How far the lot's mean lies from the median of the good lots' means, in halves of `meanBand`: up to 1 it lies within
    /// it. Nil: beyond a band without width.
    public var departure: Double?
    /// Along the run, by tenths of its cycles; those without values of the lot are left out.
    public var positions: [Position]
    /// How many good lots have values of it.
    public var goodLots: Int
  }

  /// One tenth of a run.
  public struct Position: Hashable, Sendable, Codable {
    /// 1 to ``GoldenBatch/positionsPerRun``.
    public var tenth: Int
    public var mean: Double
    /// Of the means of the good lots there; nil where none has a value.
    public var band: ValueBand?
  }

  public var lot: LotNumber
  public var product: ItemCode
  /// The good lots, the latest first.
  public var good: [LotNumber]
  public var leftOut: [LeftOut]
  public var comparisons: [Comparison]
  /// Characteristics of the lot that no good lot has.
  public var incomparable: [CharacteristicName]
  /// A bound was reached: not every value or lot was looked at.
  public var isCutOff: Bool

  /// A band of fewer lots says nothing.
  public static let fewestLots = 5
  public static let usualLots = 20
  public static let mostLots = 200
  public static let positionsPerRun = 10
}

/// One value of a characteristic in a lot.
public struct PlacedValue: Hashable, Sendable {
  /// Which characteristic, of which operation.
  public struct Key: Hashable, Sendable {
    public var operation: OperationName
    public var characteristic: CharacteristicName
    public var unit: String

    public init(operation: OperationName, characteristic: CharacteristicName, unit: String) {
      self.operation = operation
      self.characteristic = characteristic
      self.unit = unit
    }
  }

  public var value: Double
  /// Where in the run it was taken: 0 at the first cycle, 1 at the last; nil: the run has one cycle only.
  public var position: Double?

  public init(value: Double, position: Double?) {
    self.value = value
    self.position = position
  }

  /// From 1.
  var tenth: Int? {
    position.map { min(GoldenBatch.positionsPerRun, Int($0 * Double(GoldenBatch.positionsPerRun)) + 1) }
  }
}

extension GoldenBatch {
  /// Compares values; a pure function of them.
  ///
  /// - Parameter good: the values of each good lot.
  /// - Returns: largest departure first; of equal ones by operation and name.
  public static func compare(
    _ own: [PlacedValue.Key: [PlacedValue]], with good: [[PlacedValue.Key: [PlacedValue]]]
  ) -> (comparisons: [Comparison], incomparable: [CharacteristicName]) {
    var comparisons: [Comparison] = []
    var incomparable: Set<CharacteristicName> = []
    for (key, values) in own {
      let others = good.compactMap { $0[key] }.filter { !$0.isEmpty }
      guard let distribution = Distribution(values.map(\.value)) else { continue }
      guard let band = ValueBand(others.flatMap { $0.map(\.value) }),
        let meanBand = ValueBand(others.compactMap { Distribution($0.map(\.value))?.mean })
      else {
        incomparable.insert(key.characteristic)
        continue
      }
      let outside = values.count { !band.contains($0.value) }
      let departure = meanBand.departure(of: distribution.mean)
      comparisons.append(
        Comparison(
          operation: key.operation, characteristic: key.characteristic, unit: key.unit, own: distribution, band: band,
          meanBand: meanBand, outOfBandShare: Double(outside) / Double(values.count),
          departure: departure.isFinite ? departure : nil, positions: positions(of: values, others),
          goodLots: others.count))
    }
    comparisons.sort { left, right in
      let (first, second) = (left.departure ?? .infinity, right.departure ?? .infinity)
      if first != second { return first > second }
      return (left.operation, left.characteristic, left.unit) < (right.operation, right.characteristic, right.unit)
    }
    return (comparisons, incomparable.sorted())
  }

  private static func positions(of own: [PlacedValue], _ others: [[PlacedValue]]) -> [Position] {
    let mine = means(of: own)
    let theirs = others.map(means)
    return mine.sorted { $0.key < $1.key }.map { tenth, mean in
      Position(tenth: tenth, mean: mean, band: ValueBand(theirs.compactMap { $0[tenth] }))
    }
  }

  private static func means(of values: [PlacedValue]) -> [Int: Double] {
    var found: [Int: [Double]] = [:]
    for value in values { if let tenth = value.tenth { found[tenth, default: []].append(value.value) } }
    return found.compactMapValues { Distribution($0)?.mean }
  }
}
