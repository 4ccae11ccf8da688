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
  /// Subgroups that were charted and values that people entered, with their events.
  let subgroups: [(SubgroupCharted, Int64)]
  let measurements: [(MeasurementTaken, Int64)]

  /// The characteristics of the plan in its order, then those that only events know.
  static func sections(of run: Run, in evidence: OrderedEvidence, series: [OrderedSeries], cycles: [CycleEnded])
    -> [CharacteristicSection]
  {
    var taken: [CharacteristicName: [(CharacteristicTaken, Int64)]] = [:]
    var established: [CharacteristicName: LimitsEstablished] = [:]
    var namesFromEvents: [CharacteristicName] = []
    var subgroups: [CharacteristicName: [(SubgroupCharted, Int64)]] = [:]
    var measurements: [CharacteristicName: [(MeasurementTaken, Int64)]] = [:]
    for record in evidence.events {
      switch record.event {
      case .characteristicTaken(let one) where one.run == run.id:
        if taken[one.characteristic] == nil { namesFromEvents.append(one.characteristic) }
        taken[one.characteristic, default: []].append((one, record.sequence))
      case .subgroupCharted(let one) where one.run == run.id:
        subgroups[one.characteristic, default: []].append((one, record.sequence))
      case .measurementTaken(let one) where one.run == run.id:
        measurements[one.characteristic, default: []].append((one, record.sequence))
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
        }, subgroups: subgroups[name] ?? [], measurements: measurements[name] ?? [])
    }
  }

  private static func basis(
    of taken: CharacteristicTaken, plan: CharacteristicPlan?, cycle: CycleEnded?, series: OrderedSeries?,
    carriesReadings: Bool
  ) -> FeatureRecomputation.Basis {
    guard let plan else { return .recorder }
    if let from = taken.from {
      guard carriesReadings else { return .ledger }
      guard let series else { return .recorder }
      let slice = FeatureRecomputation.slice(series.readings, from: from, to: taken.at)
      let fits = FeatureRecomputation.fits(
        plan.feature, value: taken.value, readingCount: taken.readings, from: slice)
      return fits ? .readings : .recorder
    }
    guard let cycle else { return .recorder }
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
            "event": .whole(point.sequence), "from": .time(point.taken.from),
            "closedGate": .text(point.taken.closedGate),
          ])
        }),
      "subgroups": .array(subgroups.map(Self.subgroup)), "measurements": .array(measurements.map(Self.measurement)),
    ])
  }

  private static func subgroup(_ charted: SubgroupCharted, _ sequence: Int64) -> CanonicalJSON {
    .object([
      "number": .whole(charted.number), "values": .array(charted.values.map { .decimal($0) }),
      "inspected": .decimal(charted.inspected), "from": .time(charted.from), "to": .time(charted.to),
      "partial": .text(charted.partial), "event": .whole(sequence),
    ])
  }

  private static func measurement(_ taken: MeasurementTaken, _ sequence: Int64) -> CanonicalJSON {
    .object([
      "values": .array(taken.values.map { .decimal($0) }), "inspected": .decimal(taken.inspected),
      "unit": .string(taken.unit), "person": .name(taken.person), "at": .time(taken.at), "event": .whole(sequence),
    ])
  }

  private var chartJSON: CanonicalJSON {
    guard let chart = plan?.chart else { return .null }
    let design = chart.completeDesign
    let limits = design.kind == .individuals ? individualsLimits(chart) : nil
    let centerAndSigma = centerAndSigma(chart)
    return .object([
      "kind": .string(design.kind.rawValue), "subgroupSize": .whole(design.subgroupSize),
      "rules": .array(design.rules.rules.map(Self.rule)),
      "dispersionRules": .array(design.dispersionRules.rules.map(Self.rule)),
      "limitSource": .string(limitSource(chart)), "limitVersion": limitVersion(chart),
      "center": .decimal(centerAndSigma?.0), "sigma": .decimal(centerAndSigma?.1),
      "lowerControlLimit": .decimal(limits?.lowerControlLimit),
      "upperControlLimit": .decimal(limits?.upperControlLimit),
      "ewma": design.ewma.map { .object(["lambda": .decimal($0.lambda), "width": .decimal($0.width)]) } ?? .null,
      "cusum": design.cusum.map {
        .object([
          "reference": .decimal($0.reference), "decisionInterval": .decimal($0.decisionInterval),
          "headStart": .decimal($0.headStart),
        ])
      } ?? .null,
    ])
  }

  private static func rule(_ rated: RatedRule) -> CanonicalJSON {
    .object(["key": .string(rated.rule.key), "severity": .string(rated.severity.rawValue)])
  }

  private func limitSource(_ chart: ChartPlan) -> String {
    switch chart.limits {
    case .frozen, .baseline: "frozen"
    case .establish: established == nil ? "establishing" : "established"
    }
  }

  private func limitVersion(_ chart: ChartPlan) -> CanonicalJSON {
    if case .baseline(let baseline) = chart.limits { .whole(baseline.version) } else { .null }
  }

  /// Centre and sigma of single values; nil while limits are being established.
  private func centerAndSigma(_ chart: ChartPlan) -> (Double, Double)? {
    switch chart.limits {
    case .frozen(let center, let sigma): (center, sigma)
    case .establish: established.map { ($0.center, $0.sigma) }
    case .baseline(let baseline): (baseline.mean, baseline.sigma)
    }
  }

  /// The lines of a chart of single values, which are the same for every point. Other charts have lines of their own at
  /// every point, which follow from centre, sigma and the size of the subgroup.
  private func individualsLimits(_ chart: ChartPlan) -> ControlLimits? {
    guard let (center, sigma) = centerAndSigma(chart) else { return nil }
    // Limits that are no numbers are shown as missing; the plan they stand in was refused or is in the events.
    return try? ControlLimits(center: center, sigma: sigma)
  }
}
