import Devices
import Ledger
import Shopfloor

@testable import Recorder

/// One sealer on an engine of its own: temperature with specification and alarm limits, pressure, cycle bit; features
/// with charts. Time is in milliseconds since the beginning.
struct LineFixture {
  static let temperature = ParameterIndex(0)
  static let pressure = ParameterIndex(1)
  static let cycle = ParameterIndex(2)
  static let bootMonotonic: Int64 = 5_000_000

  var engine = LineEngine()
  private(set) var events: [Event] = []
  /// What UTC has been stepped by, in milliseconds.
  var stepped: Int64 = 0

  static func utc(_ milliseconds: Int64) -> Timestamp {
    Timestamp(microseconds: 1_795_000_000_000_000 + milliseconds * 1_000)
  }

  static func clock(_ milliseconds: Int64, stepped: Int64 = 0) -> ClockReading {
    ClockReading(
      utc: utc(milliseconds + stepped), monotonicMicroseconds: bootMonotonic + milliseconds * 1_000)
  }

  /// Changeable parts of the plan.
  struct Options {
    var expected: Int64 = 100_000
    var specification: LimitPlan? = LimitPlan(low: 170, high: 190, deadband: 1)
    var alarm: LimitPlan? = LimitPlan(low: 160, high: 200, deadband: 2, onDelayMicroseconds: 200_000)
    var chart = ChartPlan(limits: .establish(points: 4), runLength: 4)
    var hasPressure = true
  }

  static func plan(_ options: Options = Options()) -> LinePlan {
    var parameters = [
      ParameterPlan(
        name: "seal.temperature", device: "plc-1", point: "temperature", unit: "°C",
        expectedIntervalMicroseconds: options.expected, specification: options.specification, alarm: options.alarm)
    ]
    if options.hasPressure {
      parameters.append(
        ParameterPlan(
          name: "seal.pressure", device: "plc-1", point: "pressure", unit: "bar",
          expectedIntervalMicroseconds: options.expected))
    }
    parameters.append(
      ParameterPlan(
        name: "seal.cycle", device: "plc-2", point: "cycle", unit: "", expectedIntervalMicroseconds: options.expected))
    return LinePlan(
      site: "Suzhou", line: "Pouches",
      stations: [
        StationPlan(
          name: "sealer", operation: "seal", parameters: parameters,
          cycle: CyclePlan(parameter: "seal.cycle", condition: .bit),
          characteristics: [
            CharacteristicPlan(
              name: "temperature.mean", parameter: "seal.temperature", feature: .mean, unit: "°C", chart: options.chart),
            CharacteristicPlan(
              name: "temperature.max", parameter: "seal.temperature", feature: .maximum, unit: "°C",
              specification: LimitPlan(low: nil, high: 195)),
            CharacteristicPlan(
              name: "cycle.duration", parameter: "seal.cycle", feature: .duration, unit: "s",
              chart: ChartPlan(limits: .frozen(center: 0.5, sigma: 0.1), runLength: 9)),
          ]),
        StationPlan(name: "oven", operation: "cure", loadCapacityLots: 3),
      ])
  }

  static let people = [
    Person(id: "P-1", name: "Li Wei", badge: "badge-1", rights: [.operate]),
    Person(id: "P-2", name: "Ana", badge: "badge-2", rights: [.operate, .acknowledge, .disposition]),
  ]

  static let order = WorkOrder(
    number: "WO-1", product: "pouch", productName: "Pouch", quantity: 10, unit: "pcs", operations: ["seal", "cure"],
    lots: ["L-1", "L-2", "L-3", "L-4"], materials: [])

  /// The numbers that a ledger gives to the parameters of the plan, in its order.
  static let registered = plan().stations[0].parameters.enumerated().map { index, parameter in
    RegisteredParameter(
      index: ParameterIndex(UInt32(index)), station: "sealer", name: parameter.name, device: parameter.device,
      point: parameter.point, unit: parameter.unit)
  }

  init(_ options: Options = Options()) {
    engine.register(Self.registered)
    perform(0, .applyPlan(Self.plan(options), digest: "plan-1", changes: []))
    perform(0, .updatePeople(Self.people), .updateWork(WorkChange(orders: [Self.order])))
    scan(0, "badge-1")
  }

