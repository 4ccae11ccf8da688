/// Finds the shortest way to write a text in the code sets A, B and C of Code 128, with latches and single shifts
/// (ISO/IEC 15417, clause 4.3.4 and annex E gives rules of thumb; here every way is compared).
enum Code128Path {
  enum CodeSet: Int, CaseIterable {
    case a, b, c

    var start: Int { [Code128.startA, Code128.startB, Code128.startC][rawValue] }
    /// The symbol character that goes over to this set; the same from both others.
    var latch: Int { [101, 100, 99][rawValue] }
  }

  private struct Way {
    var cost: Int
    /// Where it came from: position, set, and what was written from there.
    var position: Int
    var set: CodeSet
    var written: [Int]
  }

  /// Start character and data.
  static func shortest(_ elements: [SymbolText.Element]) -> [Int] {
    let count = elements.count
    var best = [[Way?]](repeating: [nil, nil, nil], count: count + 1)
    for set in CodeSet.allCases { best[0][set.rawValue] = Way(cost: 1, position: -1, set: set, written: [set.start]) }
    for position in 0...count {
      latch(&best[position], position)
      guard position < count else { break }
      for set in CodeSet.allCases {
        guard let way = best[position][set.rawValue] else { continue }
        for step in steps(elements, position, set) {
          let cost = way.cost + step.written.count
          if let known = best[position + step.length][set.rawValue], known.cost <= cost { continue }
          best[position + step.length][set.rawValue] = Way(
            cost: cost, position: position, set: set, written: step.written)
        }
      }
    }
    return trace(best)
  }

  /// Goes over to another set where that is the cheaper way to be there.
  private static func latch(_ ways: inout [Way?], _ position: Int) {
    let before = ways
    for target in CodeSet.allCases {
      for source in CodeSet.allCases where source != target {
        guard let way = before[source.rawValue] else { continue }
        if let known = ways[target.rawValue], known.cost <= way.cost + 1 { continue }
        ways[target.rawValue] = Way(cost: way.cost + 1, position: position, set: source, written: [target.latch])
      }
    }
  }

  private struct Step {
    var written: [Int]
    /// Elements that it writes.
    var length: Int
  }

  /// What can be written from here in a set.
  private static func steps(_ elements: [SymbolText.Element], _ position: Int, _ set: CodeSet) -> [Step] {
    guard case .byte(let byte) = elements[position] else {
      return [Step(written: [Code128.functionOne], length: 1)]
    }
    let inA = byte < 96 ? (Int(byte) + 64) % 96 : nil
    let inB = byte >= 32 ? Int(byte) - 32 : nil
    switch set {
    case .a:
      if let inA { return [Step(written: [inA], length: 1)] }
      return inB.map { [Step(written: [Code128.shift, $0], length: 1)] } ?? []
    case .b:
      if let inB { return [Step(written: [inB], length: 1)] }
      return inA.map { [Step(written: [Code128.shift, $0], length: 1)] } ?? []
    case .c:
      guard position + 1 < elements.count, case .byte(let next) = elements[position + 1], isDigit(byte), isDigit(next)
      else { return [] }
      return [Step(written: [Int(byte - 48) * 10 + Int(next - 48)], length: 2)]
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  private static func trace(_ best: [[Way?]]) -> [Int] {
    var position = best.count - 1
    // A way to the end exists in sets A and B for every ASCII text.
    var set = CodeSet.allCases.min { cost(best[position], $0) < cost(best[position], $1) } ?? .b
    var parts: [[Int]] = []
    while position >= 0, let way = best[position][set.rawValue] {
      parts.append(way.written)
      (position, set) = (way.position, way.set)
    }
    return parts.reversed().flatMap(\.self)
  }

  private static func cost(_ ways: [Way?], _ set: CodeSet) -> Int { ways[set.rawValue]?.cost ?? .max }
}
