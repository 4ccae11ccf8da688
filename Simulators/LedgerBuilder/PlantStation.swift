import Devices
import Shopfloor

/// One station of the made-up plant: which lot is there, its cycles, and what its PLC answers.
struct PlantStation {
  /// Cycles of a run; the cycle bit is on for four fifths of each.
  static let cyclesPerRun: Int64 = 4

  private let index: Int
  private let size: PlantSize
  private var random: PlantRandom
  /// The lot that is there, and the stretch of its run.
  private var lot: Int?
  private var runStart: Int64 = 0
  private var runEnd: Int64 = 0
  private var nextLot: Int
  private var cycle = 0
  private var cycleStart: Int64?
  private var sum = 0.0
  private var count = 0
  private var charted = 0
  private var levels: [Double]

  init(_ index: Int, _ size: PlantSize) {
    self.index = index
    self.size = size
    random = PlantRandom(state: size.seed &* 1_000_003 &+ UInt64(index))
    nextLot = index
    levels = PlantLine.signals.map(\.middle)
  }

  /// Time from the start of a lot to that of the next one.
  private var slot: Int64 { size.spanMicroseconds / Int64(size.lotsPerStation) }

  /// One poll: what happened until then goes to `story`, the answer of the PLC to `readings`.
  mutating func poll(at time: Timestamp, _ story: inout PlantStory, _ readings: inout [Reading]) {
    let now = time.microseconds
    if let lot, now >= runEnd { end(lot, at: time, &story) }
    let start = size.start.microseconds + Int64(nextLot / size.stations) * slot
    if lot == nil, nextLot < size.lots, now >= start { begin(at: time, &story) }
    let isOn = followCycle(now, time, &story)
    let first = UInt32(index * PlantLine.parametersPerStation)
    readings.append(
      Reading(parameter: ParameterIndex(first), time: time, value: isOn ? 1 : 0, raw: isOn ? 1 : 0, rawWordCount: 1))
    for (offset, signal) in PlantLine.signals.enumerated() {
      let reading = answer(signal, ParameterIndex(first + UInt32(offset) + 1), time)
      if offset == 0, isOn {
        sum += reading.value
        count += 1
      }
      readings.append(reading)
    }
  }

  private mutating func answer(_ signal: PlantLine.Signal, _ parameter: ParameterIndex, _ time: Timestamp) -> Reading {
    let value = signal.middle + signal.spread * size.noise * random.nearlyNormal()
    switch signal.form {
    case .register(let perUnit):
      let register = (value * perUnit).rounded()
      return Reading(
        parameter: parameter, time: time, value: register / perUnit, raw: UInt64(register), rawWordCount: 1)
    case .float:
      let float = Float(value)
      return Reading(
        parameter: parameter, time: time, value: Double(float), raw: UInt64(float.bitPattern), rawWordCount: 2)
    }
  }

  // MARK: Runs and cycles

  private mutating func begin(at time: Timestamp, _ story: inout PlantStory) {
    let lot = nextLot
    self.lot = lot
    nextLot += size.stations
    runStart = time.microseconds
    runEnd = runStart + slot * 9 / 10
    cycle = 0
    story.begin(lot, at: index, time, &random)
  }

  private mutating func end(_ lot: Int, at time: Timestamp, _ story: inout PlantStory) {
    if cycleStart != nil { endCycle(lot, at: time, &story) }
    story.end(lot, at: index, time)
    self.lot = nil
  }

  private mutating func followCycle(_ now: Int64, _ time: Timestamp, _ story: inout PlantStory) -> Bool {
    guard let lot else { return false }
    let length = max((runEnd - runStart) / Self.cyclesPerRun, 1)
    let isOn = (now - runStart) % length < length * 4 / 5
    if isOn, cycleStart == nil {
      cycle += 1
      cycleStart = now
      (sum, count) = (0, 0)
      story.add(.cycleStarted(CycleStarted(run: PlantLine.run(lot), cycle: cycle, at: time)))
    } else if !isOn, cycleStart != nil {
      endCycle(lot, at: time, &story)
    }
    return isOn
  }

  private mutating func endCycle(_ lot: Int, at time: Timestamp, _ story: inout PlantStory) {
    let start = cycleStart ?? time.microseconds
    cycleStart = nil
    story.add(
      .cycleEnded(
        CycleEnded(
          run: PlantLine.run(lot), cycle: cycle, startedAt: Timestamp(microseconds: start), endedAt: time,
          durationMicroseconds: time.microseconds - start, partial: nil)))
    guard count > 0 else { return }
    charted += 1
    let mean = sum / Double(count)
    story.add(
      .characteristicTaken(
        CharacteristicTaken(
          run: PlantLine.run(lot), cycle: cycle, characteristic: PlantLine.meanTemperature, value: mean, unit: "°C",
          readings: count, at: time, charted: true)))
    guard charted == 25 else { return }
    story.add(
      .limitsEstablished(
        LimitsEstablished(
          station: PlantLine.station(index), characteristic: PlantLine.meanTemperature, center: mean, sigma: 0.1,
          points: charted)))
  }
}

/// Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators".
struct PlantRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The sum of four uniform values of 16 bits, scaled to variance 1.
  mutating func nearlyNormal() -> Double {
    let bits = next()
    let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48)
    return (Double(sum) / 65_536 - 2) * 1.732_050_807_568_877_2
  }
}
