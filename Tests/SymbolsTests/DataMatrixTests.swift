import Testing

@testable import Symbols

@Suite struct DataMatrixTests {
  /// ISO/IEC 16022, annex O: the text "123456" in a symbol of 10 x 10.
  @Test func theWorkedExampleOfTheStandard() throws {
    let symbol = try DataMatrix("123456")
    #expect(symbol.dataCodewords == [142, 164, 186])
    #expect(ReedSolomon.errorCodewords([142, 164, 186], count: 5) == [114, 25, 5, 88, 102])
    #expect(symbol.matrix.columns == 10)
  }

  /// Codewords that the tests of ZXing publish for the same texts.
  @Test(arguments: [
    ("123456", [142, 164, 186]),
    ("30Q324343430794<OQQ", [160, 82, 162, 173, 173, 173, 137, 224, 61, 80, 82, 82]),
    ("Hello, World!", [73, 102, 109, 109, 112, 45, 33, 88, 112, 115, 109, 101, 34]),
  ])
  func asciiEncodation(text: String, codewords: [Int]) {
    #expect(DataMatrixEncodation.codewords(SymbolText(text)) == codewords)
  }

  @Test func aSingleByteBeyondASCIIIsShifted() {
    #expect(
      DataMatrixEncodation.codewords(SymbolText(bytes: Array("123456".utf8) + [0xA3])) == [142, 164, 186, 235, 36])
  }

  @Test func severalBytesBeyondASCIIAreBase256() {
    let bytes: [UInt8] = [0xAB, 0xE4, 0xF6, 0xFC, 0xE9, 0xE0, 0xBB]
    #expect(
      DataMatrixEncodation.codewords(SymbolText(bytes: bytes)) == [231, 51, 108, 59, 226, 126, 1, 141, 254])
  }

  @Test func aChineseTextSaysThatItIsUTF8() throws {
    let codewords = try #require(DataMatrixEncodation.codewords(SymbolText("批次")))
    #expect(codewords.prefix(3) == [241, 27, 231])
  }

  @Test func functionOneMarksGS1AndEndsFields() throws {
    let text = SymbolText(gs1: "10ABC\u{1D}17261231")
    #expect(
      DataMatrixEncodation.codewords(text) == [232, 140, 66, 67, 68, 232, 147, 156, 142, 161])
  }

  /// "A" in 10 x 10: the pad character, then one by the 253-state algorithm.
  @Test func paddingRunsToTheCapacity() throws {
    #expect(try DataMatrix("A").dataCodewords == [66, 129, 70])
  }

  @Test func theSizesAddUp() {
    for size in DataMatrixSize.all {
      #expect(size.mappingSide * size.mappingSide / 8 == size.dataCodewords + size.errorCodewords, "\(size.side)")
      #expect(size.dataCodewords.isMultiple(of: size.blocks) && size.errorCodewords.isMultiple(of: size.blocks))
      #expect(size.mappingSide.isMultiple(of: size.regions))
    }
    #expect(DataMatrixSize.all.map(\.dataCodewords) == DataMatrixSize.all.map(\.dataCodewords).sorted())
    #expect(DataMatrixSize.all.last?.dataCodewords == DataMatrixSize.maximumDataCodewords)
  }

  @Test func errorCodewordsLeaveNoRemainder() {
    var generator = SeededGenerator(seed: 5)
    for count in [5, 7, 24, 42, 68] {
      let data = (0..<30).map { _ in Int.random(in: 0...255, using: &generator) }
      #expect(
        ReedSolomon.errorCodewords(data + ReedSolomon.errorCodewords(data, count: count), count: count).allSatisfy {
          $0 == 0
        })
    }
  }

  @Test func faults() {
    #expect(throws: SymbolFault.empty) { try DataMatrix("") }
    #expect(throws: SymbolFault.tooMuchData(codewords: 2_000, maximum: 1_304)) {
      try DataMatrix(String(repeating: "a", count: 2_000))
    }
  }

  // MARK: An independent decoder

  @Test func anIndependentDecoderReadsEverySize() throws {
    var generator = SeededGenerator(seed: 7)
    let texts = DataMatrixSize.all.map { size in
      String(
        (0..<size.dataCodewords).map { _ in
          Character(["a", "Z", "-", " ", "k"].randomElement(using: &generator) ?? "a")
        }
      )
      .replacing(" ", with: "_")
    }
    let symbols = try texts.map { try DataMatrix($0) }
    #expect(symbols.map(\.matrix.columns) == DataMatrixSize.all.map(\.side))
    let read = try SymbolDecoder.read(symbols.map(\.matrix))
    for (text, seen) in zip(texts, read) { #expect(seen == "DataMatrix \"\(text)\"") }
  }

  @Test func anIndependentDecoderReadsEveryText() throws {
    var generator = SeededGenerator(seed: 16_022)
    let alphabet = Array("0123456789012345678901234567890ABCDEFxyz-:./_批次物料é")
    let texts = (0..<150).map { _ in
      String(
        (0..<Int.random(in: 1...60, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? "0" })
    }
    let read = try SymbolDecoder.read(try texts.map { try DataMatrix($0).matrix })
    for (text, seen) in zip(texts, read) { #expect(seen == "DataMatrix \"\(text)\"") }
  }

  @Test(arguments: [1, 2, 3, 40, 249, 250, 600])
  func anIndependentDecoderReadsBytes(count: Int) throws {
    var generator = SeededGenerator(seed: UInt64(count))
    let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let seen = try SymbolDecoder.bytes(DataMatrix(SymbolText(bytes: bytes)).matrix)
    #expect(seen == bytes, "\(seen.count) bytes were read")
  }

  @Test func anIndependentDecoderSeesGS1() throws {
    let text = SymbolText(gs1: "0109506000134352" + "10ABC123\u{1D}" + "17261231")
    let symbols = [try DataMatrix(text).matrix, try Code128(text).matrix]
    let seen = "010950600013435210ABC123<GS>17261231"
    #expect(try SymbolDecoder.read(symbols) == ["DataMatrix \"\(seen)\"", "Code128 \"\(seen)\""])
    // The AIM identifiers of GS1 DataMatrix and GS1-128.
    #expect(try symbols.map(SymbolDecoder.aimIdentifier) == ["]d2", "]C1"])
    #expect(try SymbolDecoder.aimIdentifier(DataMatrix("0109506000134352").matrix) == "]d1")
    #expect(try SymbolDecoder.aimIdentifier(Code128("0109506000134352").matrix) == "]C0")
  }
}
