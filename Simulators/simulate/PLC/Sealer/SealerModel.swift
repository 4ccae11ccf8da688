import Glibc

/// A heat sealer as a pure function of scenario time: the same scenario, unit and time always give the same values.
struct SealerModel {
  let scenario: SealerScenario
  let unit: Int

  /// What stands in the sealer's memory at one moment.
  struct Memory {
    /// Registers from address 0; see `DeviceProfiles/lotwire/heat-sealer.yaml`.
    var registers: [UInt16]
    /// Coils from address 0.
    var coils: [Bool]
  }

  enum Noise: UInt64 { case temperature = 1, pressure, dwell }

  /// New noise comes so often, in scenario seconds.
  static let noiseStepSeconds = 0.02

  func memory(at seconds: Double) -> Memory {
    let cycle = (seconds / scenario.periodSeconds).rounded(.down)
    let intoCycle = seconds - cycle * scenario.periodSeconds
    let dwell = dwellSeconds(ofCycle: cycle)
    let isSealing = seconds >= 0 && intoCycle < dwell
    let finished = max(0, isSealing ? cycle : cycle + 1)
    let step = (seconds / Self.noiseStepSeconds).rounded(.down)
    let temperature =
      scenario.temperature.setpoint + drift(.temperature, at: seconds)
      + scenario.temperature.sigma * normal(.temperature, step)
    let pressure =
      isSealing
      ? scenario.pressure.setpoint + drift(.pressure, at: seconds) + scenario.pressure.sigma * normal(.pressure, step)
      : 0
    let isReady = abs(temperature - scenario.temperature.setpoint) < 5
    let state: UInt16 = isSealing ? 1 : intoCycle < dwell * 1.5 ? 2 : 0
    let lastDwell =
      finished == 0 ? 0xFFFF : UInt16(clamping: Int(dwellSeconds(ofCycle: finished - 1) * 1000 + 0.5))
    return Memory(
      registers: words(Float(temperature)) + words(Float(pressure)).reversed() + [
        (isSealing ? 1 : 0) | (isReady ? 2 : 0), state,
      ] + words(UInt32(finished)) + [
        lastDwell, UInt16(clamping: Int(scenario.temperature.setpoint * 10)),
      ],
      coils: [isSealing])
  }

  private func dwellSeconds(ofCycle cycle: Double) -> Double {
    let dwell =
      scenario.dwellSeconds.setpoint + drift(.dwell, at: cycle * scenario.periodSeconds)
      + scenario.dwellSeconds.sigma * normal(.dwell, cycle)
    return min(max(dwell, 0.01), scenario.periodSeconds * 0.95)
  }

  private func drift(_ signal: SealerScenario.Drift.Target, at seconds: Double) -> Double {
    var sum = 0.0
    for drift in scenario.drifts where drift.signal == signal && (drift.units.isEmpty || drift.units.contains(unit)) {
      guard seconds > drift.atSeconds else { continue }
      let setpoint =
        switch signal {
        case .temperature: scenario.temperature.setpoint
        case .pressure: scenario.pressure.setpoint
        case .dwell: scenario.dwellSeconds.setpoint
        }
      let full = abs(drift.target - setpoint)
      let away = min(full, (min(seconds, drift.correctedAtSeconds) - drift.atSeconds) * abs(drift.slopePerSecond))
      let back = max(0, seconds - drift.correctedAtSeconds) * drift.correctionPerSecond
      sum += max(0, away - back) * (drift.target < setpoint ? -1 : 1)
    }
    return sum
  }

  private func words(_ value: Float) -> [UInt16] { words(value.bitPattern) }

  /// High word first.
  private func words(_ value: UInt32) -> [UInt16] { [UInt16(value >> 16), UInt16(value & 0xFFFF)] }

  /// A standard normal value that depends only on seed, unit, signal and step (Box and Muller 1958).
  private func normal(_ signal: Noise, _ step: Double) -> Double {
    let key = scenario.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(unit) << 48 &+ signal.rawValue << 40
    let first = mixed(key &+ UInt64(bitPattern: Int64(step)))
    let second = mixed(first)
    let radius = (-2 * log(Double(first >> 11) * 0x1p-53 + 0x1p-54)).squareRoot()
    return radius * cos(2 * Double.pi * Double(second >> 11) * 0x1p-53)
  }

  private func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
