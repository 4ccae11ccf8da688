/// Run lengths by simulation, for sets that no chain of handy size describes. The generator is seeded: the same set always
/// gives the same figure.
struct SimulatedRuns {
  /// Simulating ends after so many runs, or points if they come first.
  var maximumRuns = 20_000
  var maximumPoints = 4_000_000

  private let rules: CompiledRules
  /// Points of a run of controls, where a rule asks for that.
  private let runOfControls: Int?

  init(_ rules: CompiledRules) {
    self.rules = rules
    runOfControls =
      rules.ruleSet.rules.compactMap {
        if case .opposite(_, let window) = $0.rule { window } else { nil }
      }.max()
  }

  func average(shift: Double) -> AverageRunLength {
    let lines = RuleLines(center: 0, sigma: 1)
    var random = NormalGenerator(seed: 0x5EED)
    var lengths = RunningMoments()
    var points = 0
    while lengths.count < maximumRuns, points < maximumPoints || lengths.count < 2 {
      var history = RuleHistory()
      var length = 0
      repeat {
        if let runOfControls, length.isMultiple(of: runOfControls) { history.beginRun() }
        length += 1
      } while history.take(random.next() + shift, lines: lines, rules: rules).isEmpty
      lengths.take(Double(length))
      points += length
    }
    let error = (lengths.standardDeviation ?? 0) / Double(lengths.count).squareRoot()
    return AverageRunLength(points: lengths.mean, precision: .simulated(standardError: error))
  }
}

/// Standard normal values by the polar method of Marsaglia, from SplitMix64 (Steele, Lea, Flood 2014).
struct NormalGenerator {
  private var state: UInt64
  private var spare: Double?

  init(seed: UInt64) { state = seed }

  mutating func next() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    while true {
      let u = uniform() * 2 - 1
      let v = uniform() * 2 - 1
      let square = u * u + v * v
      if square > 0, square < 1 {
        let factor = (-2 * mathLog(square) / square).squareRoot()
        spare = v * factor
        return u * factor
      }
    }
  }

  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53
  }
}
