import Shopfloor

/// What a printed card shows beside its symbol: words, colour and a shape, so that it is found without reading and told
/// apart without colour.
struct CardFace: Hashable {
  enum Shape: Hashable { case triangle, square, bars, circle, arrow, cross, diamond }

  /// What the symbol says.
  var text: String
  var words: Words
  var shape: Shape
  /// As SVG has it; the words on it are white.
  var colour: String

  /// Colours of the card's effect: green goes on, blue moves material, yellow is another meaning for the next label,
  /// red stops, grey takes back. Each has a contrast of at least 4.5 : 1 against white (WCAG 2.1, 1.4.3).
  private static let green = "#1b7a36"
  private static let blue = "#1f5fa8"
  private static let ochre = "#8a5a00"
  private static let red = "#b3261e"
  private static let grey = "#54595f"

  init(_ card: CommandCard) {
    text = card.rawValue
    words = card.words
    switch card {
    case .start: (shape, colour) = (.triangle, Self.green)
    case .end: (shape, colour) = (.square, Self.green)
    case .pause: (shape, colour) = (.bars, Self.ochre)
    case .unload: (shape, colour) = (.arrow, Self.grey)
    case .leave: (shape, colour) = (.arrow, Self.grey)
    case .hold: (shape, colour) = (.cross, Self.red)
    case .undo: (shape, colour) = (.arrow, Self.grey)
    case .cancel: (shape, colour) = (.cross, Self.grey)
    case .clearance: (shape, colour) = (.circle, Self.green)
    case .blind: (shape, colour) = (.diamond, Self.ochre)
    case .another: (shape, colour) = (.diamond, Self.blue)
    case .override: (shape, colour) = (.diamond, Self.ochre)
    case .unpick: (shape, colour) = (.arrow, Self.blue)
    case .confirm: (shape, colour) = (.circle, Self.ochre)
    case .good: (shape, colour) = (.circle, Self.green)
    }
  }

  init(quantity: Quantity) {
    text = CommandCard.quantityPrefix + quantity.description
    words = Words("QUANTITY \(quantity)", "数量 \(quantity)")
    (shape, colour) = (.square, Self.blue)
  }

  /// One card for every reason of the plant's list.
  init(_ kind: RejectKind, _ reason: ListedCode) {
    text = CommandCard.prefix(of: kind) + reason.code
    words = Words(
      "\(kind.words.english): \(reason.words.english)", "\(kind.words.chinese)：\(reason.words.chinese)")
    (shape, colour) = (.cross, kind == .scrap ? Self.red : Self.ochre)
  }
}

extension CommandCard {
  /// Whether the card has a meaning at a station of this role; `station` narrows it to what the station can do.
  func isUsed(at station: StationPlan) -> Bool {
    switch self {
    case .end, .leave, .hold, .undo, .cancel, .another: true
    case .start, .unload: station.work == .production && station.loadCapacityLots > 1
    case .pause, .good: station.work == .production
    case .clearance: station.work == .production && station.lineClearance ?? false
    case .blind, .confirm: station.work == .receipt
    case .override, .unpick: station.work == .picking
    }
  }
}
