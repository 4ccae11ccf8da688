import Testing

@testable import Labels

@Suite struct EPCVectorTests {
  struct Row: Decodable, Sendable {
    var scheme: String
    var hex: String
    var uri: String
    var tag: String?
    var elements: [[String]]
  }

  @Test(arguments: ["tds-1-schemes", "tds-2-schemes"]) func workedExamplesOfTheStandard(_ name: String) throws {
    let rows = try SchemeCases<Row>(area: "labels-epc", name: name).rows
    #expect(rows.count >= 12)
    for row in rows {
      // The standard prints some words without the zeros that fill the last 16 bits.
      let hex = row.hex + String(repeating: "0", count: (4 - row.hex.count % 4) % 4)
      for text in [hex, hex.lowercased()] {
        let tag = try EPCTag(hexadecimal: Array(text.utf8)[...])
        #expect(tag.scheme.name == row.scheme)
        #expect(tag.uri == row.uri)
        #expect(tag.tagURI == row.tag)
        #expect(tag.elements.map { [$0.identifier, $0.value] } == row.elements)
      }
      if let uri = row.tag { #expect(EPCEncoder.hexadecimal(tagURI: uri) == hex) }
    }
  }

  struct FaultRow: Decodable, Sendable {
    var hex: String
    var fault: String
    var place: Int
    var why: String
  }

  @Test func faultsAreNamedAndPlaced() throws {
    for row in try SchemeCases<FaultRow>(area: "labels-epc", name: "faults").rows {
      let fault = #expect(throws: LabelFault.self, "\(row.why)") {
        try EPCTag(hexadecimal: Array(row.hex.utf8)[...])
      }
      #expect(fault?.name.rawValue == row.fault, "\(row.why)")
      #expect(fault?.byteOffset == row.place, "\(row.why)")
      #expect(fault?.words.english.isEmpty == false)
      #expect(fault?.words.chinese.isEmpty == false)
    }
  }

  @Test func everyHeaderOfTheStandardIsThere() {
    #expect(Set(EPCScheme.table.map(\.header)).count == EPCScheme.table.count)
    let headers = Set(EPCScheme.table.map(\.header))
    #expect(headers == Set(0x2C...0x41).union(0xF0...0xFB))
    for row in EPCScheme.table { #expect(EPCScheme.of(header: row.header) == row) }
  }
}
