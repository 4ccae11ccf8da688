import ControlCharts
import Ledger
import Shopfloor

/// One characteristic of a run: what it is, the limits it was held to, and a point per cycle.
struct CharacteristicSection {
  struct Point {
    var taken: CharacteristicTaken
    var basis: FeatureRecomputation.Basis
    var sequence: Int64
  }

  let name: CharacteristicName
  let unit: String
  let plan: CharacteristicPlan?
  let established: LimitsEstablished?
  let points: [Point]

  /// The characteristics of the plan in its order, then those that only events know.
  static func sections(of run: Run, in evidence: OrderedEvidence, series: [OrderedSeries], cycles: [CycleEnded])
    -> [CharacteristicSection]
  {
    var taken: [CharacteristicName: [(CharacteristicTaken, Int64)]] = [:]
    var established: [CharacteristicName: LimitsEstablished] = [:]
    var namesFromEvents: [CharacteristicName] = []
    for record in evidence.events {
      switch record.event {
      case .characteristicTaken(let one) where one.run == run.id:
        if taken[one.characteristic] == nil { namesFromEvents.append(one.characteristic) }
        taken[one.characteristic, default: []].append((one, record.sequence))
      case .limitsEstablished(let limits) where limits.station == run.station:
        if run.endedAt.map({ record.time <= $0 }) ?? true { established[limits.characteristic] = limits }
      default: break
      }
    }
    let plans = evidence.plan(of: run)?.characteristics ?? []
    let planned = plans.map(\.name)
    let cyclesByNumber = Dictionary(cycles.map { ($0.cycle, $0) }, uniquingKeysWith: { first, _ in first })
    return (planned + namesFromEvents.filter { !planned.contains($0) }).map { name in
      let plan = plans.first { $0.name == name }
      let ofParameter = series.first { $0.parameter.name == plan?.parameter }
      return CharacteristicSection(
        name: name, unit: plan?.unit ?? taken[name]?.first?.0.unit ?? "", plan: plan, established: established[name],
        points: (taken[name] ?? []).map { one, sequence in
          let basis = basis(
            of: one, plan: plan, cycle: cyclesByNumber[one.cycle], series: ofParameter,
            carriesReadings: evidence.carriesReadings)
          return Point(taken: one, basis: basis, sequence: sequence)
        })
    }
  }

  private static func basis(
    of taken: CharacteristicTaken, plan: CharacteristicPlan?, cycle: CycleEnded?, series: OrderedSeries?,
    carriesReadings: Bool
  ) -> FeatureRecomputation.Basis {
    guard let plan, let cycle else { return .recorder }
    if plan.feature == .duration {
      let fits = FeatureRecomputation.fits(
        duration: taken.value, unit: taken.unit, microseconds: cycle.durationMicroseconds)
      return fits ? .readings : .recorder
    }
    guard carriesReadings else { return .ledger }
    guard let series else { return .recorder }
    let slice = FeatureRecomputation.slice(series.readings, from: cycle.startedAt, to: cycle.endedAt)
    let fits = FeatureRecomputation.fits(
      plan.feature, value: taken.value, readingCount: taken.readings, from: slice)
    return fits ? .readings : .recorder
  }

  var json: CanonicalJSON {
    .object([
      "name": .name(name), "unit": .string(unit), "parameter": .name(plan?.parameter),
      "feature": plan.map { .string($0.feature.rawValue) } ?? .null, "specification": .limits(plan?.specification),
      "chart": chartJSON,
      "points": .array(
        points.map { point in
          .object([
            "cycle": .whole(point.taken.cycle), "value": .decimal(point.taken.value),
            "readings": .whole(point.taken.readings), "at": .time(point.taken.at),
            "charted": .bool(point.taken.charted), "basis": .string(point.basis.rawValue),
            "event": .whole(point.sequence),
          ])
        }),
    ])
  }

  private var chartJSON: CanonicalJSON {
    guard let chart = plan?.chart else { return .null }
    let limits = chartLimits(chart)
    let isFrozen = if case .frozen = chart.limits { true } else { false }
    return .object([
      "kind": .string("individuals"), "runLength": .whole(chart.runLength),
      "limitSource": .string(isFrozen ? "frozen" : limits == nil ? "establishing" : "established"),
      "center": .decimal(limits?.center), "sigma": .decimal(limits?.sigma),
      "lowerControlLimit": .decimal(limits?.lowerControlLimit),
      "upperControlLimit": .decimal(limits?.upperControlLimit),
    ])
  }

  /// Nil while limits are being established, and where they are no numbers.
  private func chartLimits(_ chart: ChartPlan) -> ControlLimits? {
    let centerAndSigma: (Double, Double)? =
      switch chart.limits {
      case .frozen(let center, let sigma): (center, sigma)
      case .establish: established.map { ($0.center, $0.sigma) }
      case .baseline(let baseline): (baseline.mean, baseline.sigma)
      }
    guard let (center, sigma) = centerAndSigma else { return nil }
    // Limits that are no numbers are shown as missing; the plan they stand in was refused or is in the events.
    return try? ControlLimits(center: center, sigma: sigma)
  }
}
