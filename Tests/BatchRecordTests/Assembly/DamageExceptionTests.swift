import Ledger
import Shopfloor
import Testing

@testable import BatchRecord

/// Damage that was set aside is in every record whose runs it may concern.
@Suite struct DamageExceptionTests {
  private func key() throws -> SigningKey { try #require(SigningKey(seed: Array(repeating: 4, count: 32))) }

  private func leftOut(_ place: LedgerDamageFound.Place = .readings) -> LeftOutReadings {
    LeftOutReadings(place: place, first: 12, last: 14, commits: 3, reason: "its bytes are others", runs: ["R-1"])
  }

  private func found(_ place: LedgerDamageFound.Place) -> Event {
    .ledgerDamageFound(
      LedgerDamageFound(
        place: place, first: 12, last: 14, reason: "its bytes are others", from: EvidenceBuilder.at(20),
        until: EvidenceBuilder.at(25), lots: ["LOT-7"], runs: ["R-1"]))
  }

  @Test("a stretch that is told of by an event, or by none, is an exception and in the statement; the record verifies")
  func isNamed() throws {
    for isTold in [false, true] {
      var builder = EvidenceBuilder.quiet()
      if isTold { builder.add(found(.readings), at: EvidenceBuilder.at(90)) }
      var evidence = builder.evidence
      evidence.leftOut = [leftOut()]
      let document = BatchRecordAssembler.assemble(evidence: evidence)
      let damage = document.record["exceptions"].elements.filter { $0["kind"].text == "readingsDamaged" }
      #expect(damage.count == 1)
      #expect(damage.first?["severity"].text == "violation")
      #expect(damage.first?["events"].elements.isEmpty == !isTold)
      #expect(damage.first?["words"]["en"].text?.contains("readings 12–14") == true)
      #expect(damage.first?["words"]["zh-CN"].text?.contains("已隔离") == true)
      #expect(document.record["readings"]["missingCommits"] == .integer(3))
      #expect(document.record["readings"]["words"]["en"].text?.contains("all readings") == false)
      #expect(document.record["readings"]["words"]["en"].text?.contains("3 commits") == true)
      let report = RecordVerifier.verify(try RecordSeal.seal(document, with: key()).bytes)
      #expect(report.isVerified, "\(report.text(in: .english))")
    }
  }

  @Test("other damage that names the lot is an exception too; a record that leaves damage out does not verify")
  func isDemanded() throws {
    var builder = EvidenceBuilder.quiet()
    builder.add(found(.event), at: EvidenceBuilder.at(90))
    let named = BatchRecordAssembler.assemble(evidence: builder.evidence)
    #expect(named.record["exceptions"].elements.contains { $0["kind"].text == "readingsDamaged" })
    #expect(named.record["readings"]["missingCommits"] == .integer(0))
    var evidence = EvidenceBuilder.quiet().evidence
    evidence.leftOut = [leftOut(.segment)]
    for record in [named.record, BatchRecordAssembler.assemble(evidence: evidence).record] {
      let silent = record.changed(at: ["exceptions"]) { list in
        .array(list.elements.filter { $0["kind"].text != "readingsDamaged" })
      }
      let report = RecordVerifier.verify(try forge(silent, with: key()))
      #expect(report.firstMisfit?.check == .exceptions, "\(report.text(in: .english))")
    }
  }
}
