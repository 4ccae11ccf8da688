import Testing

@testable import BatchRecord

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
private func text(_ value: CanonicalJSON) -> String { String(decoding: value.canonicalBytes, as: UTF8.self) }

@Suite struct CanonicalJSONWriterTests {
  /// RFC 8785 section 3.2.2.2: what is escaped, and how; everything else stands as it is.
  @Test(arguments: [
    ("", #""""#), ("plain", #""plain""#), ("\u{20AC}$\u{0F}\nA'B\"\\\\\"/", #""€$\u000f\nA'B\"\\\\\"/""#),
    ("\u{08}\t\n\u{0C}\r", #""\b\t\n\f\r""#), ("\u{00}\u{1F}\u{7F}", "\"\\u0000\\u001f\u{7F}\""),
    ("批次 😀 עברית", "\"批次 😀 עברית\""), ("\u{2028}", "\"\u{2028}\""), ("e\u{301}", "\"e\u{301}\""),
  ])
  func strings(value: String, expected: String) {
    #expect(CanonicalJSON.string(value).canonicalBytes == bytes(expected))
  }

  /// The sorting example of RFC 8785 section 3.2.3.
  @Test func namesAreSortedByUTF16CodeUnits() {
    let value = CanonicalJSON.object([
      "\u{20ac}": .string("Euro Sign"), "\r": .string("Carriage Return"),
      "\u{fb33}": .string("Hebrew Letter Dalet With Dagesh"), "1": .string("One"),
      "\u{1f600}": .string("Emoji: Grinning Face"), "\u{80}": .string("Control"),
      "\u{f6}": .string("Latin Small Letter O With Diaeresis"),
    ])
    guard case .object(let object) = value else {
      Issue.record("not an object")
      return
    }
    #expect(
      object.members.map { Array($0.name.utf16) }
        == ["\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"]
        .map { Array($0.utf16) })
  }

  @Test func literalsNestingAndIntegers() {
    let value = CanonicalJSON.object([
      "b": .array([.null, .bool(true), .bool(false)]), "a": .integer(-1), "c": .object([:]), "": .array([]),
    ])
    #expect(text(value) == #"{"":[],"a":-1,"b":[null,true,false],"c":{}}"#)
  }

  @Test(arguments: [
    (183.25, "183.25"), (5, "5"), (0, "0"), (-0.0, "-0"), (-0.5, "-0.5"), (0.1, "0.1"),
    (1e21, "1000000000000000000000"),
    (1e16, "10000000000000000"), (1.5e17, "150000000000000000"), (1e-7, "0.0000001"), (-1.25e-5, "-0.0000125"),
    (123456.789, "123456.789"), (1.0000000000000002, "1.0000000000000002"), (9007199254740992, "9007199254740992"),
    (4.35, "4.35"), (333333333.33333329, "333333333.3333333"), (1.2345678901234567e18, "1234567890123456800"),
  ])
  func decimals(value: Double, expected: String) {
    #expect(DecimalText.of(value) == expected)
    #expect(DecimalText.value(of: expected)?.bitPattern == value.bitPattern)
  }

  @Test func everyFiniteDoubleSurvivesItsText() {
    var random = SeededGenerator(seed: 5)
    let extremes: [Double] = [
      .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude, .leastNormalMagnitude,
    ]
    let values = extremes + (0..<5_000).map { _ in Double(bitPattern: random.next()) }
    for value in values where value.isFinite {
      let text = DecimalText.of(value) ?? ""
      #expect(text.allSatisfy { $0.isNumber || $0 == "-" || $0 == "." })
      #expect(text.utf8.count <= DecimalText.maximumCharacters)
      #expect(DecimalText.value(of: text)?.bitPattern == value.bitPattern)
    }
  }

  @Test(arguments: ["", "1.0", "01", "+1", "1e3", ".5", "5.", "nan", "inf", "0x1p3", " 1", "1 ", "１", "--1", "1.10"])
  func decimalTextsHaveOneForm(text: String) {
    #expect(DecimalText.value(of: text) == nil)
  }

  @Test func whatIsNoNumberIsNull() {
    for value in [Double.nan, .infinity, -.infinity] { #expect(CanonicalJSON.decimal(value) == .null) }
    #expect(CanonicalJSON.decimal(nil) == .null)
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
  ])
  func base64OfTheStandard(plain: String, encoded: String) {
    #expect(Base64.text(of: bytes(plain)) == encoded)
    #expect(Base64.bytes(of: encoded) == bytes(plain))
  }

  @Test(arguments: ["Zg", "Zg=", "Zh==", "Z", "Zm9v=", "Zm9v Zm9v", "=", "Zg==Zg==", "Zm-_"])
  func base64HasOneForm(encoded: String) {
    #expect(Base64.bytes(of: encoded) == nil)
  }
}

@Suite struct CanonicalJSONParserTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-1", "9007199254740991", "-9007199254740991", #""""#, "[]", "{}",
    #"{"a":[1,{"b":null}],"批":"\"\\\n"}"#,
  ])
  func readsTheCanonicalForm(source: String) throws {
    #expect(try text(CanonicalJSONParser.parseCanonical(bytes(source))) == source)
  }

  @Test(arguments: [
    (" null", 0), ("null\n", 4), (#"{"b":1,"a":2}"#, 2), (#"{"a": 1}"#, 5), (#""\u0041""#, 1), (#""\/""#, 1),
    (#""\u000F""#, 6), ("-0", 0), (#""\u00e9""#, 1),
  ])
  func soundButNotCanonical(source: String, offset: Int) throws {
    _ = try CanonicalJSONParser.parse(bytes(source))
    #expect(throws: CanonicalJSONFault(reason: .notCanonical, offset: offset)) {
      try CanonicalJSONParser.parseCanonical(bytes(source))
    }
  }

  @Test(arguments: [
    ("", CanonicalJSONFault.Reason.endedEarly, 0), ("[1,", .endedEarly, 3), ("{\"a\"", .endedEarly, 4),
    ("\"abc", .endedEarly, 4), ("nul", .endedEarly, 3), ("[1,]", .unexpectedByte(0x5D, expected: "a value"), 3),
    ("[1 2]", .unexpectedByte(0x32, expected: "',' or ']'"), 3),
    ("{1:2}", .unexpectedByte(0x31, expected: "a name"), 1),
    ("{\"a\":1,}", .unexpectedByte(0x7D, expected: "a name"), 7), ("nulL", .unexpectedByte(0x4C, expected: "null"), 3),
    ("1 2", .trailingBytes, 2), ("01", .notAnInteger, 0), ("-", .notAnInteger, 0), ("1.5", .notAnInteger, 0),
    ("1e3", .notAnInteger, 0), ("9007199254740992", .integerTooLarge, 0), ("-9007199254740992", .integerTooLarge, 0),
    ("\"\n\"", .controlCharacter(0x0A), 1), (#""\x""#, .unknownEscape, 2), (#""\u12G4""#, .unknownEscape, 5),
    (#""\ud800""#, .loneSurrogate, 7), (#""\udc00""#, .loneSurrogate, 7), (#""\ud800\u0041""#, .loneSurrogate, 13),
    (#"{"a":1,"a":2}"#, .duplicateName("a"), 0), (#"[{"x":1,"b":0,"x":1}]"#, .duplicateName("x"), 1),
    (#"{"a":1,"\u0061":2}"#, .duplicateName("a"), 0), ("NaN", .unexpectedByte(0x4E, expected: "a value"), 0),
  ])
  func refusesWithPlace(source: String, reason: CanonicalJSONFault.Reason, offset: Int) {
    #expect(throws: CanonicalJSONFault(reason: reason, offset: offset)) {
      try CanonicalJSONParser.parse(bytes(source))
    }
  }

  @Test func namesThatOnlyLookTheSameAreTwoNames() throws {
    let source = "{\"e\u{301}\":1,\"\u{e9}\":2}"
    let value = try CanonicalJSONParser.parseCanonical(bytes(source))
    guard case .object(let object) = value else {
      Issue.record("not an object")
      return
    }
    #expect(object["e\u{301}"] == .integer(1))
    #expect(object["\u{e9}"] == .integer(2))
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
    ] as [[UInt8]])
  func refusesWhatIsNotUTF8(source: [UInt8]) {
    #expect(throws: CanonicalJSONFault(reason: .invalidUTF8, offset: 0)) { try CanonicalJSONParser.parse(source) }
  }

  @Test func nestingIsBounded() throws {
    let deep = CanonicalJSONParser.maximumDepth
    let allowed = bytes(String(repeating: "[", count: deep) + String(repeating: "]", count: deep))
    _ = try CanonicalJSONParser.parseCanonical(allowed)
    for opening in ["[", "{\"a\":", "[{\"a\":"] {
      let hostile = bytes(String(repeating: opening, count: 200_000))
      #expect(throws: CanonicalJSONFault.self) { try CanonicalJSONParser.parse(hostile) }
    }
  }

  @Test(arguments: 0..<20) func whatIsWrittenReadsBack(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let value = randomValue(depth: 4, &random)
    let written = value.canonicalBytes
    #expect(try CanonicalJSONParser.parseCanonical(written).canonicalBytes == written)
  }
}

private func randomText(_ random: inout SeededGenerator) -> String {
  let pool: [Unicode.Scalar] = [
    "a", "\"", "\\", "\n", "\u{0}", "批", "\u{1f600}", "\u{fb33}", "\u{301}", "\u{5d0}", "\u{202e}",
  ]
  var text = ""
  for _ in 0..<Int.random(in: 0...6, using: &random) {
    text.unicodeScalars.append(pool[Int.random(in: 0..<pool.count, using: &random)])
  }
  return text
}

private func randomValue(depth: Int, _ random: inout SeededGenerator) -> CanonicalJSON {
  switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
  case 0: return .null
  case 1: return .bool(Bool.random(using: &random))
  case 2: return .integer(Int64.random(in: -9_007_199_254_740_991...9_007_199_254_740_991, using: &random))
  case 3: return .string(randomText(&random))
  case 4: return .decimal(Double(bitPattern: random.next()))
  case 5: return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in randomValue(depth: depth - 1, &random) })
  default:
    var members: [String: CanonicalJSON] = [:]
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      members[randomText(&random)] = randomValue(depth: depth - 1, &random)
    }
    return .object(members)
  }
}
