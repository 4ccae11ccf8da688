import Testing

@testable import BatchRecord

/// Our own check of BatchML: silent about what we write, and every seeded fault is found.
@Suite struct BatchMLCheckTests {
  @Test func ourRenderingsAreSound() throws {
    let records = [
      try RenderingStory.eventful(), try RenderingStory.quiet(), try RenderingStory.counted(),
      try RenderingStory.sealed(RenderingStory.whole(seed: 5), maximumInlineReadings: 3),
    ]
    for record in records { #expect(BatchMLCheck.findings(in: try RecordRendering.batchML(of: record)) == []) }
    let movement = try RecordRendering.batchML(ofMovement: Array(BatchMLMovementTests.receipt.utf8))
    #expect(BatchMLCheck.findings(in: movement) == [])
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    var from: String
    var to: String
    var testDescription: String { "\(from) -> \(to)" }

    init(_ from: String, _ to: String) {
      self.from = from
      self.to = to
    }
  }

  /// What stands in the rendering, and what it is replaced by, once.
  static let faults: [Fault] = [
    // What the schema refuses, too.
    Fault("<EntryID>record</EntryID>\n", ""), Fault("<LotID>LOT-7</LotID>\n", ""),
    Fault("<LotID>LOT-7</LotID>", "<LotID>LOT-7</LotID><Colour>red</Colour>"),
    Fault(">Alarm</EventType>", ">Bell</EventType>"), Fault(">State Change</EventSubType>", ">Nonsense</EventSubType>"),
    Fault("<TagIndex>1</TagIndex>", "<TagIndex>one</TagIndex>"), Fault("<TimeValue>2026-11", "<TimeValue>2026-13"),
    Fault("<DataType>decimal</DataType>", "<DataType>number</DataType>"),
    Fault("<BatchID>WO-1</BatchID>\n", "<BatchID>WO-1</BatchID><BatchID>WO-2</BatchID>"),
    Fault("<ObjectType>Event</ObjectType>", "<ObjectType>Incident</ObjectType>"),
    // What the schema lets through.
    Fault("<CreationDate>2026", "<CreationDate>yesterday 2026"), Fault("-11-18T", "-11-31T"),
    Fault("Z</TimeStamp>", "+00:00</TimeStamp>"), Fault("Z</CreationDate>", "</CreationDate>"),
    Fault("<ObjectType>Event</ObjectType>", "<ObjectType>Comment</ObjectType>"),
    Fault("<Quality>good</Quality>", "<Quality>splendid</Quality>"),
    Fault("<Quality>good</Quality>", "<Quality>bad: timeout</Quality>"),
    Fault("<Quality>bad: timeout</Quality>", "<Quality>good</Quality>"),
    Fault("<Quality>bad: timeout</Quality>", "<Quality>bad: weather</Quality>"),
    Fault("<OrderIndex>2</OrderIndex>", "<OrderIndex>3</OrderIndex>"),
    Fault("<TagIndex>2</TagIndex>", "<TagIndex>7</TagIndex>"),
    Fault("<EntryID>seal</EntryID>", "<EntryID>order</EntryID>"),
    Fault("<AssociatedEventID>event ", "<AssociatedEventID>event 9"),
    Fault("<RecordReference>event ", "<RecordReference>incident "),
    Fault("<EventSubType OtherValue=\"Receipt\">Other", "<EventSubType>Other"),
    Fault("<EventType>Alarm</EventType>", "<EventType OtherValue=\"Bell\">Alarm</EventType>"),
    Fault("<EventType>Alarm</EventType>", "<EventType>General</EventType>"),
    Fault("<TestDisposition>within specification", "<TestDisposition>outside specification"),
    Fault("<TestDisposition>within specification", "<TestDisposition>fine"),
    Fault("<QuantityString>3</QuantityString>", "<QuantityString>4</QuantityString>"),
    Fault("<ValueString>04012345678901", "<ValueString>04012345678902"),
    Fault("<Version>0</Version>", "<Version>00</Version>"),
    Fault("<RecordStatus>Sealed", "<RecordStatus>Draft"), Fault("<ID>lotwire:record:LOT-7", "<ID>lotwire:record:LOT-8"),
    Fault("<ExternalReference schemeName=\"SHA-256 of the sealed record\">", "<ExternalReference>0"),
    Fault("<AlarmEvent>Raised", "<AlarmEvent>Risen"), Fault("<PersonID>P-2</PersonID>", "<PersonID></PersonID>"),
    Fault("<ValueString>true</ValueString>", "<ValueString>perhaps</ValueString>"),
    Fault("<ValueString>196.25</ValueString>", "<ValueString>1.9625e2</ValueString>"),
    Fault("<LotID>LOT-7</LotID>", "<LotID> LOT-7</LotID>"), Fault("<Language>", "<Language colour=\"red\">"),
    Fault("http://www.mesa.org/xml/B2MML", "http://www.example.com"),
    Fault("<Alias>seal.active", "loose text<Alias>seal.active"),
    // What is no XML, or none that we read.
    Fault("</LotID>", "</Lot>"), Fault("encoding=\"UTF-8\"?>", "encoding=\"UTF-8\"?><!DOCTYPE x>"),
    Fault("LOT-7</LotID>", "&lot;</LotID>"), Fault("LOT-7</LotID>", "LOT-7\u{1}</LotID>"),
    Fault("LOT-7</LotID>", "&#0;</LotID>"),
    Fault("</BatchProductionRecord>", ""), Fault("</BatchProductionRecord>", "</BatchProductionRecord><Again/>"),
  ]

  private static let sound = Result {
    String(decoding: try RecordRendering.batchML(of: try RenderingStory.eventful()), as: UTF8.self)
  }

  @Test(arguments: faults) func everySeededFaultIsFound(fault: Fault) throws {
    let text = try Self.sound.get()
    let damaged = text.replacing(fault.from, with: fault.to, maxReplacements: 1)
    #expect(damaged != text, "the fault is not in the text")
    #expect(!BatchMLCheck.findings(in: Array(damaged.utf8)).isEmpty)
  }

  @Test func aDocumentThatEndsAnywhereIsRefusedWithoutATrap() throws {
    let bytes = try RecordRendering.batchML(of: try RenderingStory.quiet())
    var random = SeededGenerator(seed: 3)
    for _ in 0..<20 {
      let end = Int.random(in: 0..<(bytes.count - 2), using: &random)
      #expect(!BatchMLCheck.findings(in: Array(bytes[..<end])).isEmpty)
      var damaged = bytes
      damaged[end] = UInt8.random(in: 0...255, using: &random)
      _ = BatchMLCheck.findings(in: damaged)
    }
  }

  @Test func theNumberOfFindingsIsBounded() throws {
    let whole = try RecordRendering.batchML(of: try RenderingStory.sealed(RenderingStory.whole(seed: 1)))
    let damaged = String(decoding: whole, as: UTF8.self).replacing(
      "<Quality>good</Quality>", with: "<Quality>splendid</Quality>")
    let findings = BatchMLCheck.findings(in: Array(damaged.utf8))
    #expect(findings.count == FindingList.maximumCount + 1)
    #expect(findings.last?.found.hasSuffix("more") == true)
  }
}
