/// Why a gauge study cannot be made from what was given.
public enum GaugeFault: Error, Codable, Hashable, Sendable {
  case tooFewParts(Int)
  case tooFewPeople(Int)
  /// With one trial a cell says nothing of repeatability.
  case tooFewTrials(Int)
  /// More than ``GaugeStudy/maximumMeasurements``.
  case tooMany(Int)
  case cellMissing(part: String, person: String)
  case cellUneven(part: String, person: String, found: Int, expected: Int)
  case valueNotFinite(part: String, person: String)
  case valuesTooLarge
  /// All values are equal.
  case noSpread
  case tolerance(Double)
  case sigmas(Double)
  case poolingLevel(Double)
}

extension GaugeFault {
  /// The field that is wrong, as it is named where values are entered.
  public var field: String {
    switch self {
    case .tooFewParts: "part"
    case .tooFewPeople: "person"
    case .tooFewTrials, .tooMany, .cellMissing, .cellUneven: "measurements"
    case .valueNotFinite, .valuesTooLarge, .noSpread: "value"
    case .tolerance: "tolerance"
    case .sigmas: "sigmas"
    case .poolingLevel: "poolsAbove"
    }
  }

  /// What is wrong and what to do.
  public var english: String {
    switch self {
    case .tooFewParts(let count): "The study has \(count) parts. Measure at least 2, better 10."
    case .tooFewPeople(let count): "The study has \(count) operators. Let at least 2 measure, better 3."
    case .tooFewTrials: "Nobody measured a part twice. Let everybody measure every part at least 2 times."
    case .tooMany(let count):
      "\(count) measurements are too many. Give at most \(GaugeStudy.maximumMeasurements)."
    case .cellMissing(let part, let person):
      "Operator \(person) has not measured part \(part). Add the measurements; a crossed study needs them all."
    case .cellUneven(let part, let person, let found, let expected):
      "Operator \(person) measured part \(part) \(found) times, others \(expected) times. Make the numbers equal."
    case .valueNotFinite(let part, let person):
      "A value of operator \(person) for part \(part) is not a number. Measure again."
    case .valuesTooLarge: "The values are too large to compute with. Use a larger unit."
    case .noSpread: "All values are equal. Measure with a finer resolution, or parts that differ."
    case .tolerance(let value): "The tolerance \(value) is not above 0. Give the width between the limits."
    case .sigmas(let value): "\(value) sigmas are not above 0. Give 6, or 5.15 as in older studies."
    case .poolingLevel(let value): "\(value) is not a p-value. Give one from 0 to 1, for example 0.25."
    }
  }

  public var chinese: String {
    switch self {
    case .tooFewParts(let count): "研究中有 \(count) 个零件。至少测量 2 个，最好 10 个。"
    case .tooFewPeople(let count): "研究中有 \(count) 名测量者。至少需要 2 名，最好 3 名。"
    case .tooFewTrials: "没有人对同一零件测量两次。请每人对每个零件至少测量 2 次。"
    case .tooMany(let count): "\(count) 个测量值太多。最多 \(GaugeStudy.maximumMeasurements) 个。"
    case .cellMissing(let part, let person): "测量者 \(person) 没有测量零件 \(part)。请补测；交叉研究需要全部数据。"
    case .cellUneven(let part, let person, let found, let expected):
      "测量者 \(person) 对零件 \(part) 测量了 \(found) 次，其他为 \(expected) 次。请使次数相同。"
    case .valueNotFinite(let part, let person): "测量者 \(person) 对零件 \(part) 的一个数值不是数字。请重新测量。"
    case .valuesTooLarge: "数值过大，无法计算。请换用更大的单位。"
    case .noSpread: "所有数值相同。请用更高的分辨率测量，或选用有差异的零件。"
    case .tolerance(let value): "公差 \(value) 不大于 0。请给出规格限之间的宽度。"
    case .sigmas(let value): "\(value) 倍标准差不大于 0。请给出 6，或旧版的 5.15。"
    case .poolingLevel(let value): "\(value) 不是 p 值。请给出 0 到 1 之间的值，例如 0.25。"
    }
  }
}

extension GaugeFault: CustomStringConvertible {
  public var description: String { "\(field): \(english)" }
}
