import Foundation

/// A second, slow and obvious judgement of GS1 element strings, for the mutations of the property test: it knows fewer
/// identifiers than the reader, refuses all others, and shares no code or table with it.
///
/// It decides whether a message is one that the strict profile may accept. Texts are split at the separators, dates are
/// asked of Foundation's calendar, patterns are regular expressions.
enum ReferenceValidator {
  /// Identifier, pattern of the value, length where that is predefined, groups of which one must be there.
  private static let fields: [(String, String, Int?, [String])] = [
    ("00", "[0-9]{18}", 18, []),
    ("01", "[0-9]{14}", 14, []),
    ("02", "[0-9]{14}", 14, ["37"]),
    ("10", set82 + "{1,20}", nil, ["01", "02", "03", "8006", "8026"]),
    ("11", "[0-9]{6}", 6, ["01", "02", "03", "8006", "8026"]),
    ("15", "[0-9]{6}", 6, ["01", "02", "03", "8006", "8026"]),
    ("17", "[0-9]{6}", 6, ["01", "02", "03", "255", "8006", "8026"]),
    ("21", set82 + "{1,20}", nil, ["01", "03", "8006"]),
    ("240", set82 + "{1,30}", nil, ["01", "02", "8006", "8026"]),
    ("30", "[0-9]{1,8}", nil, ["01", "02"]),
    ("3102", "[0-9]{6}", 6, ["01", "02"]),
    ("422", "[0-9]{3}", nil, ["01", "02", "8006", "8026"]),
    ("7003", "[0-9]{10}", nil, ["01", "02"]),
    ("8012", set82 + "{1,20}", nil, ["01", "8006"]),
    ("91", set82 + "{1,90}", nil, []),
  ]
  private static let set82 = "[!\"%&'()*+,\\-./0-9:;<=>?A-Z_a-z]"
  private static let countries: Set<String> = ["276", "156", "840", "250", "826"]

  /// Identifiers that this validator can judge.
  static let identifiers = Set(fields.map(\.0))

  /// True only if every rule it knows holds; nil where the message leaves what it knows.
  static func accepts(_ message: String) -> Bool? {
    var rest = message
    var found: [(String, String)] = []
    while !rest.isEmpty {
      guard let field = fields.first(where: { rest.hasPrefix($0.0) }) else { return nil }
      rest.removeFirst(field.0.count)
      let upToSeparator = rest.components(separatedBy: "\u{1D}")[0]
      let value = field.2.map { String(upToSeparator.prefix($0)) } ?? upToSeparator
      guard value.range(of: "^" + field.1 + "$", options: .regularExpression) != nil, value.utf8.count == value.count,
        contentHolds(field.0, value)
      else { return false }
      if field.0 == "422", !countries.contains(value) { return nil }
      rest.removeFirst(value.count)
      if rest.hasPrefix("\u{1D}") {
        rest.removeFirst()
        if rest.hasPrefix("\u{1D}") { return false }
      }
      found.append((field.0, value))
    }
    return !found.isEmpty && companionsHold(found)
  }

  private static func contentHolds(_ identifier: String, _ value: String) -> Bool {
    switch identifier {
    case "00", "01", "02": checkDigit(String(value.dropLast())) == String(value.suffix(1))
    case "11", "15", "17": isDate(value, zeroDayIsAllowed: true)
    case "7003":
      isDate(String(value.prefix(6)), zeroDayIsAllowed: false)
        && "00"..."23" ~= String(value.dropFirst(6).prefix(2)) && "00"..."59" ~= String(value.suffix(2))
    default: true
    }
  }

  private static func isDate(_ value: String, zeroDayIsAllowed: Bool) -> Bool {
    let text = zeroDayIsAllowed && value.hasSuffix("00") ? value.dropLast(2) + "01" : value[...]
    guard let year = Int("20" + text.prefix(2)), let month = Int(text.dropFirst(2).prefix(2)),
      let day = Int(text.suffix(2))
    else { return false }
    return DateComponents(calendar: Calendar(identifier: .gregorian), year: year, month: month, day: day).isValidDate
  }

  private static func companionsHold(_ found: [(String, String)]) -> Bool {
    let there = Set(found.map(\.0))
    for (identifier, value) in found {
      if found.contains(where: { $0.0 == identifier && $0.1 != value }) { return false }
      guard let needed = fields.first(where: { $0.0 == identifier })?.3 else { return false }
      if !needed.isEmpty, there.isDisjoint(with: needed) { return false }
    }
    // The day and the time of expiry are of one day, or of one month where no day is given.
    if let day = found.first(where: { $0.0 == "17" })?.1, let time = found.first(where: { $0.0 == "7003" })?.1,
      !time.hasPrefix(day.hasSuffix("00") ? day.dropLast(2) : day[...])
    {
      return false
    }
    // 01 excludes 02, and the count that 02 needs is none of the identifiers known here.
    return !there.contains("02")
  }
}
