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
}
