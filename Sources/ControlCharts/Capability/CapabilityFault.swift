/// Why a study of capability, tolerance or measurement cannot be made from what was given.
public enum CapabilityFault: Error, Codable, Hashable, Sendable {
  /// Fewer values than ``CapabilityStudy/valueCounts``, or more.
  case tooFewValues(Int)
  case tooManyValues(Int)
  /// The value at an index, from 0, is not a finite number.
  case valueNotFinite(index: Int)
  /// The values are so large that their mean or deviation is not a finite number.
  case valuesTooLarge
  /// All values are equal: sigma is 0.
  case noSpread
  /// A within sigma that is not above 0, or degrees of freedom outside ``WithinSigma/possibleDegreesOfFreedom``.
  case withinSigma(Double)
  case withinDegreesOfFreedom(Double)
  /// A subgroup study needs a subgroup with two values.
  case noSubgroups
  case noSpecification
  case specificationNotFinite(field: String)
  case limitsCrossed(lower: Double, upper: Double)
  case targetOutside(target: Double)
  /// A limit lies more than three times ``CapabilityStudy/largestIndex`` sigmas from the mean; `index` is that distance
  /// over 3 sigma.
  case unitsDoNotFit(index: Double)
  /// A share that must lie between 0 and 1: confidence, content, significance level.
  case share(field: String, Double)
  /// Outside ``ToleranceFactor/counts``.
  case toleranceCount(Int)
  /// The index to show is not below the one that is expected, or one is not above 0.
  case requiredIndex(required: Double, expected: Double)
  /// More values than ``SampleSize/largest`` would be needed.
  case sampleTooLarge
  /// The report was asked for only without marks, and has some.
  case doubtful([CapabilityMark])
}

extension CapabilityFault {
  /// The field that is wrong, as it is named where values are entered.
  public var field: String {
    switch self {
    case .tooFewValues, .tooManyValues, .valueNotFinite, .valuesTooLarge, .noSpread, .doubtful: "values"
    case .withinSigma: "within.sigma"
    case .withinDegreesOfFreedom: "within.degreesOfFreedom"
    case .noSubgroups: "subgroups"
    case .noSpecification, .limitsCrossed, .unitsDoNotFit: "specification"
    case .specificationNotFinite(let field): "specification.\(field)"
    case .targetOutside: "specification.target"
    case .share(let field, _): field
    case .toleranceCount, .sampleTooLarge: "count"
    case .requiredIndex: "required"
    }
  }

  /// What is wrong and what to do.
  public var english: String {
    switch self {
    case .tooFewValues(let count):
      "\(count) values are too few. Give at least \(CapabilityStudy.valueCounts.lowerBound)."
    case .tooManyValues(let count):
      "\(count) values are too many. Give at most \(CapabilityStudy.valueCounts.upperBound), for example one stretch."
    case .valueNotFinite(let index):
      "Value \(index + 1) is not a number. Leave readings without a value out."
    case .valuesTooLarge: "The values are too large to compute with. Use a larger unit."
    case .noSpread:
      "All values are equal, so sigma is 0. Record the values with a finer resolution."
    case .withinSigma(let sigma): "The within sigma \(sigma) is not above 0. Estimate it from the chart's subgroups."
    case .withinDegreesOfFreedom(let degrees):
      "\(degrees) degrees of freedom are not possible. Give those of the within sigma, from 0.1 to 100 million."
    case .noSubgroups: "No subgroup has two values. Give subgroups of two or more, or single values."
    case .noSpecification: "There is no specification limit. Give a lower limit, an upper limit or both."
    case .specificationNotFinite(let field): "The specification's \(field) is not a number. Correct or remove it."
    case .limitsCrossed(let lower, let upper):
      "The lower limit \(lower) is not below the upper limit \(upper). Exchange or correct them."
    case .targetOutside(let target): "The target \(target) lies outside the specification limits. Correct it."
    case .unitsDoNotFit(let index):
      "A limit lies \(index) times 3 sigma from the values. Give the specification, the values and sigma in one unit."
    case .share(_, let value): "\(value) is not a possible share. Give one between 0 and 1, for example 0.95."
    case .toleranceCount(let count):
      "A tolerance factor for \(count) values is not possible. Give \(Self.words(ToleranceFactor.counts))."
    case .requiredIndex(let required, let expected):
      "An index of \(required) cannot be shown where \(expected) is expected. Give one above 0 and below that."
    case .sampleTooLarge:
      "More than \(SampleSize.largest) values would be needed. Ask for less confidence or improve the process."
    case .doubtful(let marks): "The result is not released: " + marks.map(\.english).joined(separator: " ")
    }
  }

  public var chinese: String {
    switch self {
    case .tooFewValues(let count): "\(count) 个数值太少。至少需要 \(CapabilityStudy.valueCounts.lowerBound) 个。"
    case .tooManyValues(let count):
      "\(count) 个数值太多。最多 \(CapabilityStudy.valueCounts.upperBound) 个，例如只取一段时间。"
    case .valueNotFinite(let index): "第 \(index + 1) 个数值不是数字。请去掉没有数值的读数。"
    case .valuesTooLarge: "数值过大，无法计算。请换用更大的单位。"
    case .noSpread: "所有数值相同，标准差为 0。请用更高的分辨率记录。"
    case .withinSigma(let sigma): "组内标准差 \(sigma) 不大于 0。请由控制图的子组估计。"
    case .withinDegreesOfFreedom(let degrees): "自由度 \(degrees) 不可用。请给出组内标准差的自由度，0.1 至 1 亿。"
    case .noSubgroups: "没有含两个数值的子组。请给出两个以上数值的子组，或给出单值。"
    case .noSpecification: "没有规格限。请给出下限、上限或两者。"
    case .specificationNotFinite(let field): "规格的 \(field) 不是数字。请更正或删除。"
    case .limitsCrossed(let lower, let upper): "下限 \(lower) 不低于上限 \(upper)。请对调或更正。"
    case .targetOutside(let target): "目标值 \(target) 在规格限之外。请更正。"
    case .unitsDoNotFit(let index): "规格限与数值相距 3 倍标准差的 \(index) 倍。请让规格、数值和标准差使用同一单位。"
    case .share(_, let value): "\(value) 不是可用的比例。请给出 0 与 1 之间的值，例如 0.95。"
    case .toleranceCount(let count):
      "无法计算 \(count) 个数值的容许区间系数。请给出 \(Self.words(ToleranceFactor.counts))。"
    case .requiredIndex(let required, let expected):
      "预期指数为 \(expected) 时无法证明 \(required)。请给出大于 0 且低于预期的值。"
    case .sampleTooLarge: "所需数值超过 \(SampleSize.largest) 个。请降低置信水平或改进过程。"
    case .doubtful(let marks): "结果不予放行：" + marks.map(\.chinese).joined()
    }
  }

  private static func words(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound)-\(range.upperBound)" }
}

extension CapabilityFault: CustomStringConvertible {
  public var description: String { "\(field): \(english)" }
}
