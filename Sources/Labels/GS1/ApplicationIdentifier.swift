/// One application identifier of GS1: the shape of its value and the company it may keep.
struct ApplicationIdentifier: Hashable, Sendable {
  /// A stretch of the value.
  struct Part: Hashable, Sendable {
    var characters: CharacterSet
    var shortest: Int
    var longest: Int
    var isOptional: Bool
    var linters: LinterSet
  }

  /// Identifiers as places in the lookup (`AITable.place`): one identifier, or all that match a pattern.
  typealias Pattern = ClosedRange<UInt16>

  /// As written on labels: "01", "3102".
  var text: String
  var place: UInt16
  var parts: [Part]
  var shortest: Int
  var longest: Int
  /// Predefined length: no separator is needed behind it.
  var isPredefined: Bool
  /// Each must hold: one of its groups is complete on the item.
  var requires: [[[Pattern]]] = []
  var excludes: [Pattern] = []
  /// May stand in the query of a Digital Link.
  var isLinkAttribute = false
  /// Key of a Digital Link: the ordered qualifiers that may follow, in alternatives. Nil: no key.
  var linkQualifiers: [[UInt16]]?
  var field: Field

  /// Last digit of the identifier, where that places the decimal point.
  var decimals: Int { Int(text.utf8.last ?? 0x30) - 0x30 }

  /// The first two digits of identifiers whose length is predefined (GS1 General Specifications, element strings with
  /// predefined length using GS1 application identifiers).
  static func isPredefined(firstTwoDigits: Int) -> Bool {
    switch firstTwoDigits {
    case 0...4, 11...20, 31...36, 41: true
    default: false
    }
  }

  /// Where the neutral record keeps the value.
  enum Field: Hashable, Sendable {
    case key(LabelKey.Kind)
    case sscc, glnExtension
    case lot, serial
    case expiry, expiryTime, made, madeTime, bestBefore
    /// Count of items.
    case count
    /// Count of items contained; the count where no other stands.
    case containedCount
    /// Net measure of the trade item, the quantity too where no count stands.
    case measure(unit: String)
    case other

    init(_ identifier: String) {
      self =
        switch identifier {
        case "00": .sscc
        case "01": .key(.gtin)
        case "02": .key(.contentGTIN)
        case "03": .key(.madeToOrderGTIN)
        case "253": .key(.gdti)
        case "255": .key(.gcn)
        case "401": .key(.ginc)
        case "402": .key(.gsin)
        case "414": .key(.gln)
        case "417": .key(.partyGLN)
        case "8003": .key(.grai)
        case "8004": .key(.giai)
        case "8006": .key(.itip)
        case "8010": .key(.cpi)
        case "8013": .key(.gmn)
        case "8017": .key(.gsrnProvider)
        case "8018": .key(.gsrn)
        case "8026": .key(.contentITIP)
        case "254": .glnExtension
        case "10": .lot
        case "21": .serial
        case "17": .expiry
        case "7003": .expiryTime
        case "11": .made
        case "8008": .madeTime
        case "15": .bestBefore
        case "30": .count
        case "37": .containedCount
        default: Self.netUnits[String(identifier.prefix(3))].map(Self.measure) ?? .other
        }
    }

    /// Units of the net measures of trade items, by the first three digits (GS1 General Specifications, trade measures).
    /// AI 357n is "net weight (or volume), ounces": which of the two, the label does not say.
    private static let netUnits = [
      "310": "kg", "311": "m", "314": "m2", "315": "l", "316": "m3", "320": "lb", "321": "in", "322": "ft", "323": "yd",
      "350": "in2", "351": "ft2", "352": "yd2", "356": "ozt", "357": "oz", "360": "qt", "361": "gal", "364": "in3",
      "365": "ft3", "366": "yd3",
    ]
  }
}

/// Characters that may stand in a value (GS1 General Specifications, section 7.11).
enum CharacterSet: UInt8, Hashable, Sendable {
  case digits, set82, set39, set64

  /// One bit for each ASCII character.
  func allows(_ byte: UInt8) -> Bool {
    let (low, high): (UInt64, UInt64) =
      switch self {
      case .digits: (0x03FF_0000_0000_0000, 0)
      case .set82: (0xFFFF_FFE6_0000_0000, 0x07FF_FFFE_87FF_FFFE)
      case .set39: (0x03FF_A008_0000_0000, 0x0000_0000_07FF_FFFE)
      case .set64: (0x03FF_2000_0000_0000, 0x07FF_FFFE_87FF_FFFE)
      }
    return byte < 128 && ((byte < 64 ? low : high) >> UInt64(byte & 63)) & 1 == 1
  }
}
