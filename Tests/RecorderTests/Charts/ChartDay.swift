import ControlCharts
import Devices
import Ledger
import Shopfloor

@testable import Recorder

/// A seeded day of a sealer under control plans: every kind of chart and of subgroup, people who measure, close subgroups
/// and begin stages, plans that change, readings that fail, gates that close, stops of the recorder.
struct ChartDay {
  /// What a chart of the day is called and how it is judged.
  static let charts: [CharacteristicPlan] = [
    cycle("individuals", ChartPlan(limits: .frozen(center: 180, sigma: 1.5), design: design(.individuals, .nelson))),
    cycle(
      "with-ewma",
      ChartPlan(
        limits: .frozen(center: 180, sigma: 1.5),
        design: design(.individuals, .westernElectric, gap: .skip, ewma: .init(), cusum: .init()),
        stagePerWorkOrder: true)),
    cycle("established", ChartPlan(limits: .establish(points: 5), runLength: 4)),
    cycle(
      "by-count",
      ChartPlan(
        limits: .frozen(center: 180, sigma: 1.5), design: design(.xbarRange, .nelson, size: 3), subgroup: .count)),
    cycle(
      "by-run",
      ChartPlan(
        limits: .frozen(center: 180, sigma: 1), design: design(.xbarStandardDeviation, .westernElectric, size: 4),
        subgroup: .run)),
    cycle(
      "by-cycle",
      ChartPlan(
        limits: .frozen(center: 180, sigma: 1.5), design: design(.cusum, .cusum, cusum: .init()), subgroup: .cycle)),
    cycle(
      "short-run",
      ChartPlan(
        limits: .baseline(
          ChartBaseline(
            mean: 0, sigma: 1,
            parts: [.init(name: "pouch", target: 180, sigma: 1.5), .init(name: "bag", target: 181, sigma: 2)])),
        design: design(.shortRunZ, .nelson))),
    window(
      "window.ewma", 500,
      ChartPlan(limits: .frozen(center: 180, sigma: 1.5), design: design(.ewma, .ewma, ewma: .init()))),
    window(
      "window.gated", 400, ChartPlan(limits: .frozen(center: 180, sigma: 1.5), design: design(.individuals, .nelson)),
      gates: [
        GatePlan(
          name: "pressed", parameter: "seal.pressure", condition: .above(level: 2.5, hysteresis: 0.2),
          afterMicroseconds: 200_000)
      ]),
    window(
      "by-window", 250,
      ChartPlan(
        limits: .frozen(center: 180, sigma: 1.5), design: design(.xbarStandardDeviation, .westernElectric, size: 4),
        subgroup: .window(microseconds: 1_000_000), stagePerWorkOrder: true)),
    window(
      "by-count.of-windows", 200,
      ChartPlan(
        limits: .establish(points: 4), design: design(.median, .nelson, size: 3), subgroup: .count,
        expectedEveryMicroseconds: 2_000_000)),
    manual(
      "seal.width",
      ChartPlan(
        limits: .frozen(center: 180, sigma: 2), design: design(.xbarRange, .nelson, size: 3), subgroup: .count)),
    manual(
      "by-hand",
      ChartPlan(
        limits: .frozen(center: 180, sigma: 2), design: design(.median, .westernElectric, size: 3), subgroup: .manual)),
    manual("single", ChartPlan(limits: .frozen(center: 180, sigma: 2), design: design(.individuals, .nelson))),
    manual("p", ChartPlan(limits: count(0.1), design: design(.p, .attribute))),
    manual("np", ChartPlan(limits: count(0.1), design: design(.np, .attribute))),
    manual("c", ChartPlan(limits: count(4), design: design(.c, .attribute))),
    manual("u", ChartPlan(limits: count(0.1), design: design(.u, .attribute, cusum: .init()))),
    manual("laney-p", ChartPlan(limits: count(0.1, 1.2), design: design(.laneyP, .attribute))),
    manual("laney-u", ChartPlan(limits: count(0.1, 1.2), design: design(.laneyU, .attribute))),
    manual("g", ChartPlan(limits: count(180), design: design(.g, .attribute))),
    manual("t", ChartPlan(limits: count(180), design: design(.t, .attribute))),
    manual(
      "t2",
      ChartPlan(
        limits: .baseline(
          ChartBaseline(mean: 0, sigma: 0, meanVector: [180, 180], covariance: [4, 1, 1, 4], observations: 50)),
        design: ChartDesign(
          kind: .hotellingTSquared, rules: .shewhart, dispersionRules: .shewhart, variables: 2, alpha: 0.2))),
  ]

