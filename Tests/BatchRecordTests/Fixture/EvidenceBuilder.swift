import Crypto
import Devices
import Foundation
import Ledger
import Shopfloor

@testable import BatchRecord

/// Builds the evidence of a lot by hand: a chain of events with real hashes, and readings from a seed.
struct EvidenceBuilder {
  static let second: Int64 = 1_000_000
  static let start = Timestamp(microseconds: 1_795_000_000_000_000)

  var lot: LotNumber = "LOT-7"
  var random: SeededGenerator
  var events: [EventRecord] = []
  var runs: [Run] = []
  var series: [RunSeries] = []
  var people: [Person] = [
    Person(id: "P-1", name: "王芳", badge: "BADGE-0001-SECRET", rights: [.operate]),
    Person(id: "P-2", name: "Zoë \"Zed\" O'Neil", badge: "BADGE-0002-SECRET", rights: [.acknowledge]),
    Person(id: "P-3", name: "דנה 😀", badge: "BADGE-0003-SECRET", rights: [.disposition]),
  ]
  var materialLots: [MaterialLot] = [
    MaterialLot(number: "M-100", item: "FILM", status: .released),
    MaterialLot(
      number: "M-200", item: "TRAY", status: .released, unusableFrom: EvidenceBuilder.at(86_400 * 30)),
  ]
  var workOrder: WorkOrder? = WorkOrder(
    number: "WO-1", product: "KIT", productName: "Kit „A“ 套件", quantity: 2.5, unit: "pcs",
    operations: ["seal", "cure"], lots: ["LOT-7", "LOT-8"],
    materials: [BillOfMaterialsLine(item: "FILM", quantityPerUnit: 0.125)])
  private var head = [UInt8](repeating: 0, count: 32)
  private var sequence: Int64 = 40

  init(seed: UInt64 = 1) { random = SeededGenerator(seed: seed) }

  /// So many seconds after the start of the story.
  static func at(_ seconds: Double) -> Timestamp {
    start.advanced(byMicroseconds: Int64(seconds * Double(second)))
  }

  static let plan = LinePlan(
    site: "Suzhou", line: "Line 1",
    stations: [
      StationPlan(
        name: "sealer", operation: "seal",
        parameters: [
          ParameterPlan(
            name: "seal.temperature", device: "plc-1", point: "t1", unit: "°C", expectedIntervalMicroseconds: second,
            specification: LimitPlan(low: 170, high: 195.5), alarm: LimitPlan(low: nil, high: 190, deadband: 0.5)),
          ParameterPlan(
            name: "seal.active", device: "plc-1", point: "active", unit: "", expectedIntervalMicroseconds: second),
        ],
        cycle: CyclePlan(parameter: "seal.active", condition: .bit),
        characteristics: [
          characteristic("temperature mean", .mean, chart: .frozen(center: 180, sigma: 1.5)),
          characteristic("temperature min", .minimum), characteristic("temperature max", .maximum),
          characteristic("temperature end", .end, chart: .establish(points: 2)),
          CharacteristicPlan(name: "seal time", parameter: "seal.active", feature: .duration, unit: "s"),
        ]),
      StationPlan(name: "oven", operation: "cure", loadCapacityLots: 10),
    ])

  private static func characteristic(
    _ name: CharacteristicName, _ feature: CharacteristicPlan.Feature, chart: ChartPlan.Limits? = nil
  ) -> CharacteristicPlan {
    CharacteristicPlan(
      name: name, parameter: "seal.temperature", feature: feature, unit: "°C",
      specification: LimitPlan(low: 170, high: 195.5), chart: chart.map { ChartPlan(limits: $0) })
  }

  /// Appends an event to the chain; neighbours follow without holes unless some are skipped.
  @discardableResult
  mutating func add(_ event: Event, at time: Timestamp, actor: String = "recorder", skip: Int64 = 0) -> Int64 {
    if skip > 0 { head = Array(SHA256.hash(data: head + [UInt8(truncatingIfNeeded: skip)])) }
    sequence += 1 + skip
    // Not the ledger's bytes, but bytes that likewise hold what happened, a badge included.
    var content = EventExcerpt.kind(of: event)
    if case .personUpdated(let person) = event { content += " \(person.badge)" }
    let bytes = Array("{\"at\":\(time.microseconds),\"event\":\"\(sequence) ‘\(content)’\"}".utf8)
    head = Array(SHA256.hash(data: head + bytes))
    events.append(
      EventRecord(
        sequence: sequence, time: time, monotonicMicroseconds: time.microseconds - Self.start.microseconds,
        actor: actor, derived: actor == "recorder", event: event, canonicalBytes: bytes, hash: head))
    return sequence
  }

  @discardableResult
  mutating func addRun(
    _ id: RunID, station: StationName, operation: OperationName, lots: [LotNumber],
    orders: [WorkOrderNumber] = ["WO-1"],
    from: Double, to: Double?
  ) -> Run {
    var run = Run(
      id: id, station: station, operation: operation, workOrders: orders, lots: lots, startedAt: Self.at(from),
      startedBy: "P-1", planDigest: "plan-digest")
    add(.runStarted(run), at: run.startedAt, actor: "person P-1")
    if let to {
      run.endedAt = Self.at(to)
      run.endedBy = "P-1"
      run.completedOperation = true
    }
    runs.append(run)
    return run
  }

  /// One reading a second from the run's start on; every seventeenth is bad, some carry raw words and details.
  mutating func addSeries(_ parameter: ParameterName, index: UInt32, unit: String, run: Run, count: Int) {
    let registered = RegisteredParameter(
      index: ParameterIndex(index), station: run.station, name: parameter, device: "plc-1", point: "p\(index)",
      unit: unit)
    var readings: [Reading] = []
    for number in 0..<count {
      let time = run.startedAt.advanced(byMicroseconds: Int64(number) * Self.second)
      let value = 180 + Double(Int.random(in: -400...400, using: &random)) / 100
      switch number % 17 {
      case 16:
        readings.append(
          Reading(parameter: registered.index, time: time, quality: .badDeviceException, detail: 2))
      case 5:
        readings.append(
          Reading(
            parameter: registered.index, time: time, value: value, raw: 0x4334_8000, rawWordCount: 2))
      case 11: readings.append(Reading(parameter: registered.index, time: time, quality: .badTimeout))
      default: readings.append(Reading(parameter: registered.index, time: time, value: value))
      }
    }
    series.append(RunSeries(run: run.id, parameter: registered, readings: readings))
  }

  var evidence: LotEvidence {
    LotEvidence(
      lot: lot, site: "Suzhou", line: "Line 1", throughSequence: sequence, throughHash: head, workOrder: workOrder,
      runs: runs, plans: ["plan-digest": Self.plan], people: people, materialLots: materialLots, events: events,
      series: series)
  }
}
