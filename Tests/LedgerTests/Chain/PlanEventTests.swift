import Foundation
import Shopfloor
import Testing

@testable import Ledger

@Suite("Canonical bytes of a plan")
struct PlanEventTests {
  private static let texts = ["oven 1", "a/b", "密封 温度", "°C", "", "e\u{301}", "😀", "tab \t", "quote \""]
  private static let numbers: [Double] = [0, -0.0, 1, -1, 0.1, 185.03, 1e-5, 1e16, .leastNonzeroMagnitude, 1.0 / 3]

  private static func text(_ random: inout SeededGenerator) -> String {
    // Most plans need no escapes.
    texts[Int.random(in: 0..<(Int.random(in: 0..<200, using: &random) == 0 ? texts.count : 7), using: &random)]
  }

  private static func name<Kind>(_ random: inout SeededGenerator) -> Identifier<Kind> {
    do throws(OutsideTextFault) {
      return try Identifier(text(&random))
    } catch {
      return "name"
    }
  }

  private static func number(_ random: inout SeededGenerator) -> Double {
    let anyBits = Double(bitPattern: random.next())
    return Bool.random(using: &random) && anyBits.isFinite ? anyBits : numbers.randomElement(using: &random) ?? 0
  }

  private static func maybe<Value>(_ random: inout SeededGenerator, _ value: (inout SeededGenerator) -> Value) -> Value?
  {
    Bool.random(using: &random) ? value(&random) : nil
  }

  private static func some<Value>(_ random: inout SeededGenerator, _ value: (inout SeededGenerator) -> Value) -> [Value]
  {
    (0..<Int.random(in: 0...3, using: &random)).map { _ in value(&random) }
  }

  private static func limits(_ random: inout SeededGenerator) -> LimitPlan {
    LimitPlan(
      low: maybe(&random, number), high: maybe(&random, number), deadband: number(&random),
      onDelayMicroseconds: .random(in: .min ... .max, using: &random))
  }

  private static func parameter(_ random: inout SeededGenerator) -> ParameterPlan {
    ParameterPlan(
      name: name(&random), device: name(&random), point: text(&random), unit: text(&random),
      expectedIntervalMicroseconds: .random(in: 0 ... .max, using: &random), specification: maybe(&random, limits),
      alarm: maybe(&random, limits))
  }

  private static func cycle(_ random: inout SeededGenerator) -> CyclePlan {
    let conditions: [CyclePlan.Condition] = [
      .bit, .above(level: number(&random), hysteresis: number(&random)),
      .below(level: number(&random), hysteresis: number(&random)),
    ]
    return CyclePlan(parameter: name(&random), condition: conditions.randomElement(using: &random) ?? .bit)
  }

  private static func characteristic(_ random: inout SeededGenerator) -> CharacteristicPlan {
    let limits: [ChartPlan.Limits] = [
      .frozen(center: number(&random), sigma: number(&random)),
      .establish(points: .random(in: .min ... .max, using: &random)),
    ]
    return CharacteristicPlan(
      name: name(&random), parameter: name(&random),
      feature: CharacteristicPlan.Feature.allCases.randomElement(using: &random) ?? .mean, unit: text(&random),
      specification: maybe(&random, Self.limits),
      chart: maybe(&random) { random in
        ChartPlan(limits: limits[Int.random(in: 0...1, using: &random)], runLength: .random(in: 2...20, using: &random))
      })
  }

  private static func interlock(_ random: inout SeededGenerator) -> InterlockPlan {
    InterlockPlan(
      device: name(&random), point: text(&random), holdValue: number(&random), releaseValue: number(&random))
  }

  private static func allowance(_ random: inout SeededGenerator) -> WriteAllowance {
    WriteAllowance(
      device: name(&random), point: text(&random), unit: text(&random), minimum: number(&random),
      maximum: number(&random))
  }

  private static func rules(_ random: inout SeededGenerator) -> MaterialRules {
    MaterialRules(
      substitutes: some(&random) {
        MaterialRules.Substitute(item: name(&$0), substitute: name(&$0), product: maybe(&$0, name))
      },
      overDeliveryPercent: number(&random), minimumRemainingLifeDays: .random(in: 0...900, using: &random),
      allowsBlindReceipt: .random(using: &random))
  }

