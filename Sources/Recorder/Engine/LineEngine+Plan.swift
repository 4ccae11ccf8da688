import Devices
import Ledger
import Shopfloor

extension LineEngine {
  /// What was made under one plan is judged by it, and stands in the ledger before the event that another one begins with.
  mutating func interrupt(before event: Event) {
    let now = clock ?? ClockReading(utc: Timestamp(microseconds: 0), monotonicMicroseconds: 0)
    switch event {
    case .planApplied(let applied):
      for index in stations.indices {
        let name = stations[index].plan.name
        let next = applied.plan.station(name).map { floor.judged($0) }
        if !stations[index].findsCyclesAlike(under: next) { interruptCycles(index, now) }
        interruptCharts(index, next: next, at: now.utc)
      }
    case .runStarted(let run):
      guard let index = stationIndex(run.station),
        let next = floor.stationPlan(run.station, under: run.controlPlan), next != stations[index].plan
      else { return }
      interruptCycles(index, now)
      interruptCharts(index, next: next, at: now.utc)
    default: break
    }
  }

  /// Builds the tracks of a plan; what did not change keeps its state, what is gone returns its alarms.
  mutating func applyPlan(_ line: LinePlan) {
    let plans = line.stations.map { floor.judgedPlan(of: $0.name) ?? $0 }
    let now = clock ?? ClockReading(utc: Timestamp(microseconds: 0), monotonicMicroseconds: 0)
    let old = Former(stations: stations, parameters: parameters, pulses: pulses)
    stations = plans.map { stationPlan in
      guard let former = old.stations.first(where: { $0.plan.name == stationPlan.name }) else {
        return StationTrack(plan: stationPlan)
      }
      return Self.track(stationPlan, continuing: former)
    }
    buildParameters(now: now, continuing: old)
    for (slot, former) in old.parameters.enumerated() {
      guard let former, let gap = former.gap else { continue }
      // A gap of a parameter that is no longer in the plan can never end by a reading.
      guard slot >= parameters.count || parameters[slot]?.gap != gap else { continue }
      closeGap(gap, of: old.stations[former.station].plan.parameters[former.place].name, at: now.utc)
    }
    returnOrphanedAlarms(at: now.utc)
  }

  /// Keeps what the plans of a station have in common.
  private static func track(_ plan: StationPlan, continuing former: StationTrack) -> StationTrack {
    if former.plan == plan { return former }
    var fresh = StationTrack(plan: plan)
    fresh.runs = former.runs
    if former.findsCyclesAlike(under: plan) {
      fresh.cycles = former.cycles
    } else if let cycles = former.cycles {
      fresh.cycles?.continueCount(of: cycles)
    }
    for index in fresh.characteristics.indices {
      if let same = former.characteristics.first(where: { $0.plan == fresh.characteristics[index].plan }) {
        fresh.characteristics[index] = same
      } else if let former = former.characteristics.first(where: {
        $0.plan.name == fresh.characteristics[index].plan.name
      })?.window {
        fresh.characteristics[index].window?.follow(former)
      }
    }
    return fresh
  }

  /// Judges a station by the control plan of the run that starts there. Charts that did not change go on.
  mutating func judge(_ station: Int, by plan: StationPlan) {
    guard stations[station].plan != plan else { return }
    let now = clock ?? ClockReading(utc: Timestamp(microseconds: 0), monotonicMicroseconds: 0)
    let former = stations[station]
    stations[station] = Self.track(plan, continuing: former)
    stations[station].slots = former.slots
    for (place, parameter) in plan.parameters.enumerated() {
      guard let slot = former.slots[place], let old = parameters[slot] else { continue }
      var track = ParameterTrack(station: station, place: place, plan: parameter)
      track.takeOver(
        old, of: former.plan.parameters[place], under: parameter, hasInterlock: plan.interlock != nil)
      track.findsCycles = plan.cycle?.parameter == parameter.name
      track.featureSlot = stations[station].featured.firstIndex(of: parameter.name)
      track.feedsCharts = stations[station].feedsCharts(parameter.name)
      parameters[slot] = track
      pulses[slot].follow(track)
    }
    returnOrphanedAlarms(at: now.utc)
  }

  /// What there was under the plan before.
  struct Former {
    var stations: [StationTrack] = []
    var parameters: [ParameterTrack?] = []
    var pulses: [ParameterPulse] = []

    /// What was under this number, if it was a parameter of a station of this name.
    func parameter(_ slot: Int, at station: StationName) -> (track: ParameterTrack, plan: ParameterPlan)? {
      guard slot < parameters.count, let track = parameters[slot], stations[track.station].plan.name == station else {
        return nil
      }
      return (track, stations[track.station].plan.parameters[track.place])
    }
  }

