import ControlCharts
import Devices
import Foundation
import Ledger
import Shopfloor

/// The state of the engine in bytes, to restart from. The plan is left out: it is an event in the ledger, and by far the
/// largest part.
///
/// ```
/// checkpoint := "LWC5" restLength:uint32 rest:JSON count:uint32 pulse*
/// pulse      := flags:byte, and where bit 0 (planned) is set: lastTime lastGood lastArrivalMonotonic:int64
///               latestQuality:byte latestValue:float64
/// ```
/// Flags: 1 planned, 2 has a latest reading, 4 its good readings are in order. Integers and floats are little-endian.
struct EngineCheckpoint {
  static let magic = Array("LWC5".utf8)

  /// What is small.
  struct Rest: Codable {
    /// Without its plan; the digest says which it was.
    var floor: Floor
    var clock: ClockReading?
    /// Nil in checkpoints of older programs.
    var bootID: String?
    var stations: [Station]
    var unusual: [Unusual]
    /// What text points said last, by number of the parameter.
    var texts: [UInt32: String]
  }

  struct Station: Codable {
    var runs: [StationTrack.RunSpan]
    var cycles: CycleTracker?
    var characteristics: [CharacteristicTrack]
  }

  /// A parameter whose limits or gap are not as they are in quiet times.
  struct Unusual: Codable {
    var slot: Int
    var gap: GapID?
    var specification: LimitMonitor?
    var alarm: LimitMonitor?
  }

  let rest: Rest
  private let pulses: ArraySlice<UInt8>

  /// Nil where the bytes are of another form: of another version of the program.
  init?(_ bytes: [UInt8]) {
    guard bytes.starts(with: Self.magic) else { return nil }
    var reader = FixedReader(bytes[Self.magic.count...])
    guard let length = reader.uint32(), let json = reader.bytes(Int(length)) else { return nil }
    // What cannot be read is of another version too.
    guard let rest = try? JSONDecoder().decode(Rest.self, from: Data(json)) else { return nil }
    self.rest = rest
    pulses = reader.rest
  }

  /// The pulses in the order of their numbers: what is kept of each is written into the one that stands there. False where
  /// the bytes do not fit: they are of another plan or damaged.
  func restore(_ target: inout [ParameterPulse]) -> Bool {
    var reader = FixedReader(pulses)
    guard let count = reader.uint32(), Int(count) == target.count else { return false }
    for slot in target.indices {
      guard let flags = reader.byte(), (flags & 1 != 0) == target[slot].isPlanned else { return false }
      guard target[slot].isPlanned else { continue }
      guard let lastTime = reader.int64(), let lastGood = reader.int64(), let lastArrival = reader.int64(),
        let code = reader.byte(), let quality = Quality(rawValue: code), let value = reader.int64()
      else { return false }
      target[slot].isOrdered = flags & 4 != 0
      target[slot].lastTime = Timestamp(microseconds: lastTime)
      target[slot].lastGood = Timestamp(microseconds: lastGood)
      target[slot].lastArrivalMonotonic = lastArrival
      target[slot].latestQuality = flags & 2 != 0 ? quality : nil
      target[slot].latestValue = Double(bitPattern: UInt64(bitPattern: value))
    }
    return reader.rest.isEmpty
  }

  static func bytes(_ rest: Rest, _ pulses: [ParameterPulse]) throws -> [UInt8] {
    let json = try JSONEncoder().encode(rest)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(magic.count + 8 + json.count + pulses.count * 34)
    bytes += magic
    bytes.appendFixed(UInt32(json.count))
    bytes += json
    bytes.appendFixed(UInt32(pulses.count))
    for pulse in pulses {
      bytes.append((pulse.isPlanned ? 1 : 0) | (pulse.latestQuality != nil ? 2 : 0) | (pulse.isOrdered ? 4 : 0))
      guard pulse.isPlanned else { continue }
      bytes.appendFixed(pulse.lastTime.microseconds)
      bytes.appendFixed(pulse.lastGood.microseconds)
      bytes.appendFixed(pulse.lastArrivalMonotonic)
      bytes.append((pulse.latestQuality ?? .good).rawValue)
      bytes.appendFixed(pulse.latestValue.bitPattern)
    }
    return bytes
  }
}

extension LineEngine {
  /// Nil where the state cannot be written down; then the next start reads more of the ledger.
  func checkpoint() -> [UInt8]? {
    var floor = self.floor
    floor.apply(
      .planApplied(
        PlanApplied(digest: floor.planDigest, plan: LinePlan(site: "", line: "", stations: []), changes: [])))
    let rest = EngineCheckpoint.Rest(
      floor: floor, clock: clock, bootID: bootID,
      stations: stations.map { .init(runs: $0.runs, cycles: $0.cycles, characteristics: $0.characteristics) },
      unusual: parameters.enumerated().compactMap { slot, track in
        guard let track, track.gap != nil || track.specification?.isNormal == false || track.alarm?.isNormal == false
        else { return nil }
        return .init(slot: slot, gap: track.gap, specification: track.specification, alarm: track.alarm)
      }, texts: texts)
    // Without a checkpoint nothing is lost.
    return try? EngineCheckpoint.bytes(rest, pulses)
  }

  /// The engine as it was, under the plan that was in force and with the numbers of its parameters. Nil where they do not
  /// fit together.
  init?(_ checkpoint: EngineCheckpoint, plan: LinePlan, registry: [RegisteredParameter]) {
    let rest = checkpoint.rest
    guard rest.stations.count == plan.stations.count else { return nil }
    self.init()
    floor = rest.floor
    floor.apply(.planApplied(PlanApplied(digest: floor.planDigest, plan: plan, changes: [])))
    clock = rest.clock
    bootID = rest.bootID
    texts = rest.texts
    self.registry = registry
    let plans = plan.stations.map { floor.judgedPlan(of: $0.name) ?? $0 }
    stations = zip(plans, rest.stations).map { plan, kept in
      var track = StationTrack(plan: plan)
      track.runs = kept.runs
      if let clock = rest.clock { track.completeEnds(at: clock) }
      track.cycles = kept.cycles
      track.characteristics = kept.characteristics
      return track
    }
    buildParameters(
      now: clock ?? ClockReading(utc: Timestamp(microseconds: 0), monotonicMicroseconds: 0), continuing: Former())
    guard checkpoint.restore(&pulses) else { return nil }
    for kept in rest.unusual {
      guard parameters.indices.contains(kept.slot), var track = parameters[kept.slot] else { return nil }
      track.gap = kept.gap
      track.specification = kept.specification
      track.alarm = kept.alarm
      parameters[kept.slot] = track
      pulses[kept.slot].follow(track)
    }
  }
}

extension [UInt8] {
  fileprivate mutating func appendFixed(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

/// Reads what `appendFixed` wrote; nil at the end.
private struct FixedReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func byte() -> UInt8? { rest.popFirst() }
  mutating func uint32() -> UInt32? { fixed() }
  mutating func int64() -> Int64? { fixed() }

  private mutating func fixed<Value: FixedWidthInteger>() -> Value? {
    guard let bytes = bytes(MemoryLayout<Value>.size) else { return nil }
    return Value(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: Value.self) })
  }
}
