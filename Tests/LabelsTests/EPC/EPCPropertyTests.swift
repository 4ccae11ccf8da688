import Testing

@testable import Labels

@Suite struct EPCPropertyTests {
  static let set82 = Array(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
  static let set39 = Array("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
  static let codes = Array("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")

  static func text(_ alphabet: [Character], _ count: Int, _ random: inout SeededGenerator) -> String {
    String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "0" })
  }

  static func digits(_ count: Int, _ random: inout SeededGenerator) -> String {
    text(Array("0123456789"), count, &random)
  }

  static func escaped(_ text: String) -> String {
    text.map { "\"#%&/<>?".contains($0) ? "%" + String($0.asciiValue ?? 0, radix: 16, uppercase: true) : String($0) }
      .joined()
  }

  /// A random tag URI of a scheme with a partition table.
  static func tagURI(_ name: String, _ random: inout SeededGenerator) -> String {
    guard let table = EPCEncoder.tables[name]?.table, let row = table.randomElement(using: &random) else { return "" }
    var reference = digits(row.length, &random)
    switch name {
    case "giai-96": reference = String(UInt64.random(in: 0..<(1 << UInt64(row.bits)), using: &random))
    case "cpi-96":
      reference = String(UInt64.random(in: 0..<(1 << UInt64(row.bits)), using: &random) % power(row.length))
    case "giai-202": reference = escaped(text(set82, Int.random(in: 1...row.length, using: &random), &random))
    case "cpi-var": reference = escaped(text(set39, Int.random(in: 1...row.length, using: &random), &random))
    default: break
    }
    let company = digits(row.companyDigits, &random)
    let start = "urn:epc:tag:\(name):\(Int.random(in: 0...7, using: &random)).\(company).\(reference)"
    return start + serial(name, &random)
  }

  static func serial(_ name: String, _ random: inout SeededGenerator) -> String {
    func number(_ bits: UInt64) -> String { "." + String(UInt64.random(in: 0..<(1 << bits), using: &random)) }
    func text82(_ longest: Int) -> String {
      "." + escaped(text(set82, Int.random(in: 1...longest, using: &random), &random))
    }
    let total = Int.random(in: 1...99, using: &random)
    let piece = Int.random(in: 1...total, using: &random)
    let pieces = [piece, total].map { ($0 < 10 ? ".0" : ".") + String($0) }.joined()
    return switch name {
    case "sgtin-96", "grai-96": number(38)
    case "sgln-96", "gdti-96": number(41)
    case "cpi-96": number(31)
    case "cpi-var": "." + String(UInt64.random(in: 0..<1_000_000_000_000, using: &random))
    case "sgcn-96": "." + digits(Int.random(in: 1...12, using: &random), &random)
    case "gdti-113": "." + digits(Int.random(in: 1...17, using: &random), &random)
    case "sgtin-198", "sgln-195": text82(20)
    case "grai-170": text82(16)
    case "gdti-174": text82(17)
    case "itip-110": pieces + number(38)
    case "itip-212": pieces + text82(20)
    default: ""
    }
  }

  static func power(_ exponent: Int) -> UInt64 { (0..<exponent).reduce(1) { value, _ in value * 10 } }

  @Test(arguments: EPCEncoder.tables.keys.sorted()) func whatIsWrittenIsRead(_ name: String) throws {
    var random = SeededGenerator(seed: 0xE9C)
    for _ in 0..<300 {
      let uri = Self.tagURI(name, &random)
      let hex = EPCEncoder.hexadecimal(tagURI: uri)
      let tag = try EPCTag(hexadecimal: Array(hex.utf8)[...])
      #expect(tag.tagURI == uri)
      #expect(tag.scheme.name == name)
    }
  }

