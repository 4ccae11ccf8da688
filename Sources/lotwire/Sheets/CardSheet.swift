import Shopfloor
import Symbols

/// Command cards on A4 pages, to be printed at 100 %, cut and laminated.
struct CardSheet {
  enum SymbolKind: String, CaseIterable {
    case code128
    case dataMatrix = "datamatrix"
  }

  enum Fault: Error, CustomStringConvertible {
    case tooWide(text: String)

    var description: String {
      switch self {
      case .tooWide(let text):
        "the Code 128 symbol of \"\(text)\" does not fit on a card. Print the cards with --symbol datamatrix."
      }
    }
  }

  var faces: [CardFace]
  var symbol: SymbolKind
  /// The languages of the big words, the first one biggest.
  var languages: [Language]
  /// What `lotwire scanners calibrate` asks for, on a page of its own; nil: no such page.
  var calibration: String?
  /// Where the cards lie: "Suzhou · Pouch line 1 · sealer-1"; empty: anywhere.
  var place: String

  // A4 (ISO 216) with a margin that every printer keeps, in millimetres.
  static let pageWidth = 210.0
  static let pageHeight = 297.0
  private static let margin = 10.0
  private static let columns = 2
  private static let rows = 4
  private static let headHeight = 9.0
  static let cardsPerPage = columns * rows

  private static let cardWidth = (pageWidth - 2 * margin) / Double(columns)
  private static let cardHeight = (pageHeight - 2 * margin - headHeight) / Double(rows)
  private static let bandHeight = 26.0
  private static let barHeight = 20.0
  /// Narrowest and widest bar: what hand-held scanners read from 10 to 30 cm.
  private static let moduleRange = 0.25...0.5
  /// Side of a Data Matrix module.
  private static let squareModule = 1.0

  private var cardPages: Int { (faces.count + Self.cardsPerPage - 1) / Self.cardsPerPage }
  var pageCount: Int { max(1, cardPages + (calibration == nil ? 0 : 1)) }

  /// - Parameter number: from 1.
  /// - Throws: `Fault`, `SymbolFault`.
  func page(_ number: Int) throws -> SVGDocument {
    var page = SVGDocument(widthMillimetres: Self.pageWidth, heightMillimetres: Self.pageHeight)
    let title = ["Lotwire", place, "\(number)/\(pageCount)"].filter { !$0.isEmpty }.joined(separator: " · ")
    page.text(
      title, x: Self.margin, y: Self.margin + 4,
      .init(sizeMillimetres: 4, colour: "#54595f", maximumWidthMillimetres: Self.pageWidth - 2 * Self.margin))
    if let calibration, number > cardPages {
      try drawCalibration(calibration, on: &page)
      return page
    }
    let first = (number - 1) * Self.cardsPerPage
    for (index, face) in faces.dropFirst(first).prefix(Self.cardsPerPage).enumerated() {
      let x = Self.margin + Double(index % Self.columns) * Self.cardWidth
      let y = Self.margin + Self.headHeight + Double(index / Self.columns) * Self.cardHeight
      try draw(face, x: x, y: y, on: &page)
    }
    return page
  }

  // MARK: One card

  private func draw(_ face: CardFace, x: Double, y: Double, on page: inout SVGDocument) throws {
    // The outline is where to cut.
    page.rectangle(
      x: x, y: y, width: Self.cardWidth, height: Self.cardHeight, stroke: "#9aa0a6", strokeMillimetres: 0.2)
    page.rectangle(x: x + 2, y: y + 2, width: Self.cardWidth - 4, height: Self.bandHeight, fill: face.colour)
    page.shape(face.shape, x: x + 14, y: y + 2 + Self.bandHeight / 2, radius: 8)
    drawWords(face.words, x: x + 26, y: y + 2, width: Self.cardWidth - 32, on: &page)
    let top = y + Self.bandHeight + 6
    switch symbol {
    case .code128: try drawBars(face, x: x, y: top, on: &page)
    case .dataMatrix: try drawSquare(face, x: x, y: top, on: &page)
    }
  }

  private func drawWords(_ words: Words, x: Double, y: Double, width: Double, on page: inout SVGDocument) {
    let sizes = languages.count == 1 ? [11.0] : [10.0, 7.0]
    var line = y + (languages.count == 1 ? 17.0 : 11.5)
    for (language, size) in zip(languages, sizes) {
      page.text(
        words.text(in: language), x: x, y: line,
        .init(sizeMillimetres: size, isBold: true, colour: "#ffffff", maximumWidthMillimetres: width))
      line += size + 0.5
    }
  }

