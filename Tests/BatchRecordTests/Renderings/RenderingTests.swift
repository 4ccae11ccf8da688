import Shopfloor
import Testing

@testable import BatchRecord

/// What holds for every rendering, whatever the standard.
@Suite struct RenderingTests {
  private static func both(_ record: [UInt8]) throws -> [String] {
    [
      String(decoding: try RecordRendering.batchML(of: record), as: UTF8.self),
      String(decoding: try RecordRendering.epcis(of: record), as: UTF8.self),
    ]
  }

  @Test func theSameRecordGivesTheSameBytesAndNamesItsOriginal() throws {
    let record = try RenderingStory.eventful()
    let first = try Self.both(record)
    #expect(try Self.both(record) == first)
    #expect(try Self.both(try RenderingStory.eventful(seed: 2)) != first)
    let seal = try CanonicalJSONParser.parse(record)["seal"]
    for text in first {
      #expect(text.contains(try #require(seal["digestSHA256"].text)))
      #expect(text.contains(try #require(seal["keyID"].text)))
      #expect(!text.contains("SECRET"), "a badge")
    }
  }

  @Test func everyReadingAndEveryEventIsInBatchML() throws {
    let record = try RenderingStory.eventful()
    let text = String(decoding: try RecordRendering.batchML(of: record), as: UTF8.self)
    let content = try CanonicalJSONParser.parse(record)["record"]
    guard case .integer(let readings) = content["readings", "count"] else {
      Issue.record("no count")
      return
    }
    #expect(text.ranges(of: "<DataValue>").count == Int(readings))
    for event in content["events"].elements {
      guard case .integer(let sequence) = event["sequence"] else { continue }
      #expect(text.contains("<EntryID>event \(sequence)</EntryID>"), "\(event["kind"])")
    }
    let bad = content["runs"].elements.flatMap { $0["series"].elements }.flatMap { $0["readings"].elements }
      .filter { $0.elements[1] == .null }
    #expect(text.ranges(of: "<Value/>").count == bad.count)
    #expect(text.ranges(of: "<Quality>bad: ").count == bad.count)
  }

  @Test func whatIsNoCharacterOfXMLIsShownByItsPicture() throws {
    let text = String(decoding: try RecordRendering.batchML(of: try RenderingStory.counted()), as: UTF8.self)
    #expect(text.contains("Etikett ␀ schief"))
    #expect(text.contains("<EventSubType OtherValue=\"Scrap\">Other</EventSubType>"))
    #expect(text.contains("burnt seam"))
  }

  /// The count that was replaced stays visible, and the one that holds is what the lot has.
  @Test func aReplacedCountIsAChange() throws {
    let record = try RenderingStory.counted()
    let text = String(decoding: try RecordRendering.batchML(of: record), as: UTF8.self)
    #expect(text.contains("<Reason>one was counted twice</Reason>"))
    #expect(text.contains("<Category>Replaced</Category>"))
    let events = try PlainJSONParser.parse(try RecordRendering.epcis(of: record))["epcisBody"]["eventList"].elements
    let made = try #require(events.first { $0["type"].text == "TransformationEvent" })
    #expect(made["outputQuantityList"].elements.first?["quantity"] == .number("96"))
  }

  @Test func theUDIIsSaidOnlyWithARightCheckDigit() throws {
    var builder = RenderingStory.whole(seed: 1)
    let right = String(decoding: try RecordRendering.batchML(of: try RenderingStory.sealed(builder)), as: UTF8.self)
    #expect(right.contains("<ValueString>04012345678901</ValueString>"))
    builder = EvidenceBuilder.quiet()
    builder.workOrder?.product = "04012345678902"
    let wrong = try Self.both(try RenderingStory.sealed(builder))
    #expect(!wrong[0].contains("UDI-DI"))
    #expect(!wrong[1].contains("id.gs1.org/01/04012345678902"))
  }

  /// Older versions have fewer members.
  @Test(arguments: BatchRecordFormat.knownVersions) func recordsOfEveryVersionAreRendered(version: Int64) throws {
    let document = BatchRecordAssembler.assemble(evidence: EvidenceBuilder.eventful().evidence)
    var record = document.record.changed(at: ["format", "version"]) { _ in .integer(version) }
    if version < 7 { record = record.changed(at: ["quantities"]) { _ in nil } }
    if version < 6 { record = record.changed(at: ["readings", "missingCommits"]) { _ in nil } }
    if version < 4 {
      record = record.changed(at: ["controlPlans"]) { _ in nil }.changed(at: ["alarms", 0, "escalations"]) { _ in nil }
        .changed(at: ["runs", 0, "characteristics", 0, "measurements"]) { _ in nil }
    }
    if version < 3 { record = record.changed(at: ["materials", 0, "undone"]) { _ in nil } }
    if version < 2 { record = record.changed(at: ["texts"]) { _ in nil } }
    let sealed = try forge(record, with: RenderingStory.key(), version: version)
    #expect(BatchMLCheck.findings(in: try RecordRendering.batchML(of: sealed)) == [])
    #expect(EPCISCheck.findings(in: try RecordRendering.epcis(of: sealed)) == [])
  }

  @Test func whatWasNotSealedIsNotRendered() throws {
    let record = try CanonicalJSONParser.parse(try RenderingStory.quiet())
    let damaged = record.changed(at: ["record", "product", "name"]) { _ in .string("Another") }.canonicalBytes
    let unknown = record.changed(at: ["record", "format", "version"]) { _ in .integer(99) }.canonicalBytes
    let cases: [([UInt8], String)] = [
      (damaged, "digest_does_not_fit"), (unknown, "not_a_record"), (Array("{}".utf8), "not_a_record"),
      (Array("[".utf8), "not_json"),
    ]
    for (bytes, code) in cases {
      #expect(refusal(of: { () throws(RenderingFault) in _ = try RecordRendering.batchML(of: bytes) }) == code)
      #expect(refusal(of: { () throws(RenderingFault) in _ = try RecordRendering.epcis(of: bytes) }) == code)
    }
  }

  private func refusal(of body: () throws(RenderingFault) -> Void) -> String? {
    do throws(RenderingFault) {
      try body()
      return nil
    } catch {
      #expect(!error.description.isEmpty)
      return error.code
    }
  }

  @Test(arguments: ["http://example.com/", "example.com", "https://", "urn:", "https://a b/", "https://a/?x", ""])
  func namesDoNotBeginWithJustAnything(base: String) throws {
    let record = try RenderingStory.quiet()
    #expect(
      refusal(of: { () throws(RenderingFault) in _ = try RecordRendering.epcis(of: record, base: base) })
        == "not_a_base")
  }
}
