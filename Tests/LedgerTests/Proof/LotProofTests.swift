import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite struct LotProofTests {
  @Test func aLotIsProvenAloneAndAnyChangeOfTheFileIsSeen() throws {
    let folder = try TemporaryFolder("proof")
    let path = folder.file("lotwire.sqlite").path
    let ledger = try DamagedLedger.shared.get()
    try ledger.copy(to: path)
    let reader = try LedgerReader(path: path)
    #expect(try reader.proof(of: "L-77") == nil)
    let proof = try #require(try reader.proof(of: "L-2"))
    #expect(proof.problems(publicKey: ledger.publicKey) == [])
    #expect(proof.checkpoint != nil)
    let file = try proof.fileBytes()
    #expect(try LotProof(fileBytes: file) == proof)
    #expect(proof.problems(publicKey: [UInt8](repeating: 1, count: 32)).count == 2)
    // Readings, events, notes and paths: any one changed is seen.
    var changed = proof
    changed.leaves[0].text += " "
    #expect(!changed.problems(publicKey: ledger.publicKey).isEmpty)
    changed = proof
    changed.leaves.removeLast()
    #expect(!changed.problems(publicKey: ledger.publicKey).isEmpty)
    changed = proof
    changed.lot = "L-1"
    #expect(!changed.problems(publicKey: ledger.publicKey).isEmpty)
    changed = proof
    changed.consistency.removeLast()
    #expect(!changed.problems(publicKey: ledger.publicKey).isEmpty)
    changed = proof
    changed.checkpoint?.sequence += 1
    #expect(!changed.problems(publicKey: ledger.publicKey).isEmpty)
    changed = proof
    changed.note = try #require(try reader.proof(of: "L-1")).note
    #expect(!changed.problems(publicKey: ledger.publicKey).isEmpty)
  }

  @Test func readingsThatCameAfterTheLotWasClosedChangeNothingOfItsProof() throws {
    let folder = try TemporaryFolder("proof-late")
    let floor = try ProvenFloor(path: folder.file("lotwire.sqlite").path)
    defer { floor.store.close() }
    var duty = floor.duty()
    while try duty.perform(floor.context()) == .none {}
    let start = floor.second
    try floor.runLot("L-1", readings: 60)
    while try duty.perform(floor.context()) == .none {}
    let proof = try #require(try floor.store.reader.proof(of: "L-1"))
    func late(_ second: Int64) throws {
      floor.second += 1
      var group = CommitGroup(clock: floor.clock)
      group.batches = [
        ReadingBatch(
          device: "plc-1", receivedAt: floor.clock.utc, monotonicMicroseconds: floor.clock.monotonicMicroseconds,
          readings: [
            Reading(
              parameter: floor.parameters[0].index,
              time: LedgerStoreTests.clock(second).utc.advanced(byMicroseconds: 5),
              value: 1)
          ])
      ]
      _ = try floor.store.commit(group)
    }
    try late(start + 10)
    #expect(try floor.store.reader.proof(of: "L-1")?.leaves == proof.leaves)
    // Packed, with the last commits of the lot and the late ones in one segment, then in segments of their own.
    for second in Int64(11)..<31 { try late(start + second) }
    floor.second += 1_000
    var rest = PackingPlan.Rest()
    (rest.newestCommits, rest.ageMicroseconds) = (0, 0)
    for commits in [25, 25, 25, 10] as [Int] {
      var bounds = PackingPlan.Bounds()
      bounds.commits = commits
      var packing = PackingDuty(bounds: bounds, rest: rest)
      for _ in 0..<4 { _ = try packing.perform(floor.context()) }
      #expect(try floor.store.reader.proof(of: "L-1")?.leaves == proof.leaves)
    }
  }
}
