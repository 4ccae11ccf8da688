import Devices
import Shopfloor

/// What a run with or without a fault brought.
struct FaultOutcome: Sendable {
  /// How the faulty devices looked.
  struct Shown: Sendable {
    var qualities: Set<Quality> = []
    /// Whether good values of a device came after bad ones.
    var recovered = false

    init(_ batches: [ReadingBatch]) {
      for own in Dictionary(grouping: batches, by: \.device).values {
        var wasBad = false
        for reading in own.flatMap(\.readings) {
          qualities.insert(reading.quality)
          recovered = recovered || (wasBad && reading.quality.isGood)
          wasBad = wasBad || !reading.quality.isGood
        }
      }
    }

    func fulfils(_ fault: FaultCase) -> Bool {
      qualities.isSuperset(of: fault.expects) && (recovered || !fault.recovers)
    }
  }

  /// Good values of all devices, each held against the journals.
  var goodValues = 0
  /// Those that were not served so: must stay empty.
  var wrongValues: [String] = []
  var healthyBadReadings = 0
  var shown = Shown([])
  /// How long the machine did not let the process run at a time.
  var longestStallMicroseconds: Int64
  /// How much later than its best each poll of the healthy devices came, in microseconds; ascending.
  var healthyLateness: [Int64] = []

  init(
    stations: [FaultPlant.Station], profile: DeviceProfile, batches: [ReadingBatch], checks: [ServedCheck],
    longestStallMicroseconds: Int64
  ) {
    self.longestStallMicroseconds = longestStallMicroseconds
    let byDevice = Dictionary(grouping: batches, by: \.device)
    for (station, check) in zip(stations, checks) {
      let own = byDevice[station.device, default: []]
      for reading in own.flatMap(\.readings) {
        guard reading.quality.isGood else {
          healthyBadReadings += station.isFaulty ? 0 : 1
          continue
        }
        goodValues += 1
        let point = profile.points[Int(reading.parameter.rawValue - station.firstIndex)]
        if let fault = check.fault(of: reading, point) { wrongValues.append("\(station.device): \(fault)") }
      }
      if !station.isFaulty {
        let interval = profile.points.map(\.pollIntervalMicroseconds).min() ?? 1
        healthyLateness += Self.lateness(own.map(\.monotonicMicroseconds), interval: interval)
      }
    }
    healthyLateness.sort()
    let faulty = Set(stations.filter(\.isFaulty).map(\.device))
    shown = Shown(batches.filter { faulty.contains($0.device) })
  }

  /// 99 of 100 polls of the healthy devices were no later than this, in microseconds.
  var healthyLateness99: Int64 {
    healthyLateness.isEmpty ? 0 : healthyLateness[min(healthyLateness.count - 1, healthyLateness.count * 99 / 100)]
  }

  /// The distance of each arrival from a grid of the interval through the earliest one. Measured from outside, so that
  /// a driver that loses sight of its own delays cannot hide them.
  static func lateness(_ arrivals: [Int64], interval: Int64) -> [Int64] {
    guard let first = arrivals.first else { return [] }
    let offsets = arrivals.map { arrival in
      let distance = arrival - first
      let slots = (Double(distance) / Double(interval)).rounded()
      return distance - Int64(slots) * interval
    }
    let best = offsets.min() ?? 0
    return offsets.map { $0 - best }
  }
}