  @discardableResult
  mutating func take(
    _ milliseconds: Int64, facts: [Event] = [], commands: [LineEngine.CommandInput] = [], _ batches: [ReadingBatch] = []
  ) -> [Event] {
    var input = LineEngine.Input(clock: Self.clock(milliseconds, stepped: stepped))
    input.facts = facts
    input.commands = commands
    input.batches = batches
    let new = engine.take(input).events.map(\.event)
    events += new
    return new
  }

  @discardableResult
  mutating func perform(_ milliseconds: Int64, _ commands: Command...) -> [Event] {
    take(
      milliseconds,
      commands: commands.map { .init($0, actor: "person P-1", at: Self.utc(milliseconds + stepped)) })
  }

  /// A scan whose own time may lie before the group that takes it.
  @discardableResult
  mutating func scan(_ milliseconds: Int64, _ text: String, at own: Int64? = nil) -> [Event] {
    take(
      milliseconds,
      commands: [
        .init(
          .scan(ScannedLabel(text: text), station: "sealer"), actor: "device scanner-1",
          at: Self.utc((own ?? milliseconds) + stepped))
      ])
  }

  func reading(_ parameter: ParameterIndex, _ value: Double, at own: Int64) -> Reading {
    Reading(parameter: parameter, time: Self.utc(own + stepped), value: value)
  }

  func bad(_ parameter: ParameterIndex, _ quality: Quality, at own: Int64) -> Reading {
    Reading(parameter: parameter, time: Self.utc(own + stepped), quality: quality)
  }

  func batch(_ milliseconds: Int64, _ device: DeviceName, _ readings: [Reading]) -> ReadingBatch {
    let clock = Self.clock(milliseconds, stepped: stepped)
    return ReadingBatch(
      device: device, receivedAt: clock.utc, monotonicMicroseconds: clock.monotonicMicroseconds, readings: readings)
  }

  /// A poll of both devices.
  @discardableResult
  mutating func poll(_ milliseconds: Int64, temperature: Double = 180, pressure: Double = 3, cycle: Bool = false)
    -> [Event]
  {
    take(
      milliseconds,
      [
        batch(
          milliseconds, "plc-1",
          [
            reading(Self.temperature, temperature, at: milliseconds),
            reading(Self.pressure, pressure, at: milliseconds),
          ]),
        batch(milliseconds, "plc-2", [reading(Self.cycle, cycle ? 1 : 0, at: milliseconds)]),
      ])
  }

  /// A cycle of 500 ms from this time on, polled every 100 ms, and the poll that ends it.
  mutating func seal(_ milliseconds: Int64, temperature: Double) {
    poll(milliseconds - 100, temperature: temperature)
    for step in Int64(0)..<5 { poll(milliseconds + step * 100, temperature: temperature, cycle: true) }
    poll(milliseconds + 500, temperature: temperature)
  }
}

extension [Event] {
  var raised: [Alarm] { compactMap { if case .alarmRaised(let alarm) = $0 { alarm } else { nil } } }
  var returned: [AlarmReturned] { compactMap { if case .alarmReturned(let back) = $0 { back } else { nil } } }
  var closed: [AlarmClosed] { compactMap { if case .alarmClosed(let closed) = $0 { closed } else { nil } } }
  var gapsOpened: [GapOpened] { compactMap { if case .gapOpened(let gap) = $0 { gap } else { nil } } }
  var gapsClosed: [GapClosed] { compactMap { if case .gapClosed(let gap) = $0 { gap } else { nil } } }
  var late: [LateReadings] { compactMap { if case .lateReadings(let late) = $0 { late } else { nil } } }
  var cyclesStarted: [CycleStarted] { compactMap { if case .cycleStarted(let cycle) = $0 { cycle } else { nil } } }
  var cyclesEnded: [CycleEnded] { compactMap { if case .cycleEnded(let cycle) = $0 { cycle } else { nil } } }
  var taken: [CharacteristicTaken] { compactMap { if case .characteristicTaken(let one) = $0 { one } else { nil } } }
  var established: [LimitsEstablished] { compactMap { if case .limitsEstablished(let one) = $0 { one } else { nil } } }
  var steps: [Int64] { compactMap { if case .clockStepped(let step) = $0 { step.stepMicroseconds } else { nil } } }
}
