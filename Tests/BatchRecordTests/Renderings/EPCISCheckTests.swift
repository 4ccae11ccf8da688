import Testing

@testable import BatchRecord

/// Our own check of EPCIS: silent about what we write, and every seeded fault is found.
@Suite struct EPCISCheckTests {
  @Test func ourRenderingsAreSound() throws {
    let records = [
      try RenderingStory.eventful(), try RenderingStory.quiet(), try RenderingStory.counted(),
      try RenderingStory.sealed(RenderingStory.whole(seed: 5), maximumInlineReadings: 3),
    ]
    for record in records {
      #expect(EPCISCheck.findings(in: try RecordRendering.epcis(of: record)) == [])
      let named = try RecordRendering.epcis(of: record, base: "https://epcis.example.com/")
      #expect(EPCISCheck.findings(in: named) == [])
    }
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    var from: String
    var to: String
    /// Whether the identifiers of the events are made anew after the fault, as somebody would who forges with care.
    var isForged = true
    var testDescription: String { "\(from) -> \(to)" }

    init(_ from: String, _ to: String, isForged: Bool = true) {
      self.from = from
      self.to = to
      self.isForged = isForged
    }
  }

  static let faults: [Fault] = [
    // The four that the public schema was seen to let through.
    Fault("\"bizStep\": \"receiving\"", "\"bizStep\": \"nonsense\""),
    Fault("\"eventTime\": \"2026", "\"eventTime\": \"yesterday"),
    Fault("\"type\": \"ObjectEvent\"", "\"type\": \"Foo\""),
    Fault("\"action\": \"ADD\",", "\"action\": \"ADD\", \"colour\": \"red\","),
    Fault("\"type\": \"TransformationEvent\"", "\"type\": \"TransformationsEvent\""),
    Fault("\"type\": \"EPCISDocument\"", "\"type\": \"Document\""),
    Fault("\"schemaVersion\": \"2.0\"", "\"schemaVersion\": \"1.2\""),
    Fault("\"creationDate\": \"2026", "\"creationDate\": \"1999"),
    Fault("\"creationDate\": \"2026-11", "\"creationDate\": \"2026-13"),
    Fault("\"instanceIdentifier\": ", "\"origin\": "), Fault("\"lotwire:keyID\"", "\"acme:keyID\""),
    Fault("epcis-context.jsonld", "epcis-context.json"), Fault("urn:lotwire:epcis/", "not a namespace"),
    Fault("\"eventList\"", "\"events\""),
    Fault("\"eventTimeZoneOffset\": \"+00:00\"", "\"eventTimeZoneOffset\": \"+25:00\""),
    Fault("\"eventTimeZoneOffset\": \"+00:00\"", "\"eventTimeZoneOffset\": \"UTC\""),
    Fault(".000Z\",\n    \"eventTimeZone", ".000000Z\",\n    \"eventTimeZone"),
    Fault("\"action\": \"OBSERVE\"", "\"action\": \"LOOK\""), Fault("\"action\": \"OBSERVE\",\n", ""),
    Fault("\"disposition\": \"non_conformant\"", "\"disposition\": \"bad\""),
    Fault("\"unavailable\"", "\"away\""), Fault("\"set\": [", "\"put\": ["), Fault("\"prodorder\"", "\"production\""),
    Fault("\"type\": \"Temperature\"", "\"type\": \"Warmth\""), Fault("\"uom\": \"CEL\"", "\"uom\": \"KGM\""),
    Fault("\"uom\": \"CEL\"", "\"uom\": \"Celsius\""), Fault("\"uom\": \"MTR\"", "\"uom\": \"METRE\""),
    Fault("\"exception\": \"ALARM_CONDITION\"", "\"exception\": \"ALARM\""),
    Fault("\"minValue\": 1", "\"minValue\": 9"),
    Fault("\"minValue\": 1", "\"minValue\": 01"), Fault("\"meanValue\": 1", "\"meanValue\": \"1\", \"sDev\": 1"),
    Fault("\"startTime\": \"2026", "\"startTime\": \"2027"), Fault("\"quantity\": 500", "\"quantity\": -500"),
    Fault("\"quantity\": 500", "\"quantity\": \"500\""), Fault("\"quantity\": 500", "\"quantity\": 500.0"),
    Fault("/01/04012345000016/10/", "/01/04012345000017/10/"), Fault("/01/04012345000016/10/", "/01/4012345000016/10/"),
    Fault("/10/S%2F1", "/99/S%2F1"), Fault("/10/LOT-7", "/10/LOT-7-with-a-lot-that-is-too-long"),
    Fault("/10/LOT-7", "/10/LOT%2D7"),
    Fault("https://id.gs1.org/01/", "https://id.gs1.org/02/"),
    Fault("urn:lotwire:Suzhou:class", "urn:lotwire:Su zhou:class"),
    Fault("\"id\": \"urn:lotwire:Suzhou:loc:", "\"id\": \"Suzhou:loc"),
    Fault("\"transformationID\": \"urn:", "\"transformationID\": \""),
    Fault("\"transformationID\"", "\"transformation\""),
    Fault("\"readPoint\": {\n     \"id\"", "\"readPoint\": {\n     \"name\""),
    Fault("\"cbvmda:itemExpirationDate\": \"20", "\"cbvmda:itemExpirationDate\": \"soon 20"),
    Fault("\"cbvmda:lotNumber\": \"LOT-7\"", "\"cbvmda:lotNumber\": null"),
    Fault("\"lotwire:run\": \"R-1\"", "\"lotwire:run\": null"),
    Fault("ni:///sha-256;", "ni:///sha-256;0", isForged: false),
    Fault("\"lotwire:judged\": ", "\"lotwire:judged\": 1", isForged: false),
    Fault("\"@context\"", "\"@contexts\""), Fault("{", ""),
    Fault("\"lotwire:run\": \"R-1\"", "\"lotwire:run\": \"R-1\", \"lotwire:run\": 2"),
  ]