  private static func design(
    _ kind: ChartKind, _ rules: RuleSet, size: Int = 1, gap: GapPolicy = .break,
    ewma: ChartDesign.EWMAParameters? = nil, cusum: ChartDesign.CUSUMParameters? = nil
  ) -> ChartDesign {
    ChartDesign(
      kind: kind, subgroupSize: size, rules: rules, dispersionRules: .dispersion, gapPolicy: gap, ewma: ewma,
      cusum: cusum)
  }

  private static func count(_ mean: Double, _ sigma: Double = 0) -> ChartPlan.Limits {
    .baseline(ChartBaseline(mean: mean, sigma: sigma))
  }

  private static func cycle(_ name: CharacteristicName, _ chart: ChartPlan) -> CharacteristicPlan {
    CharacteristicPlan(
      name: name, parameter: "seal.temperature", feature: .mean, unit: "°C",
      specification: name == "individuals" ? LimitPlan(low: 174, high: 186) : nil, chart: chart)
  }

  private static func window(
    _ name: CharacteristicName, _ milliseconds: Int64, _ chart: ChartPlan, gates: [GatePlan]? = nil
  ) -> CharacteristicPlan {
    CharacteristicPlan(
      name: name, parameter: "seal.temperature", feature: .mean, unit: "°C", chart: chart,
      sampling: .window(microseconds: milliseconds * 1_000), gates: gates)
  }

  private static func manual(_ name: CharacteristicName, _ chart: ChartPlan) -> CharacteristicPlan {
    CharacteristicPlan(
      name: name, parameter: "seal.temperature", feature: .mean, unit: "", chart: chart, sampling: .manual)
  }

  // MARK: The day

  private var generator: SeededGenerator
  private(set) var line = LineFixture()
  private(set) var time: Int64 = 0
  private var level = 180.0
  private var sealing = 0
  private var version = 0
  private(set) var documents: [String: ControlPlan] = [:]
  private var step = 0

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

  private mutating func command(_ command: Command) -> LineEngine.CommandInput {
    .init(command, actor: "person P-2", at: LineFixture.utc(time + line.stepped))
  }

  /// The configuration: no more than limits, an interlock, or another chart of its own changes.
  private mutating func configuration() -> LinePlan {
    var options = LineFixture.Options()
    if chance(40) { options.alarm = nil }
    if chance(30) { options.chart = ChartPlan(limits: .establish(points: 3), runLength: 3) }
    var plan = LineFixture.plan(options)
    if chance(60) { plan.stations[0].interlock = InterlockPlan(device: "plc-1", point: "hold") }
    if chance(50) { plan.notifications = [NotificationPlan(name: "quality")] }
    return plan
  }

  /// The next version: some charts stay as they are, some change, some are gone.
  private mutating func nextDocument() -> ControlPlan {
    version += 1
    var charts = Self.charts
    if version > 1 {
      charts = charts.filter { _ in !chance(8) }
      for index in charts.indices where chance(25) {
        charts[index].chart?.priority = AlarmPriority.allCases.randomElement(using: &generator)
      }
      if let index = charts.indices.randomElement(using: &generator) {
        charts[index].specification?.response = chance(50) ? .hold : nil
      }
    }
    return ControlPlan(
      number: "CP-1", version: version, title: "Pouches",
      stations: [
        StationControl(station: "sealer", characteristics: charts)
      ])
  }

  private mutating func planCommands() -> [LineEngine.CommandInput] {
    let document = nextDocument()
    let digest = "digest-\(document.version)"
    documents[digest] = document
    return [
      command(.controlPlan(.importPlan(document, digest: digest, author: "P-3", changes: []))),
      command(
        .controlPlan(
          .approve(
            number: document.number, version: document.version, person: "P-4", effectiveFrom: nil, endsRuns: true))),
    ]
  }

  private mutating func beginning() -> [LineEngine.CommandInput] {
    let quality = ["P-3", "P-4"].map {
      Person(id: PersonID(stringLiteral: $0), name: $0, badge: "", rights: [.quality])
    }
    var bag = LineFixture.order
    bag.number = "WO-2"
    bag.product = "bag"
    bag.lots = ["L-5", "L-6"]
    return [
      command(.applyPlan(configuration(), digest: "plan-0", changes: [])),
      command(.updatePeople(LineFixture.people + quality)),
      command(.updateWork(WorkChange(orders: [LineFixture.order, bag]))),
    ] + planCommands() + [scan("badge-1"), scan("L-1")]
  }

