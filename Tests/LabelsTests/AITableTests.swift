import Testing

@testable import Labels

@Suite struct AITableTests {
  let table = AITable.shared

  @Test func holdsEveryIdentifier() {
    #expect(table.rows.count == 536)
    #expect(Set(table.rows.map(\.text)).count == table.rows.count)
    for (index, row) in table.rows.enumerated() { #expect(table.row(row.text.utf8) == index) }
  }

  @Test func noIdentifierBeginsAnother() {
    let all = Set(table.rows.map(\.text))
    for identifier in all {
      for length in 1..<identifier.count { #expect(!all.contains(String(identifier.prefix(length)))) }
    }
  }

  /// GS1 General Specifications: predefined lengths, identifier included.
  @Test func predefinedLengthsAreThose() {
    let lengths = [
      "00": 20, "01": 16, "02": 16, "03": 16, "11": 8, "12": 8, "13": 8, "15": 8, "16": 8, "17": 8, "20": 4, "31": 10,
      "32": 10, "33": 10, "34": 10, "35": 10, "36": 10, "41": 16,
    ]
    for row in table.rows {
      let length = lengths[String(row.text.prefix(2))]
      #expect(row.isPredefined == (length != nil), "\(row.text)")
      if let length {
        #expect(row.shortest == row.longest)
        #expect(row.longest + row.text.utf8.count == length, "\(row.text)")
      }
    }
  }

  @Test func unknownIdentifiersAreNotFound() {
    for identifier in ["2", "23", "234", "2345", "371", "89", "0", "", "3106", "3946", "419", "8027", "XX", "1A"] {
      #expect(table.row(identifier.utf8) == nil, "\(identifier)")
    }
  }

  /// Only the last part may be of variable length, and nothing mandatory stands behind what is optional.
  @Test func shapesCanBeReadFromLeftToRight() {
    for row in table.rows {
      for (part, next) in zip(row.parts, row.parts.dropFirst()) {
        #expect(part.shortest == part.longest, "\(row.text)")
        #expect(!part.isOptional || next.isOptional, "\(row.text)")
      }
      #expect(!row.parts.isEmpty)
    }
  }

  /// Every identifier that a rule names is in the table.
  @Test func rulesNameKnownIdentifiers() {
    let places = Set(table.rows.map(\.place))
    for row in table.rows {
      for pattern in row.requires.joined().joined() + row.excludes {
        #expect(pattern.contains { places.contains($0) }, "\(row.text)")
      }
      for qualifier in row.linkQualifiers?.joined() ?? [].joined() { #expect(places.contains(qualifier)) }
    }
    let keys = [
      "00", "01", "253", "255", "401", "402", "414", "415", "417", "8003", "8004", "8006", "8010", "8013",
      "8017", "8018",
    ]
    #expect(table.rows.filter { $0.linkQualifiers != nil }.map(\.text) == keys)
  }
}
