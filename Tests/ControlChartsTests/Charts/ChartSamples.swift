import ControlCharts

/// Seeded samples for charts of every kind.
enum ChartSamples {
  static func designs(of kind: ChartKind) throws -> [ChartDesign] {
    switch kind {
    case .individuals:
      [.of(kind), .of(kind, gapPolicy: .skip, span: 3, ewma: .init(), cusum: .init(headStart: 2.5))]
    case .xbarRange, .xbarStandardDeviation, .median:
      [.of(kind, size: 5), .of(kind, size: 3, gapPolicy: .skip, ewma: .init(), cusum: .init())]
    case .shortRunZ: [.of(kind), .of(kind, size: 4)]
    case .ewma: [.of(kind, rules: .ewma), .of(kind, size: 4, rules: .ewma)]
    case .cusum: [.of(kind, rules: .cusum), .of(kind, size: 4, rules: .cusum, cusum: .init(headStart: 2.5))]
    case .hotellingTSquared: [.of(kind, rules: .shewhart, variables: 3)]
    default: [.of(kind, rules: .attribute)]
    }
  }

  /// A sample that fits the design; subgroups differ in size, a single value among them.
  static func sample(_ design: ChartDesign, _ random: inout SeededGenerator) -> ChartSample {
    switch design.kind {
    case .p, .np, .laneyP:
      let inspected = design.kind == .np ? 60 : Int.random(in: 40...80, using: &random)
      return .count(Double(Int.random(in: 0...(inspected / 4), using: &random)), inspected: Double(inspected))
    case .c: return .count(Double(Int.random(in: 2...14, using: &random)), inspected: 1)
    case .u, .laneyU:
      return .count(
        Double(Int.random(in: 0...20, using: &random)), inspected: Double(Int.random(in: 5...15, using: &random)) / 2)
    case .g: return .values([Double(Int.random(in: 0...60, using: &random))])
    case .t: return .values([Double.random(in: 0.1...40, using: &random)])
    case .hotellingTSquared:
      let common = random.normal()
      return .values((0..<design.variables).map { _ in 20 + common + random.normal() })
    case .shortRunZ:
      let part = Bool.random(using: &random) ? "A" : "B"
      return .part(part, values: values(design, part == "A" ? 100 : 7, &random))
    default: return .values(values(design, 50, &random))
    }
  }

  private static func values(_ design: ChartDesign, _ center: Double, _ random: inout SeededGenerator) -> [Double] {
    let smallest = max(1, design.subgroupSize - 2)
    let size = design.subgroupSize == 1 ? 1 : Int.random(in: smallest...design.subgroupSize, using: &random)
    return (0..<size).map { _ in center + 2 * random.normal() }
  }
}
