import Devices
import FaultDisk
import Shopfloor

@testable import Ledger

/// Commits on a disk with faults, and the comparison of what is found afterwards with what was acknowledged.
struct DiskScenario {
  static let path = "/plant/lotwire.sqlite"
  let disk: FaultDisk
  var acknowledged: [CommitGroup] = []
  /// The commit whose outcome is not known.
  var undecided: CommitGroup?
  private(set) var problem: LedgerError?

  init(_ disk: FaultDisk) { self.disk = disk }

  /// A value of so many bytes beside the readings: it fills pages, so that the WAL is brought into the file on the way.
  static func group(_ number: Int64, ballast: Int = 0) -> CommitGroup {
    var group = CommitGroup(clock: LedgerStoreTests.clock(number))
    group.events = [
      .init(.lotHeld(LotHeld(lot: "L-1", person: "P-1", reason: "check \(number)")), actor: "person P-1")
    ]
    group.batches = [
      ReadingBatch(
        device: "plc-1", receivedAt: group.clock.utc, monotonicMicroseconds: group.clock.monotonicMicroseconds,
        readings: (0..<40).map {
          Reading(parameter: ParameterIndex(0), time: group.clock.utc, value: Double(number) + Double($0) / 64)
        })
    ]
    if ballast > 0 {
      let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(number % 26)))
      group.settings = [("ballast \(number % 3)", String(repeating: letter, count: ballast))]
    }
    return group
  }

  /// Opens, registers, commits, closes, until something fails.
  mutating func run(commits: ClosedRange<Int64>, ballast: Int = 0, afterFailure: Bool = false) {
    do throws(LedgerError) {
      let store = try LedgerStore(path: Self.path, on: disk, afterFailure: afterFailure)
      defer { store.close() }
      _ = try LedgerStoreTests.registerTyped(store)
      for number in commits {
        let group = Self.group(number, ballast: ballast)
        undecided = group
        _ = try store.commit(group)
        undecided = nil
        acknowledged.append(group)
      }
    } catch {
      problem = error
    }
  }

  /// What differs between the ledger and what was acknowledged; nil where every acknowledged commit is there, byte for
  /// byte and in order, and at most the one with an unknown outcome besides.
  func difference() throws(LedgerError) -> String? {
    let store = try LedgerStore(path: Self.path, on: disk)
    defer { store.close() }
    let found = try Self.stored(store.reader)
    let asked = acknowledged.map(Self.content)
    if found == asked { return nil }
    if let undecided, found == asked + [Self.content(of: undecided)] { return nil }
    return "\(found.count) commits found, \(asked.count) acknowledged; \(store.chainFinding)"
  }

  struct Content: Hashable {
    var batches: [ReadingBatch]
    var events: [Event]
    var clock: ClockReading
  }

  static func content(of group: CommitGroup) -> Content {
    Content(batches: group.batches, events: group.events.map(\.event), clock: group.clock)
  }

  static func stored(_ reader: LedgerReader) throws(LedgerError) -> [Content] {
    var found: [Content] = []
    while true {
      let groups = try reader.groups(after: Int64(found.count), limit: 1_000)
      found += groups.map { Content(batches: $0.batches, events: $0.events.map(\.event), clock: $0.clock) }
      if groups.count < 1_000 { return found }
    }
  }
}

extension LedgerStoreTests {
  static func registerTyped(_ store: LedgerStore) throws(LedgerError) -> [RegisteredParameter] {
    let plan = ParameterPlan(
      name: "seal.temperature", device: "plc-1", point: "temperature", unit: "°C", expectedIntervalMicroseconds: 0)
    return try store.register([(station: "sealer", plan: plan)], devices: ["plc-1"])
  }
}
