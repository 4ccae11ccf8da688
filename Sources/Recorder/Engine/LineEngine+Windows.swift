import Devices
import Shopfloor

/// What readings, their absence, stops and steps of the clock do to windows of time and to gates.
extension LineEngine {
  mutating func takeChartReading(_ station: Int, _ slot: Int, _ reading: Reading) {
    guard let track = parameters[slot] else { return }
    let name = plan(of: track).name
    let run = stations[station].run(at: reading.time)
    let startedAt = stations[station].runs.last { $0.id == run }?.startedAt
    for index in stations[station].characteristics.indices {
      for gate in stations[station].characteristics[index].gates.indices
      where stations[station].characteristics[index].gates[gate].plan.parameter == name {
        stations[station].characteristics[index].gates[gate].take(reading.value, at: reading.time)
      }
      guard stations[station].characteristics[index].plan.parameter == name else { continue }
      // A window ends with its run, not with the first reading after it.
      if let former = stations[station].characteristics[index].window?.openRun, former != run,
        let end = stations[station].end(of: former), reading.time >= end,
        let window = stations[station].characteristics[index].window?.endRun(former, at: end)
      {
        take(window, station, index)
      }
      let ended = stations[station].characteristics[index].window?.take(
        reading.value, at: reading.time, run: run, startedAt: startedAt)
      if let ended { take(ended, station, index) }
    }
  }

  mutating func recordMissingChartReadings(_ station: Int, _ name: ParameterName, at time: Timestamp) {
    for index in stations[station].characteristics.indices {
      for gate in stations[station].characteristics[index].gates.indices
      where stations[station].characteristics[index].gates[gate].plan.parameter == name {
        stations[station].characteristics[index].gates[gate].recordMissingReadings(at: time)
      }
      if stations[station].characteristics[index].plan.parameter == name {
        stations[station].characteristics[index].window?.recordMissingReadings()
      }
    }
  }

  /// The recorder stood still: readings are missing everywhere, and where a run is active, points may be.
  mutating func recordStop(_ station: Int, at time: Timestamp) {
    let isRunning = floor.station(stations[station].plan.name).activeRun != nil
    for index in stations[station].characteristics.indices {
      for gate in stations[station].characteristics[index].gates.indices {
        stations[station].characteristics[index].gates[gate].recordMissingReadings(at: time)
      }
      stations[station].characteristics[index].window?.recordMissingReadings()
      if isRunning, stations[station].characteristics[index].plan.sampling != .manual {
        recordChartGap(station, index)
      }
    }
  }

  /// UTC was stepped: how long a condition has held, or a window lasted, cannot be read from times across the step.
  mutating func recordStep(_ station: Int, isBack: Bool, at time: Timestamp) {
    for index in stations[station].characteristics.indices {
      for gate in stations[station].characteristics[index].gates.indices {
        stations[station].characteristics[index].gates[gate].recordMissingReadings(at: time)
      }
      stations[station].characteristics[index].window?.recordMissingReadings()
      guard isBack else { continue }
      stations[station].characteristics[index].window?.recordStepBack()
      plot(station, index, at: time) { $0.recordStepBack() }
    }
  }

  mutating func take(_ window: WindowSampler.Window, _ station: Int, _ index: Int) {
    let plan = stations[station].characteristics[index].plan
    if window.followsGap { recordChartGap(station, index) }
    guard let value = window.accumulator.value(of: plan.feature), value.isFinite else {
      return recordChartGap(station, index)
    }
    take(
      CharacteristicTaken(
        run: window.run, cycle: window.number, characteristic: plan.name, value: value, unit: plan.unit,
        readings: window.accumulator.count, at: window.to, charted: window.isWhole, from: window.from,
        closedGate: stations[station].characteristics[index].closedGate(from: window.from, to: window.to)),
      station, index)
  }
}