  private func drawBars(_ face: CardFace, x: Double, y: Double, on page: inout SVGDocument) throws {
    let matrix = try Code128(face.text).matrix
    let modules = Double(matrix.columns + 2 * matrix.quietColumns)
    let module = min(Self.moduleRange.upperBound, (Self.cardWidth - 4) / modules)
    guard module >= Self.moduleRange.lowerBound else { throw Fault.tooWide(text: face.text) }
    let left = x + (Self.cardWidth - Double(matrix.columns) * module) / 2
    page.symbol(matrix, x: left, y: y, moduleMillimetres: module, heightMillimetres: Self.barHeight)
    page.text(
      face.text, x: x + Self.cardWidth / 2, y: y + Self.barHeight + 5,
      .init(sizeMillimetres: 4, isCentred: true, maximumWidthMillimetres: Self.cardWidth - 8))
  }

  private func drawSquare(_ face: CardFace, x: Double, y: Double, on page: inout SVGDocument) throws {
    let matrix = try DataMatrix(face.text).matrix
    page.symbol(matrix, x: x + 8, y: y, moduleMillimetres: Self.squareModule)
    let left = x + 14 + Double(matrix.columns) * Self.squareModule
    page.text(
      face.text, x: left, y: y + 6,
      .init(sizeMillimetres: 4, maximumWidthMillimetres: x + Self.cardWidth - 4 - left))
  }
}

// MARK: The calibration symbol

extension CardSheet {
  /// The same text twice: for imagers, and across the whole page for lasers.
  private func drawCalibration(_ text: String, on page: inout SVGDocument) throws {
    let width = Self.pageWidth - 2 * Self.margin
    var y = 30.0
    for language in languages {
      let words = Self.calibrationWords
      page.text(
        words.title.text(in: language), x: Self.margin, y: y,
        .init(sizeMillimetres: 8, isBold: true, maximumWidthMillimetres: width))
      for (index, line) in words.lines.enumerated() {
        page.text(
          line.text(in: language), x: Self.margin, y: y + 8 + 6 * Double(index),
          .init(sizeMillimetres: 4.5, maximumWidthMillimetres: width))
      }
      y += 28
    }
    page.symbol(try DataMatrix(text).matrix, x: Self.margin + 4, y: y, moduleMillimetres: Self.squareModule)
    let bars = try Code128(text).matrix
    let module = width / Double(bars.columns + 2 * bars.quietColumns)
    page.symbol(
      bars, x: Self.margin + Double(bars.quietColumns) * module, y: y + 70, moduleMillimetres: module,
      heightMillimetres: 30)
  }

  private static let calibrationWords = (
    title: Words("CALIBRATION", "校准"),
    lines: [
      Words(
        "Start \"lotwire scanners calibrate DEVICE\", then scan one of the two:",
        "先运行 “lotwire scanners calibrate 设备名”，"),
      Words("the scanner's keyboard layout and separator are learned from it.", "再扫描其中一个：由此识别扫描器的键盘布局和分隔符。"),
    ]
  )
}

extension SVGDocument {
  /// A white shape around a middle.
  fileprivate mutating func shape(_ shape: CardFace.Shape, x: Double, y: Double, radius: Double) {
    let (white, r) = ("#ffffff", radius)
    switch shape {
    case .triangle: polygon([(x - r * 0.8, y - r), (x + r, y), (x - r * 0.8, y + r)], fill: white)
    case .square: rectangle(x: x - r * 0.8, y: y - r * 0.8, width: r * 1.6, height: r * 1.6, fill: white)
    case .bars:
      for left in [x - r * 0.7, x + r * 0.2] {
        rectangle(x: left, y: y - r * 0.8, width: r * 0.5, height: r * 1.6, fill: white)
      }
    case .circle: circle(x: x, y: y, radius: r * 0.9, fill: white)
    case .arrow:
      polygon(
        [
          (x - r, y), (x, y - r), (x, y - r * 0.4), (x + r, y - r * 0.4), (x + r, y + r * 0.4), (x, y + r * 0.4),
          (x, y + r),
        ], fill: white)
    case .cross:
      let (a, b) = (r * 0.35, r * 0.9)
      polygon([(x - b, y - b + a), (x - b + a, y - b), (x + b, y + b - a), (x + b - a, y + b)], fill: white)
      polygon([(x + b - a, y - b), (x + b, y - b + a), (x - b + a, y + b), (x - b, y + b - a)], fill: white)
    case .diamond: polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], fill: white)
    }
  }
}
