import Testing

@testable import Symbols

@Suite struct Code128Tests {
  @Test func thePatternsAreTheOnesOfTheStandard() {
    // Clause 4.3.2: eleven modules, an even number of them dark, no width above four; all distinct.
    #expect(Code128.patterns.count == 106)
    #expect(Set(Code128.patterns).count == 106)
    for pattern in Code128.patterns {
      let widths = String(pattern).compactMap(\.wholeNumberValue)
      #expect(widths.count == 6)
      #expect(widths.reduce(0, +) == 11)
      #expect((widths[0] + widths[2] + widths[4]).isMultiple(of: 2))
      #expect(widths.allSatisfy { (1...4).contains($0) })
    }
  }

  /// Start, data and check character. The first two are the examples of the encyclopedia's articles on Code 128.
  @Test(arguments: [
    ("Wikipedia", [104, 55, 73, 75, 73, 80, 69, 68, 73, 65, 88]),
    ("PJJ123C", [103, 48, 42, 42, 17, 18, 19, 35, 54]),
    ("1234", [105, 12, 34, 82]),
    ("0\u{1}", [103, 16, 65, 43]),
  ])
  func knownSymbols(text: String, characters: [Int]) throws {
    #expect(try Code128(text).characters == characters)
  }

  @Test func aSymbolHasElevenModulesACharacterAndThirteenForTheStop() throws {
    let symbol = try Code128("LOTWIRE:START")
    #expect(symbol.matrix.columns == symbol.characters.count * 11 + 13)
    #expect(symbol.matrix.rows == 1)
    #expect(symbol.matrix.quietColumns == 10)
    #expect(symbol.matrix[0, 0])
    #expect(symbol.matrix[symbol.matrix.columns - 1, 0])
  }

  @Test(arguments: [
    // Two digits a character where that is shorter, with the latches counted.
    ("12345678", 1 + 4 + 1), ("AB123456", 1 + 2 + 1 + 3 + 1), ("A12B", 1 + 4 + 1), ("1234AB", 1 + 2 + 1 + 2 + 1),
    ("a\u{1}b", 1 + 4 + 1), ("\u{1}\u{2}a\u{3}", 1 + 5 + 1), ("123", 1 + 3 + 1),
  ])
  func switchingIsOptimal(text: String, characters: Int) throws {
    #expect(try Code128(text).characters.count == characters)
  }

  @Test func theShortestWayIsNoLongerThanAnyPlainSearchFinds() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<60 {
      let length = Int.random(in: 1...6, using: &generator)
      let text = SymbolText(
        bytes: (0..<length).map { _ in [49, 50, 51, 65, 97, 1].randomElement(using: &generator) ?? 49 })
      let found = Code128Path.shortest(text.elements).count
      #expect(found == PlainSearch.shortest(text.elements), "\(text)")
    }
  }

  @Test func faults() {
    #expect(throws: SymbolFault.empty) { try Code128("") }
    #expect(throws: SymbolFault.notASCII(at: 1)) { try Code128("A批") }
    #expect(throws: SymbolFault.tooLongForLine(characters: 102, maximum: 80)) {
      try Code128(String(repeating: "a", count: 100))
    }
  }

  @Test func anIndependentDecoderReadsEveryText() throws {
    var generator = SeededGenerator(seed: 128)
    var texts = ["LOTWIRE:START", "Aa1234567890bB", "LOTWIRE:QUANTITY:12.5", "1", "99999", "~!\"#$%&'()*+,-./"]
    for _ in 0..<150 {
      // Mixed stretches of digits, capitals and small letters, as lot numbers have them.
      var text = ""
      for _ in 0..<Int.random(in: 1...5, using: &generator) {
        let kind = Int.random(in: 0...3, using: &generator)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
          let range: ClosedRange<UInt8> = [48...57, 65...90, 97...122, 33...126][kind]
          text.unicodeScalars.append(Unicode.Scalar(UInt8.random(in: range, using: &generator)))
        }
      }
      texts.append(text)
    }
    let read = try SymbolDecoder.read(try texts.map { try Code128($0).matrix })
    for (text, seen) in zip(texts, read) { #expect(seen == "Code128 \"\(text)\"" || seen == "Code128 \(text)") }
  }
}

/// The slow, obvious reference: tries every way.
private enum PlainSearch {
  static func shortest(_ elements: [SymbolText.Element]) -> Int {
    let bytes = elements.map { element -> UInt8 in if case .byte(let byte) = element { byte } else { 0 } }
    return 1 + min(cost(bytes[...], "A", 0), cost(bytes[...], "B", 0), cost(bytes[...], "C", 0))
  }

  private static func cost(_ rest: ArraySlice<UInt8>, _ set: Character, _ latches: Int) -> Int {
    guard let first = rest.first else { return 0 }
    var least = 1_000
    switch set {
    case "A": least = cost(rest.dropFirst(), "A", 0) + (first < 96 ? 1 : 2)
    case "B": least = cost(rest.dropFirst(), "B", 0) + (first >= 32 ? 1 : 2)
    default:
      if let second = rest.dropFirst().first, (48...57).contains(first), (48...57).contains(second) {
        least = 1 + cost(rest.dropFirst(2), "C", 0)
      }
    }
    if latches < 1 {
      for other in "ABC" where other != set { least = min(least, 1 + cost(rest, other, latches + 1)) }
    }
    return least
  }
}
