/// How one EPC scheme is laid out in bits: a row of the table of headers (GS1 EPC Tag Data Standard 2.3, Table 14-1 and
/// the coding tables of section 14.6).
public struct EPCScheme: Hashable, Sendable {
  /// The key that the scheme carries.
  public enum Family: String, Hashable, Sendable, CaseIterable {
    case sgtin, sscc, sgln, grai, giai, gsrn, gsrnp, gdti, sgcn, cpi, itip, gid, usdod, adi
  }

  /// The fields behind header and filter value.
  enum Layout: Hashable, Sendable {
    /// Company prefix and reference share their bits by a partition value.
    case partitioned(EPCPartition, serial: Serial)
    /// CPI-var: a partitioned component reference of 6-bit characters up to a zero, then a 40-bit serial.
    case cpiVariable
    /// Three numbers of 28, 24 and 36 bits.
    case gid
    /// A CAGE or DoDAAC code of six 8-bit characters and a 36-bit serial.
    case usdod
    /// A CAGE or DoDAAC code of six 6-bit characters, part number and serial up to a zero each.
    case adi
    /// The schemes of Tag Data Standard 2 ("+"): the key in decimal digits of four bits, its check digit included.
    case plus(Plus)
  }

  /// What stands behind a partitioned key.
  enum Serial: Hashable, Sendable {
    /// 24 zero bits.
    case reserved
    /// Nothing: the reference takes all bits.
    case none
    /// A number without leading zeros.
    case number(bits: Int)
    /// Characters of seven bits, filled up with zeros.
    case text(characters: Int)
    /// Digits, leading zeros kept by a 1 before them.
    case digits(bits: Int)
    /// Piece and total of an ITIP, two digits of seven bits each, then a serial.
    case pieces(Pieces)

    enum Pieces: Hashable, Sendable { case number, text }
  }

  /// The fields of a "+" scheme.
  struct Plus: Hashable, Sendable {
    enum Key: Hashable, Sendable {
      case digits(Int)
      /// Leading digits up to a delimiter, then other characters: GIAI and CPI.
      case delimited
    }

    enum Serial: Hashable, Sendable {
      case none
      /// A text of up to so many characters, its length in five bits.
      case text(longest: Int)
      /// Up to twelve digits, their number in four bits.
      case digits
    }

    var key: Key
    var serial: Serial
    /// A date stands before the key: DSGTIN+.
    var hasDate = false
  }

  public let header: UInt8
  /// The name as in tag URIs: "sgtin-96"; "sgtin+" where the standard has none.
  public let name: String
  public let family: Family
  let layout: Layout
  /// The whole length, or nil where it varies.
  let bits: Int?

  init(_ header: UInt8, _ name: String, _ family: Family, _ layout: Layout, bits: Int? = nil) {
    self.header = header
    self.name = name
    self.family = family
    self.layout = layout
    self.bits = bits
  }

  /// Bits of the filter value behind the header; for a "+" scheme behind the toggle bit.
  var filterBits: Int {
    switch layout {
    case .gid: 0
    case .usdod: 4
    case .adi: 6
    default: 3
    }
  }

  var isPlus: Bool { if case .plus = layout { true } else { false } }

  /// The scheme of a header, or nil where the standard gives it to none.
  static func of(header: UInt8) -> EPCScheme? { byHeader[Int(header)] }

  private static let byHeader: [EPCScheme?] = {
    var rows = [EPCScheme?](repeating: nil, count: 256)
    for row in table { rows[Int(row.header)] = row }
    return rows
  }()

  /// The header that belongs to the tag identification memory, never to an EPC (Tag Data Standard 2.3, Table 14-1 and
  /// section 16).
  static let tagIdentificationHeader: UInt8 = 0xE2
}

/// How company prefix and reference share their bits: the partition tables of Tag Data Standard 2.3, section 14.6. In
/// every table the company prefix takes 40, 37, 34, 30, 27, 24 or 20 bits for 12 to 6 digits and the reference the rest,
/// so a table is two sums.
struct EPCPartition: Hashable, Sendable {
  enum Reference: Hashable, Sendable {
    /// Decimal digits with leading zeros.
    case digits
    /// A number without leading zeros.
    case number
    /// Characters of seven bits, filled up with zeros.
    case text
  }

  /// Bits of company prefix and reference together.
  let bits: Int
  /// Digits or characters of both together; the longest sum where the reference is a number or text.
  let length: Int
  let reference: Reference

  static let companyBits = [40, 37, 34, 30, 27, 24, 20]

  static func companyDigits(_ partition: Int) -> Int { 12 - partition }

  /// Tables 14-16 and 14-42.
  static let sgtin = EPCPartition(bits: 44, length: 13, reference: .digits)
  /// Tables 14-7, 14-23 (GSRN) and 14-26.
  static let sscc = EPCPartition(bits: 58, length: 17, reference: .digits)
  /// Tables 14-10, 14-29 (GDTI) and 14-39 (SGCN).
  static let sgln = EPCPartition(bits: 41, length: 12, reference: .digits)
  /// Table 14-19 (GRAI).
  static let grai = EPCPartition(bits: 44, length: 12, reference: .digits)
  /// Table 14-23 (GIAI-96).
  static let giai96 = EPCPartition(bits: 82, length: 25, reference: .number)
  /// Table 14-20 (GIAI-202).
  static let giai202 = EPCPartition(bits: 188, length: 30, reference: .text)
  /// Table 14-34.
  static let cpi96 = EPCPartition(bits: 51, length: 15, reference: .number)
}
