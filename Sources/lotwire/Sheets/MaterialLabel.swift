import Shopfloor
import Symbols

/// Our own label for a material lot that was received: what a person has to see, and a Data Matrix symbol that our
/// scanners read.
struct MaterialLabel {
  var material: MaterialLot
  /// The item as the ERP's item master knows it; nil: only its code is known.
  var item: Item?
  /// What the symbol says: the number of the lot, with the site's prefix for material where there is one.
  var symbolText: String
  var printedAt: Timestamp

  // A common size for a label printer, in millimetres.
  static let width = 100.0
  static let height = 60.0
  private static let margin = 4.0
  private static let symbolSide = 26.0

  /// - Throws: `SymbolFault`.
  func document() throws -> SVGDocument {
    var page = SVGDocument(widthMillimetres: Self.width, heightMillimetres: Self.height)
    let matrix = try DataMatrix(symbolText).matrix
    let module = Self.symbolSide / Double(matrix.columns)
    let symbolLeft = Self.width - Self.margin - Self.symbolSide
    page.symbol(matrix, x: symbolLeft, y: Self.margin, moduleMillimetres: module)
    page.text(
      symbolText, x: symbolLeft + Self.symbolSide / 2, y: Self.margin + Self.symbolSide + 4,
      .init(sizeMillimetres: 3, isCentred: true, maximumWidthMillimetres: Self.symbolSide))
    let width = symbolLeft - 2 * Self.margin
    page.text(
      item?.name ?? material.item.text, x: Self.margin, y: 11,
      .init(sizeMillimetres: 6, isBold: true, maximumWidthMillimetres: width))
    page.text(
      material.number.text, x: Self.margin, y: 21,
      .init(sizeMillimetres: 8, isBold: true, maximumWidthMillimetres: width))
    drawLines(width, on: &page)
    drawStatus(on: &page)
    return page
  }

  private func drawLines(_ width: Double, on page: inout SVGDocument) {
    var y = 27.5
    for (words, value) in lines {
      page.text(
        "\(words.chinese) \(words.english): \(value)", x: Self.margin, y: y,
        .init(sizeMillimetres: 3.6, maximumWidthMillimetres: width))
      y += 4.6
    }
  }

  private var lines: [(words: Words, value: String)] {
    let unit = item.map { " \($0.unit)" } ?? ""
    return [
      (Words("Item", "物料"), material.item.text),
      (Words("Supplier lot", "供应商批号"), material.supplierLot ?? "-"),
      (Words("Expiry", "有效期至"), material.unusableFrom.map(Self.lastDay) ?? "-"),
      (Words("Quantity", "数量"), material.quantity.map { "\($0)\(unit)" } ?? "-"),
    ]
  }

  /// The status is that of the moment of printing: the ledger and the scan decide, not the paper.
  private func drawStatus(on page: inout SVGDocument) {
    let status = material.status.words
    let (y, height) = (46.0, 10.0)
    page.rectangle(
      x: Self.margin, y: y, width: Self.width - 2 * Self.margin, height: height, stroke: "#000000",
      strokeMillimetres: material.status == .released ? 0.3 : 1)
    page.text(
      "\(status.chinese) \(status.english)", x: Self.margin + 2, y: y + 7,
      .init(sizeMillimetres: 6, isBold: true, maximumWidthMillimetres: 54))
    page.text(
      "\(printedAt.description.prefix(16))Z", x: Self.width - Self.margin - 33, y: y + 6.5, .init(sizeMillimetres: 3))
  }

  /// The expiry date: the last day on which the material may be used.
  private static func lastDay(_ unusableFrom: Timestamp) -> String {
    String(unusableFrom.advanced(byMicroseconds: -1).description.prefix(10))
  }
}
