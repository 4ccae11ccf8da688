import Ledger
import Shopfloor

/// One run in a record: who, when and where, its series, cycles and characteristics.
struct RunSection {
  let run: Run
  let series: [OrderedSeries]
  let cycles: [CycleEnded]
  let characteristics: [CharacteristicSection]
  let plan: StationPlan?
  let carriesReadings: Bool

  init(_ run: Run, in evidence: OrderedEvidence) {
    self.run = run
    series = evidence.series[run.id] ?? []
    plan = evidence.plan(of: run)
    carriesReadings = evidence.carriesReadings
    cycles = evidence.events.compactMap {
      guard case .cycleEnded(let cycle) = $0.event, cycle.run == run.id else { return nil }
      return cycle
    }
    characteristics = CharacteristicSection.sections(of: run, in: evidence, series: series, cycles: cycles)
  }

  var json: CanonicalJSON {
    .object([
      "id": .name(run.id), "station": .name(run.station), "operation": .name(run.operation),
      "workOrders": .names(run.workOrders), "lots": .names(run.lots), "start": .time(run.startedAt),
      "startedBy": .name(run.startedBy), "end": .time(run.endedAt), "endedBy": .name(run.endedBy),
      "completedOperation": run.completedOperation.map { .bool($0) } ?? .null,
      "planDigest": .string(run.planDigest),
      "controlPlan": run.controlPlan.map(ControlPlanSection.reference) ?? .null,
      "series": .array(series.map(seriesJSON)),
      "cycles": .array(cycles.map(Self.cycleJSON)), "characteristics": .array(characteristics.map(\.json)),
    ])
  }

  private func seriesJSON(_ series: OrderedSeries) -> CanonicalJSON {
    let parameterPlan = plan?.parameters.first { $0.name == series.parameter.name }
    return .object([
      "parameter": .name(series.parameter.name), "unit": .string(series.parameter.unit),
      "device": .name(series.parameter.device), "point": .string(series.parameter.point),
      "specification": .limits(parameterPlan?.specification), "alarm": .limits(parameterPlan?.alarm),
      "count": .whole(series.statistics.count), "countsByQuality": series.statistics.countsJSON,
      "minimum": .decimal(series.statistics.minimum), "mean": .decimal(series.statistics.mean),
      "maximum": .decimal(series.statistics.maximum), "digestSHA256": .string(series.digestSHA256),
      "readings": carriesReadings ? series.readingsJSON : .null,
    ])
  }

  private static func cycleJSON(_ cycle: CycleEnded) -> CanonicalJSON {
    .object([
      "cycle": .whole(cycle.cycle), "start": .time(cycle.startedAt), "end": .time(cycle.endedAt),
      "durationMicroseconds": .whole(cycle.durationMicroseconds),
      "partial": cycle.partial.map { .string($0.rawValue) } ?? .null,
    ])
  }
}