  private static let sound = Result {
    String(decoding: try RecordRendering.epcis(of: try RenderingStory.eventful()), as: UTF8.self)
  }

  /// The document with the identifiers that its events should have.
  private static func identified(_ text: String) -> [UInt8] {
    guard let document = try? PlainJSONParser.parse(Array(text.utf8)) else { return Array(text.utf8) }  // stays damaged
    let hash = EPCISEventHash(prefixes: EPCISRendering.prefixes)
    func renamed(_ value: PlainJSON) -> PlainJSON {
      switch value {
      case .object(let members) where members.contains { $0.name == "eventID" }:
        .object(
          members.map { $0.name == "eventID" ? .init(name: $0.name, value: .string(hash.identifier(of: value))) : $0 })
      case .object(let members): .object(members.map { .init(name: $0.name, value: renamed($0.value)) })
      case .array(let elements): .array(elements.map(renamed))
      default: value
      }
    }
    return renamed(document).bytes
  }

  @Test(arguments: faults) func everySeededFaultIsFound(fault: Fault) throws {
    let text = try Self.sound.get()
    let damaged = text.replacing(fault.from, with: fault.to, maxReplacements: 1)
    #expect(damaged != text, "the fault is not in the text")
    let bytes = fault.isForged ? Self.identified(damaged) : Array(damaged.utf8)
    #expect(!EPCISCheck.findings(in: bytes).isEmpty)
  }

  @Test func makingTheIdentifiersAnewChangesNothing() throws {
    #expect(Self.identified(try Self.sound.get()) == Array(try Self.sound.get().utf8))
  }

  @Test func aDocumentThatEndsAnywhereIsRefusedWithoutATrap() throws {
    let bytes = try RecordRendering.epcis(of: try RenderingStory.quiet())
    var random = SeededGenerator(seed: 3)
    for _ in 0..<60 {
      let end = Int.random(in: 0..<(bytes.count - 2), using: &random)
      #expect(!EPCISCheck.findings(in: Array(bytes[..<end])).isEmpty)
      var damaged = bytes
      damaged[end] = UInt8.random(in: 0...255, using: &random)
      _ = EPCISCheck.findings(in: damaged)
    }
  }
}