  /// Makes a track and a pulse for every registered parameter of the stations.
  mutating func buildParameters(now: ClockReading, continuing old: Former) {
    var numbers = ParameterNumbers(registry)
    var tracks: [ParameterTrack?] = []
    var fresh: [ParameterPulse] = []
    for station in stations.indices {
      let plan = stations[station].plan
      stations[station].slots = plan.parameters.map { numbers.slot(of: $0, at: plan.name) }
      for (place, parameter) in plan.parameters.enumerated() {
        guard let slot = stations[station].slots[place] else { continue }
        var track = ParameterTrack(station: station, place: place, plan: parameter)
        var pulse = ParameterPulse(
          expectedFrom: now.utc, monotonic: now.monotonicMicroseconds,
          expectedIntervalMicroseconds: parameter.expectedIntervalMicroseconds)
        if let former = old.parameter(slot, at: plan.name) {
          track.takeOver(former.track, of: former.plan, under: parameter, hasInterlock: plan.interlock != nil)
          pulse.takeOver(old.pulses[slot])
        }
        track.findsCycles = plan.cycle?.parameter == parameter.name
        track.featureSlot = stations[station].featured.firstIndex(of: parameter.name)
        track.feedsCharts = stations[station].feedsCharts(parameter.name)
        pulse.follow(track)
        if tracks.count <= slot {
          let missing = slot + 1 - tracks.count
          tracks.append(contentsOf: repeatElement(nil, count: missing))
          fresh.append(contentsOf: repeatElement(.unplanned, count: missing))
        }
        tracks[slot] = track
        fresh[slot] = pulse
      }
    }
    parameters = tracks
    pulses = fresh
    nextSilenceCheck = .min
  }

  /// An alarm whose limit or chart is gone can never return by itself.
  private mutating func returnOrphanedAlarms(at time: Timestamp) {
    var held: Set<AlarmID> = []
    for track in parameters {
      if let alarm = track?.specification?.raisedAlarm { held.insert(alarm) }
      if let alarm = track?.alarm?.raisedAlarm { held.insert(alarm) }
    }
    for characteristic in stations.flatMap(\.characteristics) { held.formUnion(characteristic.openAlarms) }
    for alarm in floor.alarms.values.sorted(by: { $0.id < $1.id })
    where alarm.kind.concernsProcess && alarm.returnedAt == nil && !held.contains(alarm.id) {
      returnAlarm(alarm.id, at: time, value: nil)
    }
  }
}

extension ParameterTrack {
  /// Unchanged limits keep their state; a gap goes on whatever the limits. Where an interlock may be holding on it, a
  /// specification alarm outlives a change of its limits: that they changed does not say that the value is back.
  mutating func takeOver(
    _ old: ParameterTrack, of former: ParameterPlan, under plan: ParameterPlan, hasInterlock: Bool
  ) {
    gap = old.gap
    if former.specification == plan.specification {
      specification = old.specification
    } else if hasInterlock, let oldSpecification = old.specification {
      specification?.keepAlarm(of: oldSpecification)
    }
    if former.alarm == plan.alarm { alarm = old.alarm }
  }
}

extension ParameterPulse {
  /// Carries over what a change of limits does not touch.
  mutating func takeOver(_ old: ParameterPulse) {
    lastTime = old.lastTime
    isOrdered = old.isOrdered
    lastGood = old.lastGood
    lastArrivalMonotonic = old.lastArrivalMonotonic
    latestQuality = old.latestQuality
    latestValue = old.latestValue
  }
}

/// Finds the numbers of the parameters of a plan. A registry is mostly in the order of the plan, so the next one is
/// tried before all are sorted into a table.
private struct ParameterNumbers {
  private struct Key: Hashable {
    var station: StationName
    var name: ParameterName
    var device: DeviceName
    var point: String
    var unit: String
  }

  private let registry: [RegisteredParameter]
  private var cursor = 0
  private var table: [Key: Int]?

  init(_ registry: [RegisteredParameter]) { self.registry = registry }

  mutating func slot(of plan: ParameterPlan, at station: StationName) -> Int? {
    let key = Key(station: station, name: plan.name, device: plan.device, point: plan.point, unit: plan.unit)
    if cursor < registry.count, Self.key(registry[cursor]) == key {
      defer { cursor += 1 }
      return Int(registry[cursor].index.rawValue)
    }
    if table == nil {
      table = Dictionary(
        registry.map { (Self.key($0), Int($0.index.rawValue)) }, uniquingKeysWith: { first, _ in first })
    }
    return table?[key]
  }

  private static func key(_ registered: RegisteredParameter) -> Key {
    Key(
      station: registered.station, name: registered.name, device: registered.device, point: registered.point,
      unit: registered.unit)
  }
}
