import Devices
import Shopfloor

@testable import Ledger

/// Writes commits of every awkward kind, and remembers them.
struct CommitWriter {
  struct Kept {
    var id: Int64
    var readings: [Reading]
  }

  let store: LedgerStore
  let parameters: [ParameterIndex]
  private(set) var commits: [Kept] = []
  private var generator: SeededGenerator
  private var second: Int64 = 0
  private static let devices: [DeviceName] = ["plc-1", "plc-2", "sensor"]

  init(_ store: LedgerStore, seed: UInt64, parameterCount: Int = 12) throws {
    self.store = store
    generator = SeededGenerator(seed: seed)
    let plans = try (0..<parameterCount).map { number in
      (
        station: "sealer" as StationName,
        plan: ParameterPlan(
          name: try ParameterName("value.\(number)"), device: Self.devices[number % 3], point: "p\(number)", unit: "",
          expectedIntervalMicroseconds: 0)
      )
    }
    parameters = try store.register(plans, devices: Self.devices).map(\.index)
  }

  /// A commit of some batches at the next second; readings are at times late, early, doubled, bad or of odd values.
  mutating func commit() throws {
    second += Int64.random(in: 0...2, using: &generator)
    let clock = LedgerStoreTests.clock(second)
    var group = CommitGroup(clock: clock)
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      let received = clock.utc.advanced(byMicroseconds: -Int64.random(in: 0...50_000, using: &generator))
      group.batches.append(
        ReadingBatch(
          device: Self.devices.randomElement(using: &generator) ?? "plc-1", receivedAt: received,
          monotonicMicroseconds: clock.monotonicMicroseconds - Int64.random(in: 0...50_000, using: &generator),
          messageKey: Int.random(in: 0...3, using: &generator) == 0 ? generator.next() : nil,
          readings: readings(received)))
    }
    if Int.random(in: 0...9, using: &generator) == 0 {
      group.events = [.init(.recordingStopped(RecordingStopped(reason: "\(second)")), actor: "test")]
    }
    let receipt = try store.commit(group)
    commits.append(Kept(id: receipt.group, readings: group.batches.flatMap(\.readings)))
  }

  private mutating func readings(_ received: Timestamp) -> [Reading] {
    guard Int.random(in: 0...9, using: &generator) != 0 else { return [] }
    // Parameters of higher numbers come later.
    let known = min(parameters.count, 2 + commits.count / 8)
    var found: [Reading] = []
    for parameter in parameters.prefix(known) where Int.random(in: 0...5, using: &generator) != 0 {
      var reading = ReadingBatchCodecTests.randomReading(&generator, received)
      if Int.random(in: 0...3, using: &generator) != 0 {
        let value = Float(180) + Float.random(in: -1...1, using: &generator)
        reading = Reading(
          parameter: parameter, time: received, value: Double(value), raw: UInt64(value.bitPattern), rawWordCount: 2)
      }
      reading.parameter = parameter
      if Int.random(in: 0...7, using: &generator) != 0 { reading.time = received }
      found.append(reading)
      if Int.random(in: 0...15, using: &generator) == 0 { found.append(reading) }
    }
    return found
  }

  // MARK: What a plain filter gives

  mutating func windows(_ count: Int) -> [Range<Int64>] {
    let times = commits.flatMap(\.readings).map(\.time.microseconds).sorted()
    guard let first = times.first, let last = times.last else { return [] }
    return (0..<count).map { number in
      let near = LedgerStoreTests.clock(0).utc.microseconds
      let from =
        number.isMultiple(of: 2)
        ? Int64.random(in: first...last, using: &generator)
        : near + Int64.random(in: -1_000_000...(second * 1_000_000), using: &generator)
      return from..<(from + Int64.random(in: 1...60_000_000, using: &generator))
    } + [first..<last, first..<(last + 1), Int64.min..<Int64.max]
  }

  func parameters(of numbers: ClosedRange<Int64>) -> [ParameterIndex] {
    commits.filter { numbers.contains($0.id) }.flatMap(\.readings).map(\.parameter)
  }

  func readings(in window: Range<Int64>, where isKept: (Int64) -> Bool = { _ in true }) -> [ParameterIndex: [Reading]] {
    var found: [ParameterIndex: [Reading]] = [:]
    for commit in commits where isKept(commit.id) {
      for reading in commit.readings where window.contains(reading.time.microseconds) {
        found[reading.parameter, default: []].append(reading)
      }
    }
    return found
  }
}

extension LedgerReader {
  func scan(
    of parameters: [ParameterIndex], in window: Range<Int64>
  ) throws -> (readings: [ParameterIndex: [Reading]], missing: [ReadingScan.MissingStretch]) {
    try read { db in
      var found: [ParameterIndex: [Reading]] = [:]
      let missing = try ReadingScan.readings(
        of: Set(parameters), from: window.lowerBound, to: window.upperBound, db
      ) { parameter, readings in found[parameter, default: []] += readings }
      return (found, missing)
    }
  }
}
