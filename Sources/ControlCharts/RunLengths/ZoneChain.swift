/// The Markov chain of a set of zone rules: every joint state that can be reached from an empty history (Champ and Woodall
/// 1987, exact run lengths of supplementary runs rules).
struct ZoneChain {
  static let maximumStates = 100_000

  /// For each state the next one by zone; -1 where a rule fires.
  private var transitions: [Int32] = []
  private let period: Int

  /// Nil where a rule is no zone rule or the chain would be too large.
  init?(_ rules: [RunRule]) {
    let automata = rules.compactMap(ZoneAutomaton.init)
    guard automata.count == rules.count else { return nil }
    period = automata.map(\.period).reduce(1, *)
    let start = [Int](repeating: 0, count: automata.count)
    var numbers = [start: Int32(0)]
    var states = [start]
    var reached = 0
    while reached < states.count {
      for zone in 0..<ZoneAutomaton.zones {
        let next = zip(automata, states[reached]).compactMap { $0.next($1, zone: zone) }
        guard next.count == automata.count else {
          transitions.append(-1)
          continue
        }
        if let number = numbers[next] {
          transitions.append(number)
        } else {
          guard states.count < Self.maximumStates else { return nil }
          numbers[next] = Int32(states.count)
          transitions.append(Int32(states.count))
          states.append(next)
        }
      }
      reached += 1
    }
  }

  func averageRunLength(shift: Double) -> Double {
    let probabilities = Self.probabilities(shift: shift)
    var shares = [Double](repeating: 0, count: transitions.count / ZoneAutomaton.zones)
    shares[0] = 1
    return RunLengthSum.points(period: period) {
      var next = [Double](repeating: 0, count: shares.count)
      var fired = 0.0
      for (state, share) in shares.enumerated() where share > 0 {
        for zone in 0..<ZoneAutomaton.zones {
          let target = Int(transitions[state * ZoneAutomaton.zones + zone])
          let part = share * probabilities[zone]
          if target < 0 { fired += part } else { next[target] += part }
        }
      }
      shares = next
      return fired
    }
  }

  /// How probable each zone is for a normal point, by the tail that keeps its digits.
  private static func probabilities(shift: Double) -> [Double] {
    let lines = [-Double.infinity, -3, -2, -1, 0, 1, 2, 3, .infinity]
    return zip(lines, lines.dropFirst()).map { lower, upper in
      let (low, high) = (lower - shift, upper - shift)
      return low > 0
        ? mathNormalCumulative(-low) - mathNormalCumulative(-high)
        : mathNormalCumulative(high) - mathNormalCumulative(low)
    }
  }
}
