import Testing

@testable import Labels

@Suite struct EPCReadingTests {
  @Test func anItemInTheNeutralRecord() {
    let reading = read("3066C4409047E140075BCD15")
    #expect(reading.scheme == .epc)
    #expect(reading.faults.isEmpty)
    #expect(reading.flags == [.guessed])
    #expect(reading.key(.gtin) == "09506000134352")
    #expect(reading.serial == "123456789")
    #expect(reading.key(.epcURI) == "urn:epc:id:sgtin:95060001343.05.123456789")
    #expect(reading.key(.epcTagURI) == "urn:epc:tag:sgtin-96:3.95060001343.05.123456789")
    #expect(reading.other == [LabelElement(identifier: "filter", value: "3")])
    #expect(reading.text == "3066C4409047E140075BCD15")
  }

  @Test func aLogisticUnitIsTheContainer() {
    let reading = read("311ba1b300ce0a6a83000000")
    #expect(reading.key(.sscc) == "095201234567891235")
    #expect(reading.container == "095201234567891235")
    #expect(reading.serial == nil)
  }

  @Test func aPlaceWithoutExtensionIsAGLN() {
    let plain = EPCEncoder.hexadecimal(tagURI: "urn:epc:tag:sgln-96:3.9521141.12345.0")
    #expect(read(plain).key(.gln) == "9521141123454")
    #expect(read(plain).serial == nil)
    #expect(read("3276451FD46072000000162E").key(.sgln) == "9521141123454.5678")
  }

  @Test func theDateOfATag() {
    let reading = read("FB342CDE795211411234538566CB0AFC4000")
    #expect(reading.expiry == LabelDate(year: 2022, month: 6, day: 30, digits: "220630"))
    #expect(reading.flags == [.guessed, .centuryInferred])
    #expect(reading.key(.gtin) == "79521141123453")
    let month = EPCPlusEncoder(
      scheme: "dsgtin+", date: (type: 0, digits: "280200"), key: "79521141123453", serial: "1", alphabet: 0)
    let made = read(month.hexadecimal ?? "").made
    #expect(made == LabelDate(year: 2028, month: 2, day: 29, precision: .month, digits: "280200"))
  }

  @Test func anAerospacePart() {
    let reading = read("3B0E0CF5E76C9047759AD00373DC7602E7200000")
    #expect(reading.serial == "M37GXB92")
    #expect(reading.other.contains(LabelElement(identifier: "cage", value: "35962")))
    #expect(reading.other.contains(LabelElement(identifier: "part", value: "PQ7VZ4")))
  }

  @Test func tagIdentificationIsRefusedByName() {
    let reading = read("E2801160600002084C5A1234")
    #expect(reading.scheme == .epc)
    #expect(reading.fault?.name == .epcTagIdentification)
    #expect(reading.keys.isEmpty)
  }

  @Test func onlyWhatLooksLikeATagIsOne() {
    // A symbol was read by its bars, not by radio.
    #expect(read("3066C4409047E140075BCD15", aim: "]C0").scheme == .plain)
    #expect(read("ABCDEF").scheme == .plain)
    #expect(read("DEADBEEFDEADBEEFDEADBEEF").scheme == .plain)
    // 24 decimal digits that decode to nothing are a number.
    #expect(read("307799999947999940075999").scheme == .plain)
    #expect(read("307799999947999940075999").faults.isEmpty)
    // One letter makes the same word a damaged tag.
    #expect(read("3077FFFFFC47999940075999").fault?.name == .epcFieldRange)
  }

  @Test func aRuleOfTheSiteComesFirst() {
    let rule = SiteRule(prefix: "3066", meaning: .badge, strip: false)
    let reading = read("3066C4409047E140075BCD15", rules: [rule])
    #expect(reading.scheme == .plain)
    #expect(reading.meaning == .badge)
  }
}
