import Testing

@testable import Labels

/// The bytes of a text with `<RS>`, `<GS>` and `<EOT>` for the control characters.
func controls(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = text[...]
  while let first = rest.first {
    if let (mark, byte) = [("<RS>", 0x1E), ("<GS>", 0x1D), ("<EOT>", 0x04)].first(where: { rest.hasPrefix($0.0) }) {
      bytes.append(UInt8(byte))
      rest = rest.dropFirst(mark.count)
    } else {
      bytes += Array(String(first).utf8)
      rest = rest.dropFirst()
    }
  }
  return bytes
}

@Suite struct ISO15434Tests {
  struct Row: Decodable, Sendable {
    var text: String
    var source: String
    var keys: [String]
    var lot: String?
    var serial: String?
    var quantity: String?
    var expiry: String?
    var made: String?
    var container: String?
    var other: [String]
    var flags: [String]?
  }

  /// Bags of component suppliers: an order number, a country or a revision may stand without a value.
  @Test(arguments: ["K", "1K", "4L", "V", "2P", "11Z", "K<GS>4L"]) func emptyFieldIsAFlag(_ field: String) {
    let raw = controls("[)><RS>06<GS>1PX-1<GS>\(field)<GS>Q5<RS><EOT>")
    let reading = LabelReader(profile: .receiving).read(raw, referenceYear: 2026)
    #expect(reading.faults.isEmpty)
    #expect(reading.flags == [.emptyField])
    #expect(reading.key(.supplierItem) == "X-1")
    #expect(reading.quantity?.value == "5")
    #expect(reading.keys.count == 1)
    #expect(reading.other.contains { field.hasPrefix($0.identifier) && $0.value.isEmpty })
    let strict = LabelReader(profile: .strict).read(raw, referenceYear: 2026)
    #expect(strict.fault?.name == .iso15434EmptyField)
    #expect(strict.keys.isEmpty)
  }

  @Test(arguments: [
    "P", "1P", "30P", "31P", "1T", "T", "S", "25S", "9D", "14D", "6D", "Q", "7Q", "3Q", "3S", "J", "9N",
  ])
  func emptyFieldThatTheFloorWorksWithIsAFault(_ field: String) {
    let raw = controls("[)><RS>06<GS>50PX-1<GS>\(field)<GS>K5<RS><EOT>")
    #expect(LabelReader(profile: .receiving).read(raw, referenceYear: 2026).fault?.name == .iso15434EmptyField)
  }

  @Test func examples() throws {
    for row in try SchemeCases<Row>(area: "labels-iso15434", name: "examples").rows {
      for (aim, profile) in [(nil, LabelProfile.receiving), ("]d1", .strict), ("]Q1", .receiving)] {
        let raw = controls(row.text)
        let reading = LabelReader(profile: profile).read(raw, aimIdentifier: aim, referenceYear: 2026)
        #expect(reading.faults.isEmpty, "\(row.source)")
        #expect(reading.scheme == .iso15434)
        #expect(reading.raw == raw)
        #expect(reading.keys.map { "\($0.kind.rawValue)=\($0.value)" } == row.keys, "\(row.source)")
        #expect(reading.lot == row.lot, "\(row.source)")
        #expect(reading.serial == row.serial, "\(row.source)")
        #expect(reading.quantity?.description == row.quantity, "\(row.source)")
        #expect(HIBCVectorTests.text(reading.expiry) == row.expiry, "\(row.source)")
        #expect(HIBCVectorTests.text(reading.made) == row.made, "\(row.source)")
        #expect(reading.container == row.container, "\(row.source)")
        #expect(reading.other.map { "\($0.identifier)=\($0.value)" } == row.other, "\(row.source)")
        if let flags = row.flags { #expect(reading.flags.map(\.rawValue) == flags, "\(row.source)") }
      }
    }
  }

  struct FaultRow: Decodable, Sendable {
    var text: String
    var fault: String
    var place: Int
    var why: String
    /// The receiving profile notes it with a flag.
    var strictOnly: Bool?
  }

  @Test func faultsAreNamedAndPlaced() throws {
    for row in try SchemeCases<FaultRow>(area: "labels-iso15434", name: "faults").rows {
      let raw = controls(row.text)
      let strict = LabelReader(profile: .strict).read(raw, referenceYear: 2026)
      #expect(strict.scheme == .iso15434)
      #expect(strict.fault?.name.rawValue == row.fault, "\(row.why)")
      #expect(strict.fault?.byteOffset == row.place, "\(row.why)")
      #expect(strict.fault?.words.english.isEmpty == false)
      #expect(strict.fault?.words.chinese.isEmpty == false)
      let receiving = LabelReader(profile: .receiving).read(raw, referenceYear: 2026)
      if row.strictOnly == true {
        #expect(receiving.faults.isEmpty, "\(row.why)")
        #expect(receiving.flags.contains(.trailerMissing), "\(row.why)")
        #expect(receiving.lot == "L1")
      } else {
        #expect(receiving.fault == strict.fault, "\(row.why)")
        #expect(strict.keys.isEmpty && strict.lot == nil && strict.other.isEmpty, "\(row.why)")
      }
    }
  }

  @Test func dataIdentifiersWithoutEnvelopeAreNeverGuessed() {
    for text in ["1TL42", "PABC-123", "Q144", "14D20270131", "SSN7"] {
      #expect(read(text).scheme == .plain)
      #expect(read(text, aim: "]C0").lot == nil)
    }
    let rule = SiteRule(prefix: "1T", meaning: .lot, strip: true)
    let reading = read("1TL42", rules: [rule])
    #expect(reading.meaning == .lot)
    #expect(reading.text == "L42")
  }

  @Test func theTableHasEveryIdentifierOnce() {
    let names = DataIdentifier.table.map(\.name)
    #expect(Set(names).count == names.count)
    let registered = Set(DataIdentifier.registered.map(\.name))
    #expect(registered.isSuperset(of: names))
    for name in registered {
      let found = DataIdentifier.atStart(of: Array((name + "X").utf8)[...])
      #expect(found?.row.name == name)
      #expect(found?.length == name.utf8.count)
    }
  }
}