  private mutating func scan(_ text: String) -> LineEngine.CommandInput {
    command(.scan(ScannedLabel(text: text), station: "sealer"))
  }

  private mutating func interference() -> [LineEngine.CommandInput] {
    var commands: [LineEngine.CommandInput] = []
    if chance(4) { commands += planCommands() }
    if chance(3) {
      commands.append(command(.applyPlan(configuration(), digest: "plan-\(step)", changes: ["step \(step)"])))
    }
    if chance(6) { commands.append(scan("LOTWIRE:PAUSE")) }
    if chance(15) || step % 40 == 39 {
      let lots = ["L-1", "L-2", "L-5", "L-6"]
      commands += [scan("badge-1"), scan(lots[Int.random(in: 0..<lots.count, using: &generator)])]
    }
    let chart = Self.charts[Int.random(in: 0..<Self.charts.count, using: &generator)]
    if chance(2) {
      commands.append(
        command(
          .controlPlan(
            .beginStage(station: "sealer", characteristic: chart.name, person: "P-3", reason: "nozzle changed"))))
    }
    if chance(5) {
      commands.append(
        command(.controlPlan(.closeSubgroup(station: "sealer", characteristic: "by-hand", person: "P-1"))))
    }
    if chance(6) {
      let alarm = AlarmID(stringLiteral: "A-0000\(Int.random(in: 10...60, using: &generator))")
      commands.append(command(.acknowledge(alarm: alarm, person: "P-2", cause: "seen")))
    }
    for plan in Self.charts where plan.sampling == .manual && chance(30) { commands.append(measurement(of: plan)) }
    return commands
  }

  private mutating func measurement(of plan: CharacteristicPlan) -> LineEngine.CommandInput {
    var values = [level + noise(2)]
    var inspected: Double?
    switch plan.chart?.design?.kind {
    case .p, .np, .laneyP, .u, .laneyU, .c:
      inspected = Double(Int.random(in: 20...80, using: &generator))
      values = [Double(Int.random(in: 0...12, using: &generator))]
    case .hotellingTSquared: values.append(level + noise(2))
    case .g, .t: values = [Double(Int.random(in: 0...900, using: &generator))]
    default:
      if chance(50) { for _ in 0..<Int.random(in: 1...3, using: &generator) { values.append(level + noise(2)) } }
    }
    return command(
      .controlPlan(
        .measure(
          station: "sealer", characteristic: plan.name, values: values, inspected: inspected, person: "P-1")))
  }

  private mutating func noise(_ width: Double) -> Double { Double.random(in: -width...width, using: &generator) }

  /// One group of the recorder.
  mutating func next() -> LineEngine.Input {
    defer { step += 1 }
    time += chance(2) ? 2_500 : Int64.random(in: 40...220, using: &generator)
    if chance(1) { line.stepped += Int64.random(in: -3_000...3_000, using: &generator) }
    if chance(6) { level = 180 + noise(4) }
    let commands = step == 0 ? beginning() : interference()
    var input = LineEngine.Input(clock: LineFixture.clock(time, stepped: line.stepped))
    input.commands = commands
    if chance(1) { input.facts.append(stop) }
    for _ in 0..<Int.random(in: 0...2, using: &generator) { input.batches += batches() }
    return input
  }

  var stop: Event {
    .recordingStarted(RecordingStarted(programVersion: "1", bootID: "b", chainFinding: "holds"))
  }

  private mutating func batches() -> [ReadingBatch] {
    sealing = (sealing + 1) % 5
    let own = time - (chance(4) ? Int64.random(in: 0...900, using: &generator) : 0)
    var readings: [Reading] = []
    for (parameter, value) in [(LineFixture.temperature, level + noise(2)), (LineFixture.pressure, 3 + noise(0.55))]
    where !chance(4) {
      readings.append(
        chance(2) ? line.bad(parameter, .badTimeout, at: own) : line.reading(parameter, value, at: own))
    }
    return [
      line.batch(time, "plc-1", readings),
      line.batch(time, "plc-2", [line.reading(LineFixture.cycle, sealing < 2 ? 0 : 1, at: own)]),
    ]
  }
}
