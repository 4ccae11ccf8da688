import Foundation
import Testing

@testable import Symbols

@Suite struct SVGDocumentTests {
  @Test(arguments: [
    (0.0, "0"), (1, "1"), (12.5, "12.5"), (0.25, "0.25"), (-3.001, "-3.001"), (2.0004, "2"), (0.05, "0.05"),
  ])
  func numbers(value: Double, text: String) { #expect(SVGDocument.number(value) == text) }

  @Test func whatComesFromOutsideCannotBreakOut() {
    #expect(SVGDocument.escaped("<a b=\"c\">&\u{7}批") == "&lt;a b=&quot;c&quot;&gt;&amp;\u{FFFD}批")
  }

  @Test func theDrawingOfASymbolIsTheSymbol() throws {
    let matrix = try DataMatrix("LOT-0001").matrix
    var page = SVGDocument(widthMillimetres: 40, heightMillimetres: 30)
    page.symbol(matrix, x: 5, y: 5, moduleMillimetres: 0.5)
    let path = try #require(page.text.firstMatch(of: /<path d="([^"]*)"/)).1
    var drawn = Set<[Int]>()
    for run in path.matches(of: /M([0-9.]+) ([0-9.]+)h([0-9.]+)v0.5h-[0-9.]+z/) {
      let column = Int(((Double(run.1) ?? 0) - 5) / 0.5)
      let row = Int(((Double(run.2) ?? 0) - 5) / 0.5)
      for offset in 0..<Int((Double(run.3) ?? 0) / 0.5) { drawn.insert([column + offset, row]) }
    }
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns { #expect(drawn.contains([column, row]) == matrix[column, row]) }
    }
  }

  @Test func aPageIsWellFormed() throws {
    var page = SVGDocument(widthMillimetres: 210, heightMillimetres: 297)
    page.text("A & B <批>", x: 10, y: 10, .init(sizeMillimetres: 4, isBold: true, maximumWidthMillimetres: 5))
    page.rectangle(x: 1, y: 1, width: 5, height: 5, fill: "#fff", stroke: "#000", cornerMillimetres: 2)
    page.polygon([(1, 2), (3, 4), (5, 6)], fill: "#123456")
    page.circle(x: 4, y: 4, radius: 2, fill: "#000000")
    #expect(page.text.contains("textLength=\"5\""))
    let lines = page.text.split(separator: "\n")
    #expect(lines.first == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    #expect(lines.last == "</svg>")
    #expect(page.text.contains("width=\"210mm\" height=\"297mm\""))
  }
}
