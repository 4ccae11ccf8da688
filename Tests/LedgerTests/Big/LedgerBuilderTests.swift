import Devices
import Foundation
import LedgerBuilder
import Shopfloor
import Testing

@testable import Ledger

@Suite("A made-up ledger")
struct LedgerBuilderTests {
  static let size = PlantSize(lots: 60, readings: 60_000, spanMicroseconds: 86_400_000_000, lotsPerMaterial: 5)

  /// A small plant's ledger in a folder of its own.
  static func withLedger(
    _ size: PlantSize = size, unpacked: Int64?, _ body: (String, LedgerBuilder.Outcome) throws -> Void
  ) throws {
    let folder = NSTemporaryDirectory() + "lotwire-built-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // What stays behind lies in the temporary folder.
    let path = folder + "/ledger.sqlite"
    try body(path, try LedgerBuilder.build(size, at: path, unpacked: unpacked))
  }

  @Test("holds at its opening: its chains and anchors are those of a recorder")
  func isWhole() throws {
    try Self.withLedger(unpacked: nil) { path, outcome in
      let store = try LedgerStore(path: path)
      defer { store.close() }
      let counts = try store.reader.counts()
      #expect(counts.events == outcome.events && counts.commits == outcome.commits)
      #expect(counts.readings == Int64(outcome.readings))
      #expect(outcome.readings >= 60_000)
      #expect(try store.reader.lotsAwaitingSeal().isEmpty)
      #expect(try store.reader.checkpoint()?.group == outcome.commits)
    }
  }

  @Test("gives its commits back from segments, with every reading and every event of them told")
  func isPacked() throws {
    try Self.withLedger(unpacked: 20) { path, outcome in
      let reader = try LedgerReader(path: path)
      #expect(try reader.counts().readings == Int64(outcome.readings))
      var groups = 0
      var readings = 0
      while true {
        let found = try reader.groups(after: Int64(groups), limit: 100)
        #expect(found.map(\.id) == (0..<found.count).map { Int64(groups + $0 + 1) })
        groups += found.count
        readings += found.reduce(0) { $0 + $1.batches.reduce(0) { $0 + $1.readings.count } }
        if found.count < 100 { break }
      }
      #expect(groups == Int(outcome.commits) && readings == outcome.readings)
      let told = try reader.events(about: .ledger).compactMap { record -> Int64? in
        if case .readingsPacked(let packed) = record.event { packed.readings } else { nil }
      }
      #expect(told.count >= 10 && told.reduce(0, +) < Int64(outcome.readings))
    }
  }

  @Test("has lots whose readings follow from their cycles, and a way of material both ways")
  func story() throws {
    try Self.withLedger(unpacked: 20) { path, _ in
      let reader = try LedgerReader(path: path)
      let evidence = try #require(try reader.evidence(of: PlantLine.lot(30)))
      #expect(evidence.runs.map(\.id) == [PlantLine.run(30)])
      #expect(evidence.series.count == PlantLine.parametersPerStation)
      let temperature = try #require(evidence.series.first { $0.parameter.name == PlantLine.temperature })
      var taken = 0
      for record in evidence.events {
        guard case .characteristicTaken(let one) = record.event else { continue }
        taken += 1
        let cycle = evidence.events.compactMap { record -> CycleEnded? in
          if case .cycleEnded(let cycle) = record.event, cycle.cycle == one.cycle { cycle } else { nil }
        }
        let stretch = try #require(cycle.first)
        let values = temperature.readings.filter { $0.time >= stretch.startedAt && $0.time < stretch.endedAt }
        #expect(values.count == one.readings)
        #expect(values.reduce(0) { $0 + $1.value } / Double(values.count) == one.value)
      }
      #expect(taken == 4)
      // Lot 31 took lot 7 in, which took its own material.
      let trace = try #require(try reader.trace(.lot(PlantLine.lot(30))))
      #expect(trace.materials.count >= 4)
      let back = try #require(try reader.trace(.material(PlantLine.material(0, 3))))
      #expect(back.lots.count >= 5)
    }
  }

  @Test("gives the same readings of a lot, packed and not packed")
  func packedAsNotPacked() throws {
    var found: [[RunSeries]] = []
    for unpacked in [nil, 20] as [Int64?] {
      try Self.withLedger(unpacked: unpacked) { path, _ in
        found.append(try #require(try LedgerReader(path: path).evidence(of: PlantLine.lot(41))).series)
      }
    }
    #expect(found[0] == found[1] && found[0].allSatisfy { $0.count > 50 })
  }

  @Test("is the same from the same seed, and another from another")
  func seeded() throws {
    var heads: [[UInt8]] = []
    for seed in [1, 1, 2] as [UInt64] {
      let size = PlantSize(seed: seed, lots: 16, readings: 10_000, spanMicroseconds: 3_600_000_000)
      try Self.withLedger(size, unpacked: 20) { path, outcome in
        heads.append(try #require(try LedgerReader(path: path).event(outcome.events)).hash)
      }
    }
    #expect(heads[0] == heads[1] && heads[0] != heads[2])
  }
}
