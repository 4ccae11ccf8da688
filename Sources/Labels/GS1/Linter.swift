/// A rule for the content of a part of a value, with the name that the GS1 Barcode Syntax Dictionary gives it.
enum Linter: UInt8, CaseIterable, Hashable, Sendable {
  case csum, csumalpha, key, keyoff1
  case yymmd0, yymmdd, yyyymmdd, hhmi, hh, mi, ss
  case iso3166, iso3166999, iso3166alpha2, iso4217, iso5218, iban, packagetype, mediatype
  case pcenc, latitude, longitude, hyphen, yesno, zero, nonzero, nozeroprefix, hasnondigit, winding
  case pieceoftotal, posinseqslash, importeridx, couponcode, couponposoffer

  init?(name: String) {
    guard let found = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
    self = found
  }

  /// The name of the fault where the rule does not hold.
  var fault: LabelFault.Name {
    switch self {
    case .csum: .checkDigit
    case .csumalpha: .linterCheckPair
    case .key, .keyoff1: .linterKey
    case .yymmd0, .yymmdd, .yyyymmdd: .badDate
    case .hhmi: .linterTime
    case .hh: .linterHour
    case .mi: .linterMinute
    case .ss: .linterSecond
    case .iso3166: .linterCountry
    case .iso3166999: .linterCountryOr999
    case .iso3166alpha2: .linterCountryLetters
    case .iso4217: .linterCurrency
    case .iso5218: .linterSex
    case .iban: .linterIBAN
    case .packagetype: .linterPackageType
    case .mediatype: .linterMediaType
    case .pcenc: .linterPercentEncoding
    case .latitude: .linterLatitude
    case .longitude: .linterLongitude
    case .hyphen: .linterHyphen
    case .yesno: .linterYesNo
    case .zero: .linterZero
    case .nonzero: .linterNonZero
    case .nozeroprefix: .linterNoZeroPrefix
    case .hasnondigit: .linterNonDigit
    case .winding: .linterWinding
    case .pieceoftotal: .linterPieceOfTotal
    case .posinseqslash: .linterPositionInSequence
    case .importeridx: .linterImporterIndex
    case .couponcode: .linterCouponCode
    case .couponposoffer: .linterCouponOffer
    }
  }
}

/// Several linters as one word; they run in the order of `Linter`.
struct LinterSet: Hashable, Sendable {
  private(set) var bits: UInt64 = 0

  var isEmpty: Bool { bits == 0 }

  mutating func insert(_ linter: Linter) { bits |= 1 << UInt64(linter.rawValue) }

  /// The first linter that does not hold, or nil.
  func firstBroken(in bytes: Span<UInt8>, _ range: Range<Int>) -> Linter? {
    var rest = bits
    while rest != 0 {
      let lowest = UInt8(rest.trailingZeroBitCount)
      rest &= rest - 1
      // Only `insert` sets bits, each the raw value of a linter.
      if let linter = Linter(rawValue: lowest), !linter.holds(in: bytes, range) { return linter }
    }
    return nil
  }
}