  private static func plan(_ random: inout SeededGenerator) -> LinePlan {
    LinePlan(
      site: text(&random), line: text(&random),
      stations: some(&random) { random in
        StationPlan(
          name: name(&random), operation: name(&random), loadCapacityLots: .random(in: 1...9, using: &random),
          parameters: some(&random, parameter), cycle: maybe(&random, cycle),
          characteristics: some(&random, characteristic), interlock: maybe(&random, interlock),
          role: maybe(&random) { StationRole.allCases.randomElement(using: &$0) ?? .receipt },
          secondPerson: maybe(&random) { some(&$0) { StationStep.allCases.randomElement(using: &$0) ?? .pick } },
          lineClearance: maybe(&random) { Bool.random(using: &$0) },
          labels: maybe(&random) { LabelStrictness.allCases.randomElement(using: &$0) ?? .strict })
      },
      wiring: some(&random) { WiringEntry(name: text(&$0), description: text(&$0)) },
      writes: maybe(&random) { some(&$0, allowance) }, materialRules: maybe(&random, rules))
  }

  private static func envelope(_ plan: LinePlan, changes: [String]) -> EventChain.Envelope {
    EventChain.Envelope(
      sequence: 7, time: Timestamp(microseconds: 1), monotonic: 2, actor: "configuration", derived: false,
      event: .planApplied(PlanApplied(digest: "d", plan: plan, changes: changes)))
  }

  @Test("are those of the general encoder, or left to it", arguments: [1, 2, 3, 4] as [UInt64])
  func sameBytes(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let encoder = EventChain.makeEncoder()
    var compared = 0
    for _ in 0..<500 {
      let envelope = Self.envelope(Self.plan(&random), changes: Self.some(&random, Self.text))
      let general = [UInt8](try encoder.encode(envelope))
      guard let quick = EventChain.frequentBytes(of: envelope) else { continue }
      compared += 1
      #expect(
        quick == general,
        "\(String(decoding: quick, as: UTF8.self)) is not \(String(decoding: general, as: UTF8.self))")
    }
    #expect(compared > 200)
  }

  @Test("know every field of every part of a plan")
  func everyField() {
    var random = SeededGenerator(seed: 9)
    func fields(_ part: Any) -> Set<String> { Set(Mirror(reflecting: part).children.compactMap(\.label)) }
    #expect(fields(PlanApplied(digest: "", plan: Self.plan(&random), changes: [])) == ["digest", "plan", "changes"])
    #expect(
      fields(Self.plan(&random)) == [
        "site", "line", "stations", "wiring", "writes", "materialRules", "alarmPolicy", "notifications",
        "quantities",
      ])
    #expect(
      fields(StationPlan(name: "s", operation: "o")) == [
        "name", "operation", "loadCapacityLots", "parameters", "cycle", "characteristics", "interlock", "role",
        "secondPerson", "lineClearance", "labels",
      ])
    #expect(
      fields(Self.rules(&random)) == [
        "substitutes", "overDeliveryPercent", "minimumRemainingLifeDays", "allowsBlindReceipt",
      ])
    #expect(
      fields(MaterialRules.Substitute(item: "a", substitute: "b")) == ["item", "substitute", "product"])
    #expect(
      fields(Self.parameter(&random)) == [
        "name", "device", "point", "unit", "expectedIntervalMicroseconds", "specification", "alarm",
      ])
    #expect(
      fields(Self.limits(&random)) == [
        "low", "high", "deadband", "onDelayMicroseconds", "response", "priority", "reactionPlan",
      ])
    #expect(fields(Self.cycle(&random)) == ["parameter", "condition"])
    #expect(
      fields(Self.characteristic(&random)) == [
        "name", "parameter", "feature", "unit", "specification", "chart", "sampling", "gates",
      ])
    #expect(
      fields(ChartPlan(limits: .establish(points: 1))) == [
        "limits", "runLength", "design", "subgroup", "stagePerWorkOrder", "priority", "reactionPlan",
        "autocorrelationAccepted", "expectedEveryMicroseconds",
      ])
    #expect(fields(Self.interlock(&random)) == ["device", "point", "holdValue", "releaseValue"])
    #expect(fields(Self.allowance(&random)) == ["device", "point", "unit", "minimum", "maximum"])
    #expect(fields(WiringEntry(name: "", description: "")) == ["name", "description"])
  }

  @Test("leave texts that need escapes and limits that are no numbers to the general encoder")
  func leftToTheGeneralEncoder() {
    func isLeft(_ site: String, _ limit: Double) -> Bool {
      let parameter = ParameterPlan(
        name: "p", device: "d", point: "x", unit: "", expectedIntervalMicroseconds: 0,
        alarm: LimitPlan(low: nil, high: limit))
      let plan = LinePlan(
        site: site, line: "line", stations: [StationPlan(name: "s", operation: "o", parameters: [parameter])])
      return EventChain.frequentBytes(of: Self.envelope(plan, changes: [])) == nil
    }
    #expect(!isLeft("Works", 1))
    #expect(isLeft("Works \"North\"", 1))
    #expect(isLeft("Works", .infinity))
    #expect(isLeft("Works", .nan))
  }
}
