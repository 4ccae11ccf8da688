import Devices
import PlainCFloor
import Shopfloor

/// The readings of one contest, made before any clock runs: the same ones for the floor and for the pipeline.
struct Workload {
  /// One poll of a station's PLC, in microseconds of the line's own time.
  static let pollMicroseconds: Int64 = 100_000
  /// One value in so many lies beyond its limits.
  static let excursionEvery: UInt64 = 20_000
  /// 2026-11-21T00:00:00Z.
  static let start = ClockReading(
    utc: Timestamp(microseconds: 1_795_219_200_000_000), monotonicMicroseconds: 1_000_000_000)

  let readingsPerCommit: Int
  /// Polls from the beginning of one cycle to that of the next; the cycle bit is on for four fifths of them.
  let pollsPerCycle: Int
  /// Per commit the batches it holds; a poll that crosses the border of a commit is split there.
  private(set) var commits: [[ReadingBatch]] = []
  /// The same readings for the floor.
  private(set) var rows: [floor_row] = []

  var readingCount: Int { rows.count }

  init(readingsPerCommit: Int, commits count: Int, pollsPerCycle: Int) {
    self.readingsPerCommit = readingsPerCommit
    self.pollsPerCycle = pollsPerCycle
    var generator = SplitMix64(state: 20_261_121)
    var readings: [Reading] = []
    var batches: [ReadingBatch] = []
    var inCommit = 0
    var poll = 0
    rows.reserveCapacity(count * readingsPerCommit)
    while commits.count < count {
      for station in 0..<BenchPlan.stationCount where commits.count < count {
        let clock = Self.clock(poll, station)
        readings = Self.poll(station, isOn: isOn(poll, station), clock.utc, &generator)
        while !readings.isEmpty, commits.count < count {
          let part = Array(readings.prefix(readingsPerCommit - inCommit))
          readings.removeFirst(part.count)
          inCommit += part.count
          batches.append(
            ReadingBatch(
              device: BenchPlan.deviceName(station), receivedAt: clock.utc,
              monotonicMicroseconds: clock.monotonicMicroseconds, readings: part))
          rows += part.map(Self.row)
          guard inCommit == readingsPerCommit else { continue }
          commits.append(batches)
          batches = []
          inCommit = 0
        }
      }
      poll += 1
    }
  }

  /// The stations are polled one after another, a millisecond apart.
  private static func clock(_ poll: Int, _ station: Int) -> ClockReading {
    let passed = Int64(poll + 1) * pollMicroseconds + Int64(station) * 1_000
    return ClockReading(
      utc: start.utc.advanced(byMicroseconds: passed),
      monotonicMicroseconds: start.monotonicMicroseconds + passed)
  }

  private func isOn(_ poll: Int, _ station: Int) -> Bool {
    (poll + station * 3) % pollsPerCycle < pollsPerCycle * 4 / 5
  }

  private static func row(_ reading: Reading) -> floor_row {
    floor_row(
      id: Int64(reading.parameter.rawValue), time: reading.time.microseconds, value: reading.value,
      quality: Int64(reading.quality.rawValue))
  }

  /// What a PLC answers: a bit, and float32 values in two registers each.
  private static func poll(
    _ station: Int, isOn: Bool, _ time: Timestamp, _ generator: inout SplitMix64
  ) -> [Reading] {
    let first = UInt32(station * BenchPlan.parametersPerStation)
    var readings = [
      Reading(parameter: ParameterIndex(first), time: time, value: isOn ? 1 : 0, raw: isOn ? 1 : 0, rawWordCount: 1)
    ]
    for (offset, signal) in BenchPlan.signals.enumerated() {
      let deviation = generator.next() % excursionEvery == 0 ? 6.5 : generator.nearlyNormal()
      let value = Float(signal.middle + signal.spread * deviation)
      readings.append(
        Reading(
          parameter: ParameterIndex(first + UInt32(offset) + 1), time: time, value: Double(value),
          raw: UInt64(value.bitPattern), rawWordCount: 2))
    }
    return readings
  }
}

/// Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators".
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The sum of three uniform values, scaled to variance 1; never beyond ±3.
  mutating func nearlyNormal() -> Double {
    (0..<3).reduce(0.0) { sum, _ in sum + Double(next() >> 11) * 0x1p-52 - 1 }
  }
}
