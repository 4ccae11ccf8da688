import Devices
import Foundation
import Ledger
import Shopfloor

/// What stands in the ledger after a power cut, read on from where it was read before.
struct CutLedger {
  let path: String
  /// How often each number of the counter stands there.
  private(set) var counters: [Int: Int] = [:]
  private(set) var startedLots: Set<String> = []
  private(set) var starts = 0
  private(set) var gaps = 0
  private(set) var readings = 0
  private(set) var events: Int64 = 0
  private var lastGroup: Int64 = 0

  init(path: String) { self.path = path }

  /// Opens it as the daemon would, which checks its chains, and reads what is new.
  ///
  /// - Throws: a `LedgerError` where the chain does not hold.
  mutating func check() throws -> String {
    guard FileManager.default.fileExists(atPath: path) else { return "no ledger yet" }
    let store = try LedgerStore(path: path)
    let finding = store.chainFinding
    store.close()
    try readOn()
    return finding
  }

  /// Reads what is new beside a daemon, or without one.
  mutating func readOn() throws {
    let reader = try LedgerReader(path: path)
    let names = Dictionary(
      try reader.parameters().map { ($0.index, $0.name.text) }, uniquingKeysWith: { first, _ in first })
    while true {
      let groups = try reader.groups(after: lastGroup, limit: 500)
      for group in groups {
        for reading in group.batches.flatMap(\.readings) {
          readings += 1
          if names[reading.parameter] == "counter", reading.value.isFinite {
            counters[Int(reading.value), default: 0] += 1
          }
        }
        for record in group.events { note(record) }
        lastGroup = group.id
      }
      if groups.count < 500 { return }
    }
  }

  private mutating func note(_ record: EventRecord) {
    events = record.sequence
    switch record.event {
    case .runStarted(let run): startedLots.formUnion(run.lots.map(\.text))
    case .recordingStarted: starts += 1
    case .gapOpened: gaps += 1
    default: break
    }
  }
}
