import Testing

@testable import BatchRecord

/// What the public XML schema says of our renderings, and that it can say no.
@Suite(PublicSchemas.areThere) struct BatchMLSchemaTests {
  @Test func everyRenderingIsValid() throws {
    let large = try RenderingStory.sealed(RenderingStory.whole(seed: 2), maximumInlineReadings: 3)
    let records = [
      try RenderingStory.eventful(), try RenderingStory.quiet(), try RenderingStory.counted(), large,
    ]
    for record in records {
      #expect(try PublicSchemas.batchMLComplaint(about: try RecordRendering.batchML(of: record)) == nil)
    }
    let movement = try RecordRendering.batchML(ofMovement: Array(BatchMLMovementTests.receipt.utf8))
    #expect(try PublicSchemas.batchMLComplaint(about: movement) == nil)
  }

  @Test(arguments: [
    ("<EntryID>record</EntryID>", ""), (">Alarm</EventType>", ">Bell</EventType>"),
    ("<TagIndex>1</TagIndex>", "<TagIndex>one</TagIndex>"), ("<TimeValue>2026-11", "<TimeValue>2026-13"),
    ("<LotID>LOT-7</LotID>", "<LotID>LOT-7</LotID><Colour>red</Colour>"),
  ])
  func deliberateFaultsAreRejected(fault: (String, String)) throws {
    let text = String(decoding: try RecordRendering.batchML(of: try RenderingStory.eventful()), as: UTF8.self)
    let damaged = text.replacing(fault.0, with: fault.1, maxReplacements: 1)
    #expect(damaged != text)
    #expect(try PublicSchemas.batchMLComplaint(about: Array(damaged.utf8)) != nil)
  }
}
