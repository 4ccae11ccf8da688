import Ledger
import Shopfloor
import Testing

@testable import BatchRecord

@Suite struct LotExtractTests {
  @Test("what an ERP needs stands in the bytes of a sealed record")
  func wholeRecord() throws {
    var builder = EvidenceBuilder.quiet()
    func count(_ good: Int, at seconds: Double) -> Event {
      .quantityReported(
        QuantityReported(
          lot: builder.lot, operation: "cure", good: Quantity(good),
          scrap: [RejectedQuantity(quantity: Quantity(1), reason: "burnt")], person: "P-1",
          at: EvidenceBuilder.at(seconds)))
    }
    builder.add(count(3, at: 501), at: EvidenceBuilder.at(501))
    builder.add(count(2, at: 502), at: EvidenceBuilder.at(502))
    let document = BatchRecordAssembler.assemble(evidence: builder.evidence)
    let sealed = try RecordSeal.seal(document, with: SigningKey())
    let extract = try LotExtract(sealedBytes: sealed.bytes)

    #expect(extract.lot == "LOT-7" && extract.revision == 0 && extract.workOrder == "WO-1")
    #expect(extract.lots == ["LOT-7", "LOT-8"] && extract.operations == ["seal", "cure"])
    #expect(extract.orderedQuantity == Quantity(millionths: 2_500_000) && extract.unit == "pcs")
    #expect(extract.product == "KIT" && extract.digestSHA256 == sealed.notice.digestSHA256)
    #expect(extract.keyID == sealed.notice.keyID && extract.exceptionCount == document.exceptionCount)
    let seal = try #require(extract.runs.first { $0.run == "R-1" })
    #expect(seal.operation == "seal" && seal.startedBy == "P-1" && seal.completedOperation)
    #expect(seal.endedAt?.microseconds(since: seal.startedAt) == 100_000_000)
    #expect(extract.uses.map(\.materialLot) == ["M-100", "M-200"])
    #expect(extract.uses.map(\.quantity) == [Quantity(millionths: 250_000), nil])
    #expect(extract.good == Quantity(2) && extract.counts.count == 1)
    let mean = try #require(extract.measured.first { $0.name == "temperature mean" })
    #expect(mean.low == 170 && mean.high == 195.5 && mean.valueCount == 2 && mean.isWithin)
    let distances = [mean.lowest, mean.highest].map { min($0 - 170, 195.5 - $0) }
    #expect(min(mean.worst - 170, 195.5 - mean.worst) == distances.min())
    #expect(extract.endedAt == extract.runs.compactMap(\.endedAt).max())
  }

  @Test func aConsumptionThatWasTakenBackIsNone() throws {
    let document = BatchRecordAssembler.assemble(evidence: EvidenceBuilder.eventful().evidence)
    let sealed = try RecordSeal.seal(document, with: SigningKey())
    #expect(try LotExtract(sealedBytes: sealed.bytes).uses.map(\.materialLot) == ["M-100", "M-200"])
  }

  @Test("of a run of several orders, each took what had been picked for it, where that makes up the whole")
  func shares() throws {
    let extract = try LotExtract(sealedBytes: RenderingStory.shared())
    #expect(extract.runs.map(\.workOrders) == [["WO-1", "WO-2"]])
    #expect(extract.uses.map(\.materialLot) == ["M-300", "M-200", "M-100"])
    #expect(extract.uses.map { extract.share(of: $0) } == [.part(Quantity(8)), .unknown, .unknown])
    #expect(extract.uses.map(\.fromPicked.count) == [2, 1, 0])
    let own = try LotExtract(sealedBytes: RenderingStory.quiet())
    #expect(own.uses.map { own.share(of: $0) } == [.whole, .whole])
  }

  @Test(arguments: [
    ("", "no JSON"), ("[1]", ".record.lot"), ("{\"record\":{\"lot\":\"L\"}}", ".record.revision"),
    ("{\"record\":{\"lot\":\"L\",\"revision\":0,\"workOrder\":{\"number\":\"W\",\"quantity\":\"x\"}}}", ".quantity"),
  ])
  func whatIsNoRecordIsNamed(_ text: String, _ words: String) {
    do throws(LotExtractFault) {
      _ = try LotExtract(sealedBytes: Array(text.utf8))
      Issue.record("it was read")
    } catch {
      #expect("\(error)".contains(words))
    }
  }
}
