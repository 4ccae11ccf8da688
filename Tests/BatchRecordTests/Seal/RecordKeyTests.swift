import Shopfloor
import Testing

@testable import BatchRecord

@Suite struct RecordKeyTests {
  @Test func theKeyOfARecordSaysItsRevision() throws {
    var builder = EvidenceBuilder.quiet()
    builder.lot = "L:7:0"
    for revision in [0, 1, 12] {
      let document = BatchRecordAssembler.assemble(evidence: builder.evidence, revision: revision)
      let key = try RecordSeal.seal(document, with: SigningKey()).idempotencyKey
      #expect(SealedRecord.revision(ofKey: key) == revision)
    }
    for key in ["", "lotwire:record:", "lotwire:record:L-1:00112233aabbccdd", "lotwire:report:000000000041:1:00"] {
      #expect(SealedRecord.revision(ofKey: key) == nil)
    }
  }
}
