/// The reports of one scan read in one layout, and how that fits the ``CalibrationSymbol``.
struct CalibrationReading: Sendable {
  /// What stood around the symbol and in the place of its separator.
  struct Fit: Hashable, Sendable {
    var separator: SeparatorForm?
    var prefix: [UInt8]
    var suffix: [UInt8]
    var terminators: [UInt8]
    var hasAIMIdentifier: Bool
  }

  /// Stands for a key that wrote nothing; no key writes NUL.
  private static let hole: UInt8 = 0

  let layout: KeyLayout
  let fit: Fit?
  /// What came with every form of the separator accepted.
  private let text: [UInt8]

  init(_ reports: [[UInt8]], layout: KeyLayout) {
    self.layout = layout
    text = Self.text(reports, layout, SeparatorForm.unmistakable)
    fit = Self.fit(reports, layout, text)
  }

  var isEmpty: Bool { text.allSatisfy { $0 == Self.hole } }

  /// The symbol came with its letters in the other case.
  var isCaseSwapped: Bool {
    let swapped = text.map { byte in
      let letter = byte | 0x20
      return (0x61...0x7A).contains(letter) ? byte ^ 0x20 : byte
    }
    return Self.surroundings(swapped) != nil
  }

  /// Characters of the symbol that stand in the text in their order, from the first on.
  var likeness: Int {
    var expected = ArraySlice(Array(CalibrationSymbol.text.utf8))
    for byte in text where byte == expected.first { expected = expected.dropFirst() }
    return -expected.count
  }

  /// The text as a person can read it, at most 120 characters.
  var shown: String {
    String(decoding: text.map { $0 == Self.hole ? UInt8(ascii: "?") : $0 }, as: UTF8.self).unicodeScalars.prefix(120)
      .map { $0.value < 0x20 ? "<\(String($0.value, radix: 16))>" : String($0) }.joined()
  }

  // MARK: Steps

  private static func text(_ reports: [[UInt8]], _ layout: KeyLayout, _ separators: Set<SeparatorForm>) -> [UInt8] {
    var typing = KeyTyping(layout: layout, separators: separators)
    var text: [UInt8] = []
    for key in reports.flatMap({ typing.take($0) ?? [] }) {
      switch key {
      case .text(let bytes): text += bytes
      case .unreadable: text.append(hole)
      // Before and behind the label such a key is noise.
      case .idle where text.isEmpty || text.last.map(isTerminator) == true: break
      case .idle: text.append(hole)
      }
    }
    return text + typing.endText()
  }

  private static func isTerminator(_ byte: UInt8) -> Bool {
    byte == 0x0D || byte == 0x0A || byte == 0x09 || byte == 0x03
  }

  private static func fit(_ reports: [[UInt8]], _ layout: KeyLayout, _ all: [UInt8]) -> Fit? {
    guard let found = surroundings(all) else { return nil }
    let separator: SeparatorForm?
    switch found.between {
    case []: separator = nil
    case [0x1D]:
      let forms: [SeparatorForm] = [.controlBracket, .f8, .altCode]
      separator = forms.first { surroundings(text(reports, layout, [$0]))?.between == [0x1D] }
    default:
      let scalars = Array(String(decoding: found.between, as: UTF8.self).unicodeScalars)
      guard scalars.count == 1, !scalars[0].properties.isAlphabetic, scalars[0].properties.numericType == nil,
        let form = SeparatorForm(word: String(scalars[0]))
      else { return nil }
      separator = form
    }
    var prefix = Array(found.before.drop { $0 == 0x02 })
    let hasIdentifierFirst = ScannerTextForm.beginsWithAIMIdentifier(prefix)
    let hasIdentifierLast = ScannerTextForm.beginsWithAIMIdentifier(Array(prefix.suffix(3)))
    if hasIdentifierFirst {
      prefix.removeFirst(3)
    } else if hasIdentifierLast {
      prefix.removeLast(3)
    }
    let terminators = Array(found.after.reversed().prefix(while: isTerminator).reversed())
    let suffix = Array(found.after.dropLast(terminators.count))
    guard !(prefix + suffix).contains(where: { isTerminator($0) || $0 == hole }) else { return nil }
    return Fit(
      separator: separator, prefix: prefix, suffix: suffix, terminators: terminators,
      hasAIMIdentifier: hasIdentifierFirst || hasIdentifierLast)
  }

  private static func surroundings(
    _ text: [UInt8]
  ) -> (before: ArraySlice<UInt8>, between: [UInt8], after: ArraySlice<UInt8>)? {
    guard let head = range(of: Array(CalibrationSymbol.head.utf8), in: text[...]),
      let tail = range(of: Array(CalibrationSymbol.tail.utf8), in: text[head.upperBound...])
    else { return nil }
    return (text[..<head.lowerBound], Array(text[head.upperBound..<tail.lowerBound]), text[tail.upperBound...])
  }

  private static func range(of part: [UInt8], in text: ArraySlice<UInt8>) -> Range<Int>? {
    guard text.count >= part.count else { return nil }
    return (text.startIndex...(text.endIndex - part.count)).first { text[$0...].starts(with: part) }
      .map { $0..<($0 + part.count) }
  }
}
