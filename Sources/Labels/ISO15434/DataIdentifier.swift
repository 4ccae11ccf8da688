/// A data identifier of ANSI MH10.8.2: up to three digits without leading zero, then a capital letter.
struct DataIdentifier: Hashable, Sendable {
  /// What the value must look like.
  enum Rule: Hashable, Sendable {
    /// Printable ASCII up to so many characters.
    case text(longest: Int)
    case yymmdd, yyyymmdd, ddmmyyyy
    /// YYYYMMDD, optionally with a qualifier of three characters behind (6D).
    case qualifiedDate
    /// YYWW, week 01 to 53.
    case yyww
    /// Digits, optionally with a decimal point.
    case quantity
    /// One to eight digits and a unit of two characters (7Q).
    case quantityWithUnit
    /// A GTIN of 14 digits with its check digit.
    case gtin
    /// A pharmacy product number with its check digits.
    case pharmacyProductNumber
  }

  /// Where the value goes in the neutral record.
  enum Place: Hashable, Sendable {
    case key(LabelKey.Kind)
    case lot, customerLot, serial
    case expiry, made, bestBefore
    /// A date whose meaning the issuer gives; the expiry on a label with a pharmacy product number.
    case date
    case quantity, unit
    /// A licence plate: key and container.
    case container
    /// The identification of a package: container where no licence plate is there.
    case package
    case other
  }

  var letter: UInt8
  var number: Int
  var rule = Rule.text(longest: maximumLabelBytes)
  var place = Place.other

  /// The identifier as written.
  var name: String {
    (number == 0 ? "" : String(number)) + String(decoding: CollectionOfOne(letter), as: UTF8.self)
  }

  /// It names an item, lot, serial, date, quantity or container, by its place or by the category of its letter (ANSI
  /// MH10.8.2, section 7): without a value it says that the label is broken.
  var needsValue: Bool {
    switch place {
    case .key(.supplier), .key(.purchaseOrder): return false
    case .other:
      // 2P is a revision, no item.
      if letter == UInt8(ascii: "P"), number == 2 { return false }
      return "BDJPQST".utf8.contains(letter)
    default: return true
    }
  }

  /// The identifier at the start of a field, with its length in bytes; nil where none is registered.
  static func atStart(of field: ArraySlice<UInt8>) -> (row: DataIdentifier, length: Int)? {
    var number = 0
    var length = 0
    for byte in field.prefix(4) {
      length += 1
      if isDigit(byte) {
        if number == 0, byte == 0x30 { return nil }
        number = number * 10 + Int(byte - 0x30)
      } else {
        guard byte >= 0x41, byte <= 0x5A, number < 1000 else { return nil }
        return row(letter: byte, number: number).map { ($0, length) }
      }
    }
    return nil
  }

  private static func row(letter: UInt8, number: Int) -> DataIdentifier? {
    let index = Int(places[Int(letter - 0x41) * 1000 + number])
    return index == 0 ? nil : rows[index - 1]
  }

  /// All registered identifiers: those with a rule or place of their own, then the others.
  private static let rows: [DataIdentifier] = {
    let known = Set(table.map { Int($0.letter) * 1000 + $0.number })
    return table + registered.filter { !known.contains(Int($0.letter) * 1000 + $0.number) }
  }()

  /// Index into `rows` plus one, by letter and number; 0 where none is registered.
  private static let places: [UInt16] = {
    var places = [UInt16](repeating: 0, count: 26 * 1000)
    for (index, row) in rows.enumerated() {
      places[Int(row.letter - 0x41) * 1000 + row.number] = UInt16(index + 1)
    }
    return places
  }()
}
