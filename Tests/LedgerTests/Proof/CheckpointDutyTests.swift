import Crypto
import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite struct CheckpointDutyTests {
  let folder: TemporaryFolder
  var path: String { folder.file("lotwire.sqlite").path }

  init() throws { folder = try TemporaryFolder("checkpoints") }

  @Test func anOldLedgerEntersTheTreeInPiecesAndIsSigned() throws {
    let floor = try ProvenFloor(path: path)
    defer { floor.store.close() }
    for _ in 0..<3 { try floor.hold(lots: 3_000) }
    var duty = floor.duty()
    var pieces = 0
    while try duty.perform(floor.context()) == .none { pieces += 1 }
    // Two whole pieces, and the mark of the lots.
    #expect(pieces == 3)
    let events = try floor.store.reader.events(after: 0, limit: 20_000)
    guard case .ledgerCheckpointed(let checkpoint)? = events.last?.event else {
      Issue.record("there is no checkpoint")
      return
    }
    #expect(checkpoint.treeSize == 9_000)
    let leaves = events.prefix(9_000).map { MerkleTree.leafHash($0.canonicalBytes) }
    #expect(checkpoint.rootSHA256 == EventChain.hex(MerkleTree.root(ofLeafHashes: leaves)))
    #expect(checkpoint.readingsHeadSHA256 == floor.store.readingsHead.hash)
    let note = try #require(CheckpointNote(text: checkpoint.note))
    #expect(note.isSigned(by: floor.publicKey))
    #expect(!note.isSigned(by: Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)))
    #expect(
      CheckpointNote(text: checkpoint.note.replacing("9000", with: "9001"))?.isSigned(by: floor.publicKey) == false)
    // The head file says the same.
    #expect(try String(contentsOfFile: path + ".head", encoding: .utf8) == checkpoint.note)
    let latest = try #require(try floor.store.reader.latestCheckpoint())
    #expect(latest.note == checkpoint.note && latest.treeSize == 9_000 && latest.coversSealedRecords)
  }

  @Test func theLatestCheckpointSaysWhetherItCoversTheSealedRecords() throws {
    let floor = try ProvenFloor(path: path)
    defer { floor.store.close() }
    #expect(try floor.store.reader.latestCheckpoint() == nil)
    var duty = floor.duty()
    while try duty.perform(floor.context()) == .none {}
    #expect(try floor.store.reader.latestCheckpoint() != nil)
    try floor.runLot("L-1", readings: 3)
    #expect(try floor.store.reader.latestCheckpoint()?.coversSealedRecords == false)
    while try duty.perform(floor.context()) == .none {}
    #expect(try floor.store.reader.latestCheckpoint()?.coversSealedRecords == true)
  }

  @Test func checkpointsComeByTimeAndEachContainsTheFormer() throws {
    let floor = try ProvenFloor(path: path)
    defer { floor.store.close() }
    var duty = floor.duty()
    var sizes: [(Int64, [UInt8])] = []
    for round in 0..<5 {
      try floor.hold(lots: 7 + round)
      floor.second += 300
      while try duty.perform(floor.context()) == .none {}
      let note = try #require(CheckpointNote(text: try String(contentsOfFile: path + ".head", encoding: .utf8)))
      sizes.append((note.treeSize, note.root))
      // Not due again.
      #expect(try duty.perform(floor.context()) != .none)
    }
    #expect(sizes.map(\.0) == [7, 16, 26, 37, 49])
    try floor.store.reader.read { db in
      for (former, latter) in zip(sizes, sizes.dropFirst()) {
        let path = try MerkleTree.consistencyProof(first: former.0, second: latter.0, EventTree.node(db))
        #expect(
          MerkleTree.checkConsistency(
            first: former.0, firstRoot: former.1, second: latter.0, secondRoot: latter.1, path: path))
      }
    }
  }

  @Test func aHeadFileThatCannotBeWrittenIsSaidUntilItIs() throws {
    let floor = try ProvenFloor(path: path)
    defer { floor.store.close() }
    try floor.hold(lots: 3)
    // A folder where the new file would be.
    try FileManager.default.createDirectory(atPath: path + ".head.new", withIntermediateDirectories: false)
    var duty = floor.duty()
    #expect(try duty.perform(floor.context()) == .none)
    for _ in 0..<3 {
      #expect(throws: LedgerError.self) { try duty.perform(floor.context()) }
      floor.second += 1
    }
    #expect(!FileManager.default.fileExists(atPath: path + ".head"))
    try FileManager.default.removeItem(atPath: path + ".head.new")
    #expect(try duty.perform(floor.context()) != .none)
    let note = try #require(CheckpointNote(text: try String(contentsOfFile: path + ".head", encoding: .utf8)))
    #expect(note.treeSize == 3)
    let checkpoints = try floor.store.reader.events(after: 0, limit: 100).filter {
      $0.event.kind == .ledgerCheckpointed
    }
    #expect(checkpoints.count == 1)
  }

  @Test func everySealedLotHasARootOfItsOwn() throws {
    let floor = try ProvenFloor(path: path)
    defer { floor.store.close() }
    var duty = floor.duty()
    while try duty.perform(floor.context()) == .none {}
    try floor.runLot("L-1", readings: 50)
    try floor.runLot("L-2", readings: 20)
    while try duty.perform(floor.context()) == .none {}
    let checkpoints = try floor.store.reader.events(after: 0, limit: 1000).compactMap { record in
      if case .ledgerCheckpointed(let done) = record.event, done.occasion == .lotClosed { done } else { nil }
    }
    #expect(checkpoints.compactMap(\.lot?.lot) == ["L-1", "L-2"])
    for checkpoint in checkpoints {
      let root = try #require(checkpoint.lot)
      let tree = try floor.store.reader.read { db in
        try LotTree(of: root.lot, through: checkpoint.treeSize, throughBatch: checkpoint.throughBatch, db)
      }
      #expect(tree.rootFact == root)
      let series = tree.leaves.compactMap { leaf in if case .series(let series) = leaf.content { series } else { nil } }
      #expect(series.map(\.readings) == [root.lot == "L-1" ? 50 : 20])
    }
    // What comes later changes nothing of it.
    try floor.runLot("L-3", readings: 5)
    let first = try #require(checkpoints.first)
    try floor.store.reader.read { db in
      let tree = try LotTree(of: "L-1", through: first.treeSize, throughBatch: first.throughBatch, db)
      #expect(tree.rootFact == first.lot)
    }
  }
}
