extension Linter {
  /// Whether the rule holds for a part whose characters and length are already checked.
  func holds(in bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    switch self {
    case .csum: CheckDigit.isRight(bytes, range)
    case .csumalpha: CheckPair.isRight(bytes, range)
    case .key: Self.beginsWithDigits(bytes, range, 4)
    case .keyoff1: range.count > 1 && Self.beginsWithDigits(bytes, range.dropFirst(), 4)
    case .yymmd0: CalendarDigits(bytes, range)?.isDayOfMonthOrZero == true
    case .yymmdd: CalendarDigits(bytes, range)?.isDayOfMonth == true
    case .yyyymmdd: Self.isFullDate(bytes, range)
    case .hhmi: range.count == 4 && Self.number(bytes, range.prefix(2)) < 24 && Self.number(bytes, range.suffix(2)) < 60
    case .hh: Self.number(bytes, range) < 24
    case .mi, .ss: Self.number(bytes, range) < 60
    case .iso3166: CodeLists.countries.contains(Self.code(bytes, range))
    case .iso3166999: Self.number(bytes, range) == 999 || CodeLists.countries.contains(Self.code(bytes, range))
    case .iso3166alpha2: CodeLists.countryLetters.contains(Self.code(bytes, range))
    case .iso4217: CodeLists.currencies.contains(Self.code(bytes, range))
    case .iso5218: Self.isOne(of: "0129", bytes, range)
    case .iban: Self.isIBAN(bytes, range)
    case .packagetype: range.count <= 3 && CodeLists.packageTypes.contains(Self.code(bytes, range))
    case .mediatype: CodeLists.isMediaType(Self.number(bytes, range))
    case .pcenc: Self.hasRightEscapes(bytes, range)
    case .latitude: Self.number(bytes, range) <= 1_800_000_000
    case .longitude: Self.number(bytes, range) <= 3_600_000_000
    case .hyphen: range.allSatisfy { bytes[$0] == UInt8(ascii: "-") }
    case .yesno: Self.isOne(of: "01", bytes, range)
    case .zero: range.allSatisfy { bytes[$0] == 0x30 }
    case .nonzero: range.contains { bytes[$0] != 0x30 }
    case .nozeroprefix: bytes[range.lowerBound] != 0x30
    case .hasnondigit: range.contains { !isDigit(bytes[$0]) }
    case .winding: Self.isOne(of: "019", bytes, range)
    case .pieceoftotal: Self.isPieceOfTotal(bytes, range)
    case .posinseqslash: Self.isPositionInSequence(bytes, range)
    case .importeridx: range.count == 1 && CharacterSet.set64.allows(bytes[range.lowerBound])
    case .couponcode: CouponDigits(bytes, range).isCouponCode()
    case .couponposoffer: CouponDigits(bytes, range).isPositiveOffer()
    }
  }

  /// A GS1 key begins with a company prefix of at least four digits.
  private static func beginsWithDigits(_ bytes: Span<UInt8>, _ range: Range<Int>, _ count: Int) -> Bool {
    range.count >= count && range.prefix(count).allSatisfy { isDigit(bytes[$0]) }
  }

  /// At most 18 digits.
  static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    range.reduce(0) { $0 * 10 + Int(bytes[$1] &- 0x30) }
  }

  /// Up to four bytes as one word, as `CodeLists` keeps its codes.
  private static func code(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
    range.reduce(0) { $0 << 8 | UInt32(bytes[$1]) }
  }

  private static func isOne(of allowed: StaticString, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count == 1 else { return false }
    let byte = bytes[range.lowerBound]
    return allowed.withUTF8Buffer { $0.contains(byte) }
  }

  private static func isFullDate(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count == 8 else { return false }
    let month = number(bytes, range.dropFirst(4).prefix(2))
    let day = number(bytes, range.suffix(2))
    return (1...12).contains(month) && day > 0
      && day <= LabelDate.days(in: month, of: number(bytes, range.prefix(4)))
  }

  /// ISO 13616: country, two check characters, and the whole is 1 modulo 97 when the first four move to the end and
  /// letters count from 10.
  private static func isIBAN(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count > 10, CodeLists.countryLetters.contains(code(bytes, range.prefix(2))) else { return false }
    var sum = 0
    for offset in 0..<range.count {
      switch bytes[range.lowerBound + (offset + 4) % range.count] {
      case let byte where isDigit(byte): sum = (sum * 10 + Int(byte - 0x30)) % 97
      case let byte where byte >= 0x41 && byte <= 0x5A: sum = (sum * 100 + Int(byte - 0x41) + 10) % 97
      default: return false
      }
    }
    return sum == 1
  }

  /// RFC 3986, section 2.1.
  private static func hasRightEscapes(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    while index < range.upperBound {
      guard bytes[index] == UInt8(ascii: "%") else {
        index += 1
        continue
      }
      guard index + 2 < range.upperBound, hexValue(bytes[index + 1]) != nil, hexValue(bytes[index + 2]) != nil
      else { return false }
      index += 3
    }
    return true
  }

  /// PPTT: neither is zero, the piece is not beyond the total.
  private static func isPieceOfTotal(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard !range.isEmpty, range.count.isMultiple(of: 2) else { return false }
    let piece = number(bytes, range.prefix(range.count / 2))
    let total = number(bytes, range.suffix(range.count / 2))
    return piece > 0 && piece <= total
  }

  /// "2/3": neither begins with zero, the place is not beyond the end.
  private static func isPositionInSequence(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let slash = range.first(where: { bytes[$0] == UInt8(ascii: "/") }) else { return false }
    let place = range.lowerBound..<slash
    let last = (slash + 1)..<range.upperBound
    guard !place.isEmpty, !last.isEmpty, place.count < 18, last.count < 18, bytes[place.lowerBound] != 0x30,
      bytes[last.lowerBound] != 0x30, place.allSatisfy({ isDigit(bytes[$0]) }), last.allSatisfy({ isDigit(bytes[$0]) })
    else { return false }
    return number(bytes, place) <= number(bytes, last)
  }
}

/// The value of a hexadecimal digit of either case.
func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x41 + 10
  case 0x61...0x66: byte - 0x61 + 10
  default: nil
  }
}
