/// Trends and alternations alone. Only the order of the values matters, so they may be taken as uniform on [0, 1], shifted
/// or not. The state is the pattern of the last steps; of the newest value its density is kept at Gauss-Legendre nodes, where
/// integrals of it up to and from a value are exact to all digits.
struct StepChain {
  /// Steps that a trend and an alternation need; nil without such a rule.
  private var trendSteps: Int?
  private var alternationSteps: Int?

  /// Nil where another rule is among them.
  init?(_ rules: [RunRule]) {
    for rule in rules {
      switch rule {
      case .trend(let points, _): trendSteps = min(trendSteps ?? .max, points - 1)
      case .alternation(let points): alternationSteps = min(alternationSteps ?? .max, points - 1)
      default: return nil
      }
    }
  }

  /// Densities over the nodes by the direction of the newest step and by how many steps are steady, or alternate.
  private struct Densities {
    /// Index: steps; [1] is the newest step alone, which is the start of either pattern.
    var steady: [[Double]]
    var turning: [[Double]]
  }

  func averageRunLength() -> Double {
    let operators = OrderIntegrals(nodes: 16)
    let longest = max(trendSteps ?? 0, alternationSteps ?? 0, 1)
    let zero = [Double](repeating: 0, count: operators.count)
    let empty = Densities(
      steady: Array(repeating: zero, count: longest + 1), turning: Array(repeating: zero, count: longest + 1))
    // By symmetry the falling half is the rising half mirrored: values count from the other end.
    var rising = empty
    var points = 0
    return RunLengthSum.points {
      points += 1
      if points == 1 { return 0 }
      var next = empty
      var fired = 0.0
      if points == 2 {
        next.steady[1] = operators.below([Double](repeating: 1, count: operators.count))
        fired += take(&next)
        rising = next
        return fired
      }
      for steps in 1...longest {
        for isSteady in [true, false] where isSteady || steps > 1 {
          let density = isSteady ? rising.steady[steps] : rising.turning[steps]
          let onward = operators.below(density)
          let back = operators.mirrored(operators.above(density))
          // A rise goes a steady pattern on and ends an alternation; a fall, seen mirrored, the other way round.
          add(onward, to: &next.steady[isSteady ? min(steps + 1, longest) : min(2, longest)])
          add(back, to: &next.turning[min(isSteady ? 2 : steps + 1, longest)])
        }
      }
      fired += take(&next)
      rising = next
      return fired

      /// Takes out what has fired, of both directions together.
      func take(_ densities: inout Densities) -> Double {
        var share = 0.0
        for steps in 1...longest {
          if let trendSteps, steps >= trendSteps {
            share += operators.total(densities.steady[steps])
            densities.steady[steps] = zero
          }
          if let alternationSteps, steps >= alternationSteps {
            share += operators.total(densities.turning[steps])
            densities.turning[steps] = zero
            if steps == 1 {
              share += operators.total(densities.steady[steps])
              densities.steady[steps] = zero
            }
          }
        }
        return 2 * share
      }
    }
  }

  private func add(_ part: [Double], to sum: inout [Double]) {
    for index in sum.indices { sum[index] += part[index] }
  }
}

/// Integrals of a density on [0, 1] that is known at Gauss-Legendre nodes.
struct OrderIntegrals {
  let count: Int
  private let weights: [Double]
  /// Row by row: the integral from 0 to a node of each Lagrange polynomial.
  private let integrals: [Double]

  init(nodes count: Int) {
    let rule = LegendreRule(count)
    let nodes = rule.nodes.map { ($0 + 1) / 2 }
    self.count = count
    weights = rule.weights.map { $0 / 2 }
    var integrals: [Double] = []
    for end in nodes {
      for basis in 0..<count {
        var integral = 0.0
        for index in 0..<count {
          integral += weights[index] * end * Self.lagrange(nodes, basis, at: end * nodes[index])
        }
        integrals.append(integral)
      }
    }
    self.integrals = integrals
  }

  private static func lagrange(_ nodes: [Double], _ basis: Int, at x: Double) -> Double {
    var value = 1.0
    for index in nodes.indices where index != basis {
      value *= (x - nodes[index]) / (nodes[basis] - nodes[index])
    }
    return value
  }

  /// At each node x, the share of values below x.
  func below(_ density: [Double]) -> [Double] {
    (0..<count).map { row in
      var sum = 0.0
      for column in 0..<count { sum += integrals[row * count + column] * density[column] }
      return sum
    }
  }

  func above(_ density: [Double]) -> [Double] {
    let total = total(density)
    return below(density).map { total - $0 }
  }

  func total(_ density: [Double]) -> Double { zip(weights, density).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Of 1 - x instead of x: the nodes lie symmetrically.
  func mirrored(_ density: [Double]) -> [Double] { density.reversed() }
}
