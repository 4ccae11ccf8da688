@testable import Labels

/// Values that a row of the table allows, and labels made of them.
enum RandomValues {
  /// Nil where the rules of the row are too narrow to be met by chance.
  static func value(of row: ApplicationIdentifier, using generator: inout SeededGenerator) -> [UInt8]? {
    var value: [UInt8] = []
    for part in row.parts {
      if part.isOptional, Bool.random(using: &generator) { break }
      guard let stretch = stretch(part, using: &generator) else { return nil }
      value += stretch
    }
    return value
  }

  private static func stretch(
    _ part: ApplicationIdentifier.Part, using generator: inout SeededGenerator
  ) -> [UInt8]? {
    let allowed = (UInt8(0x21)...0x7A).filter { part.characters.allows($0) }
    for _ in 0..<200 {
      let count = Int.random(in: part.shortest...part.longest, using: &generator)
      var bytes = (0..<count).map { _ in allowed.randomElement(using: &generator) ?? 0x30 }
      shape(&bytes, part.linters, using: &generator)
      if part.linters.firstBroken(in: bytes.span, 0..<bytes.count) == nil { return bytes }
    }
    return nil
  }

  /// Brings random characters nearer to what a rule asks for.
  private static func shape(_ bytes: inout [UInt8], _ linters: LinterSet, using generator: inout SeededGenerator) {
    if linters.contains(.key) || linters.contains(.keyoff1) {
      for index in bytes.indices.prefix(5) { bytes[index] = UInt8.random(in: 0x30...0x39, using: &generator) }
    }
    if linters.contains(.csum) {
      let digits = String(decoding: bytes.dropLast(), as: UTF8.self)
      bytes[bytes.count - 1] = Array(checkDigit(digits).utf8)[0]
    }
    if linters.contains(.csumalpha), bytes.count >= 6 {
      let pairs = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)
      search: for first in pairs {
        for second in pairs {
          bytes.replaceSubrange((bytes.count - 2)..., with: [first, second])
          if CheckPair.isRight(bytes.span, 0..<bytes.count) { break search }
        }
      }
    }
    if linters.contains(.yymmd0) || linters.contains(.yymmdd) {
      bytes = Array("\(Int.random(in: 10...99, using: &generator))0\(Int.random(in: 1...9, using: &generator))28".utf8)
    }
    if linters.contains(.hyphen) { bytes = [UInt8(ascii: "-")] }
    if linters.contains(.zero) { bytes = [0x30] }
  }

  /// A message of the fields that the slow judgement knows, with the separators where they belong.
  static func message(using generator: inout SeededGenerator) -> String {
    let digits = (0..<13).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
    var fields = [("01", digits + checkDigit(digits))]
    let set82 = (UInt8(0x21)...0x7A).filter { CharacterSet.set82.allows($0) }
    func text(_ longest: Int) -> String {
      String(
        decoding: (0..<Int.random(in: 1...longest, using: &generator)).map { _ in
          set82.randomElement(using: &generator) ?? 0x41
        }, as: UTF8.self)
    }
    func date() -> String {
      let month = Int.random(in: 1...12, using: &generator)
      return "\(Int.random(in: 20...40, using: &generator))\(month < 10 ? "0" : "")\(month)"
        + ["00", "01", "15", "28", "30", "31"][Int.random(in: 0...5, using: &generator)]
    }
    let more = [
      ("10", text(20)), ("21", text(20)), ("17", date()), ("11", date()), ("15", date()), ("240", text(30)),
      ("30", String(Int.random(in: 0...99_999_999, using: &generator))), ("3102", "001250"), ("422", "276"),
      ("7003", "2703051430"), ("8012", text(20)), ("91", text(90)),
    ]
    fields += more.shuffled(using: &generator).prefix(Int.random(in: 0...5, using: &generator))
    var message = ""
    for (index, field) in fields.shuffled(using: &generator).enumerated() {
      message += field.0 + field.1
      if !["01", "11", "15", "17", "3102"].contains(field.0), index < fields.count - 1 { message += "\u{1D}" }
    }
    return message
  }

  /// None, one or two small changes.
  static func mutated(_ message: String, using generator: inout SeededGenerator) -> String {
    var characters = Array(message)
    for _ in 0..<Int.random(in: 0...2, using: &generator) where !characters.isEmpty {
      let place = Int.random(in: 0..<characters.count, using: &generator)
      switch Int.random(in: 0...4, using: &generator) {
      case 0: characters.remove(at: place)
      case 1: characters.insert(["\u{1D}", "0", "A", " ", "é"][Int.random(in: 0...4, using: &generator)], at: place)
      case 2: characters[place] = ["0", "9", "#", "a", "\u{1D}"][Int.random(in: 0...4, using: &generator)]
      case 3 where place > 0: characters.swapAt(place, place - 1)
      default: characters.append("\u{1D}")
      }
    }
    return String(characters)
  }
}

extension LinterSet {
  func contains(_ linter: Linter) -> Bool { bits >> UInt64(linter.rawValue) & 1 == 1 }
}
