import Foundation
import Harness
import Labels
import Scanners
import Shopfloor
import Symbols
import Testing

@testable import lotwire

@Suite("Printed cards and labels")
struct PrintedSheetTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("printed") }

  /// Draws a page with librsvg and reads it with ZXing, as a printer and a scanner would.
  ///
  /// - Parameter window: "x y width height" in millimetres, where the symbol is not in the middle of the page: the
  ///   decoder begins to look for Data Matrix there.
  private func read(_ page: SVGDocument, format: String = "Code128", window: String? = nil) throws -> [String] {
    let drawn = folder.file("page.svg")
    var text = page.text
    if let window {
      text = text.replacing(/viewBox="[^"]*"/, with: "viewBox=\"\(window)\"")
    }
    try text.write(to: drawn, atomically: true, encoding: .utf8)
    func run(_ program: String, _ arguments: [String], _ name: String) throws -> [String] {
      let child = try ChildProcess(name: program, path: program, arguments: arguments, log: folder.file(name))
      guard try child.waitUntilExit(patienceSeconds: 60) == 0 else {
        throw CommandFailure("\(program) failed: \(try child.outputLines())", 1)
      }
      return try child.outputLines()
    }
    let picture = folder.file("page.png").path
    _ = try run(
      "/usr/bin/rsvg-convert", ["-d", "200", "-p", "200", "-f", "png", "-o", picture, drawn.path], "draw-\(UUID()).txt")
    return try run("/usr/bin/ZXingReader", ["-1", "-format", format, picture], "read-\(UUID()).txt").map { line in
      String(line.dropFirst(picture.count + 1))
    }
  }

  private func sheet(_ symbol: CardSheet.SymbolKind = .code128, languages: [Language] = [.chinese, .english])
    -> CardSheet
  {
    CardSheet(
      faces: CommandCard.allCases.map(CardFace.init) + [CardFace(quantity: Quantity(1))], symbol: symbol,
      languages: languages, calibration: CalibrationSymbol.text, place: "Suzhou · <Line> & 1")
  }

  @Test("every card of the printed pages is read by an independent decoder")
  func cards() throws {
    let sheet = sheet()
    #expect(sheet.pageCount == 3)
    var seen: [String] = []
    for number in 1...2 { seen += try read(sheet.page(number)) }
    let expected = CommandCard.allCases.map(\.rawValue) + ["LOTWIRE:QUANTITY:1"]
    // A symbol may be found twice.
    #expect(Set(seen) == Set(expected.map { "Code128 \"\($0)\"" }))
  }

  @Test("the calibration page is read too, by imagers and by lasers")
  func calibration() throws {
    let page = try sheet().page(3)
    let text = CalibrationSymbol.text.replacingOccurrences(of: "\u{1D}", with: "<GS>")
    #expect(try read(page, window: "0 150 210 45").contains("Code128 \"\(text)\""))
    #expect(try read(page, format: "DataMatrix", window: "10 82 50 50") == ["DataMatrix \"\(text)\""])
  }

  @Test("pages are A4, hold no badge and no markup from outside", arguments: CardSheet.SymbolKind.allCases)
  func pages(symbol: CardSheet.SymbolKind) throws {
    let text = try sheet(symbol).page(1).text
    #expect(text.contains("width=\"210mm\" height=\"297mm\""))
    #expect(text.contains("Suzhou · &lt;Line&gt; &amp; 1 · 1/3"))
    #expect(text.contains(">START</text>") && text.contains(">开始</text>"))
    #expect(text.matches(of: /shape-rendering="crispEdges"/).count == CardSheet.cardsPerPage)
  }

  @Test("one language alone")
  func oneLanguage() throws {
    let text = try sheet(languages: [.english]).page(1).text
    #expect(text.contains(">START</text>") && !text.contains("开始"))
  }

  @Test("white words on every card have the contrast that the accessibility guidelines ask for")
  func contrast() {
    for face in CommandCard.allCases.map(CardFace.init) + [CardFace(quantity: Quantity(1))] {
      let channels = stride(from: 1, to: 7, by: 2).map { start -> Double in
        let digits = face.colour.dropFirst(start).prefix(2)
        let value = Double(UInt8(digits, radix: 16) ?? 255) / 255
        return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      }
      let luminance = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
      #expect(1.05 / (luminance + 0.05) >= 4.5, "\(face.text)")
    }
  }

  @Test("the internal label says what it is, and its symbol is read")
  func label() throws {
    let lot = MaterialLot(
      number: "ML-000001", item: "FILM-1", status: .quarantined,
      unusableFrom: Timestamp(iso8601: "2027-01-01T00:00:00Z"),
      supplierLot: "0007<A>", quantity: Quantity(decimal: "12.5"))
    let label = MaterialLabel(
      material: lot, item: Item(code: "FILM-1", name: "Film 封口", unit: "kg"), symbolText: "M:ML-000001",
      printedAt: Timestamp(iso8601: "2026-11-21T10:20:30Z") ?? Timestamp(microseconds: 0))
    let page = try label.document()
    #expect(try read(page, format: "DataMatrix", window: "66 0 34 34") == ["DataMatrix \"M:ML-000001\""])
    for text in [
      "FILM-1", "0007&lt;A&gt;", "2026-12-31", "12.5 kg", "待检 in quarantine", "Film 封口", "2026-11-21T10:20Z",
    ] {
      #expect(page.text.contains(text), "\(text)")
    }
  }

  @Test("our label has the prefix by which the site tells material apart")
  func prefix() {
    let rules = [
      SiteRule(prefix: "B:", meaning: .badge, strip: true), SiteRule(prefix: "M:", meaning: .material, strip: true),
    ]
    #expect(LabelCommand.symbolText("ML-000001", rules) == "M:ML-000001")
    #expect(LabelCommand.symbolText("ML-000001", []) == "ML-000001")
  }
}