  @Test func numbersAndCodesAreRead() throws {
    var random = SeededGenerator(seed: 0x61D)
    for _ in 0..<300 {
      let manager = Int.random(in: 0..<(1 << 28), using: &random)
      let gid = "urn:epc:tag:gid-96:\(manager).\(Int.random(in: 0..<(1 << 24), using: &random)).\(manager * 3)"
      let code = Self.text(Self.codes, Int.random(in: 5...6, using: &random), &random)
      let defense = "urn:epc:tag:usdod-96:\(Int.random(in: 0...15, using: &random)).\(code).\(manager)"
      let part = Self.text(Array(Self.set39.dropFirst()), Int.random(in: 0...32, using: &random), &random)
      let serial = (Bool.random(using: &random) ? "#" : "") + Self.text(Array(Self.set39.dropFirst()), 29, &random)
      let aerospace =
        "urn:epc:tag:adi-var:\(Int.random(in: 0...63, using: &random)).\(code).\(Self.escaped(part))."
        + Self.escaped(serial)
      for uri in [gid, defense, aerospace] {
        let hex = EPCEncoder.hexadecimal(tagURI: uri)
        #expect(try EPCTag(hexadecimal: Array(hex.utf8)[...]).tagURI == uri)
      }
    }
  }

  /// A random word of a "+" scheme.
  static func plus(_ scheme: String, _ random: inout SeededGenerator) -> EPCPlusEncoder {
    let alphabet = Int.random(in: 0...5, using: &random)
    var characters = EPCPlusEncoder.alphabets[alphabet].filter { $0 != "\0" }
    func checked(_ digits: String) -> String {
      let sum = digits.reversed().enumerated().reduce(0) {
        $0 + ($1.element.wholeNumberValue ?? 0) * ($1.offset % 2 == 0 ? 3 : 1)
      }
      return digits + String((10 - sum % 10) % 10)
    }
    var word = EPCPlusEncoder(
      scheme: scheme, filter: Int.random(in: 0...7, using: &random), key: "", alphabet: alphabet)
    switch scheme {
    case "sgtin+", "dsgtin+": word.key = checked(digits(13, &random))
    case "grai+": word.key = checked("0" + digits(12, &random))
    case "itip+": word.key = checked(digits(13, &random)) + "0307"
    case "sgln+", "gdti+", "sgcn+": word.key = checked(digits(12, &random))
    case "giai+", "cpi+":
      if scheme == "cpi+" { characters.removeAll { !set39.contains($0) } }
      word.key = digits(Int.random(in: 6...12, using: &random), &random)
      let first = characters.filter { !$0.isNumber }
      if let head = first.randomElement(using: &random), Bool.random(using: &random) {
        word.key += String(head) + text(characters, Int.random(in: 0...17, using: &random), &random)
      }
    default: word.key = checked(digits(17, &random))
    }
    switch scheme {
    case "cpi+", "sgcn+": word.serial = digits(Int.random(in: 1...12, using: &random), &random)
    case "giai+", "gsrn+", "gsrnp+", "sscc+": break
    case "grai+": word.serial = text(characters, Int.random(in: 1...16, using: &random), &random)
    case "gdti+": word.serial = text(characters, Int.random(in: 1...17, using: &random), &random)
    default: word.serial = text(characters, Int.random(in: 1...20, using: &random), &random)
    }
    if scheme == "dsgtin+" {
      word.date = (Int.random(in: 0...6, using: &random), "2602" + ["01", "15", "28"][alphabet % 3])
    }
    return word
  }

  @Test(arguments: EPCPlusEncoder.headers.keys.sorted()) func whatIsWrittenWithPlusIsRead(_ scheme: String) throws {
    var random = SeededGenerator(seed: 0x9105)
    for _ in 0..<300 {
      let word = Self.plus(scheme, &random)
      let hex = try #require(word.hexadecimal)
      let tag = try EPCTag(hexadecimal: Array(hex.utf8)[...])
      #expect(tag.scheme.name == scheme)
      #expect(tag.filter == UInt8(word.filter))
      #expect(String(decoding: tag.reference, as: UTF8.self) == word.key)
      #expect(String(decoding: tag.serial, as: UTF8.self) == word.serial)
      #expect(tag.date.map { String(decoding: $0.value, as: UTF8.self) } == word.date?.digits)
    }
  }
}
