import Testing

@testable import BatchRecord

/// What the public JSON schema says of our renderings, and that it can say no.
@Suite(PublicSchemas.areThere) struct EPCISSchemaTests {
  @Test func everyRenderingIsValid() throws {
    var documents = try [RenderingStory.eventful(), RenderingStory.quiet(), RenderingStory.counted()].map {
      try RecordRendering.epcis(of: $0)
    }
    documents.append(try RecordRendering.epcis(of: try RenderingStory.eventful(), base: "https://epcis.example.com/"))
    #expect(try PublicSchemas.epcisComplaints(about: documents) == ["", "", "", ""])
  }

  @Test func deliberateFaultsAreRejected() throws {
    let faults = [
      ("\"eventTime\"", "\"lotwire:then\""), ("\"+00:00\"", "\"+25:00\""),
      ("\"action\": \"ADD\"", "\"action\": \"LOOK\""),
      ("\"action\": \"ADD\"", "\"action\": \"OBSERVE\""), ("\"quantity\": 500", "\"quantity\": \"many\""),
    ]
    let text = String(decoding: try RecordRendering.epcis(of: try RenderingStory.eventful()), as: UTF8.self)
    let damaged = faults.map { text.replacing($0.0, with: $0.1, maxReplacements: 1) }
    #expect(!damaged.contains(text))
    let complaints = try PublicSchemas.epcisComplaints(about: damaged.map { Array($0.utf8) })
    for (fault, complaint) in zip(faults, complaints) { #expect(!complaint.isEmpty, "\(fault)") }
  }
}
