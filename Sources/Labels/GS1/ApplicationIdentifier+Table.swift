extension ApplicationIdentifier {
  /// The AIs that are read (GS1 General Specifications, section 3). A row: the AI, with `n` for an open decimal digit;
  /// its parts, `N` digits, `X` character set 82, `Y` character set 39, a number for a fixed length and `..` before a
  /// longest length; and a check.
  static let table: [ApplicationIdentifier] =
    [
      row("00", "N18", .checkDigit), row("01", "N14", .checkDigit), row("02", "N14", .checkDigit),
      row("10", "X..20"),
      row("11", "N6", .dateOrMonth), row("12", "N6", .dateOrMonth), row("13", "N6", .dateOrMonth),
      row("15", "N6", .dateOrMonth), row("16", "N6", .dateOrMonth), row("17", "N6", .dateOrMonth),
      row("20", "N2"), row("21", "X..20"), row("22", "X..20"), row("235", "X..28"),
      row("240", "X..30"), row("241", "X..30"), row("242", "N..6"), row("243", "X..20"),
      row("250", "X..30"), row("251", "X..30"), row("253", "N13 X..17", .checkDigit, lastIsOptional: true),
      row("254", "X..20"), row("255", "N13 N..12", .checkDigit, lastIsOptional: true),
      row("30", "N..8"), row("37", "N..8"),
      row("390n", "N..15"), row("391n", "N3 N..15"), row("392n", "N..15"), row("393n", "N3 N..15"),
      row("394n", "N4"), row("395n", "N6"),
      row("400", "X..30"), row("401", "X..30"), row("402", "N17", .checkDigit), row("403", "X..30"),
      row("420", "X..20"), row("421", "N3 X..9"), row("422", "N3"), row("423", "N3 N..12"), row("424", "N3"),
      row("425", "N3 N..12", lastIsOptional: true), row("426", "N3"), row("427", "X..3"),
      row("7001", "N13"), row("7002", "X..30"), row("7003", "N10", .dateAndTime), row("7004", "N..4"),
      row("7005", "X..12"), row("7006", "N6", .date), row("7008", "X..3"), row("7009", "X..10"), row("7010", "X..2"),
      row("7020", "X..20"), row("7021", "X..20"), row("7022", "X..20"),
      row("8002", "X..20"), row("8003", "N14 X..16", .checkDigit, lastIsOptional: true), row("8004", "X..30"),
      row("8005", "N6"), row("8006", "N18"), row("8008", "N8 N..4", lastIsOptional: true), row("8010", "Y..30"),
      row("8011", "N..12"), row("8012", "X..20"), row("8017", "N18", .checkDigit), row("8018", "N18", .checkDigit),
      row("8019", "N..10"), row("8020", "X..25"), row("8026", "N18"), row("90", "X..30"),
    ]
    // Trade and logistic measures: six digits, the last digit of the AI places the decimal point.
    + [Array(310...316), Array(320...337), Array(340...357), Array(360...369)].joined().map { row("\($0)n", "N6") }
    // Places: GLN.
    + (410...417).map { row("\($0)", "N13", .checkDigit) }
    // National health reimbursement numbers.
    + (710...717).map { row("\($0)", "X..20") }
    // Company internal.
    + (91...99).map { row("\($0)", "X..90") }

  private static func row(
    _ identifier: String, _ shape: String, _ check: Check = .none, lastIsOptional: Bool = false
  ) -> ApplicationIdentifier {
    var parts = shape.split(separator: " ").map(part)
    if lastIsOptional, let last = parts.popLast() {
      parts.append(Part(characters: last.characters, lengths: 0...last.lengths.upperBound))
    }
    return ApplicationIdentifier(
      stem: identifier.hasSuffix("n") ? String(identifier.dropLast()) : identifier,
      hasDecimalDigit: identifier.hasSuffix("n"), parts: parts, check: check)
  }

  /// "N14" or "X..20"; traps on our own misprint only.
  private static func part(_ text: Substring) -> Part {
    let characters: Part.Characters =
      switch text.first {
      case "N": .digits
      case "Y": .set39
      default: .set82
      }
    let rest = text.dropFirst()
    let isVariable = rest.hasPrefix("..")
    guard let longest = Int(isVariable ? rest.dropFirst(2) : rest) else {
      preconditionFailure("the table of application identifiers holds \"\(text)\"")
    }
    return Part(characters: characters, lengths: (isVariable ? 1 : longest)...longest)
  }
}
