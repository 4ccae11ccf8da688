/// Writes EPC words from tag URIs by the tables of the EPC Tag Data Standard 2.3, section 14.6, copied row by row and
/// independent of the decoder.
enum EPCEncoder {
  /// Bits and digits of company prefix and reference for partition values 0 to 6.
  typealias Table = [(companyBits: Int, companyDigits: Int, bits: Int, length: Int)]

  static let sgtin: Table = [
    (40, 12, 4, 1), (37, 11, 7, 2), (34, 10, 10, 3), (30, 9, 14, 4), (27, 8, 17, 5), (24, 7, 20, 6), (20, 6, 24, 7),
  ]
  static let sscc: Table = [
    (40, 12, 18, 5), (37, 11, 21, 6), (34, 10, 24, 7), (30, 9, 28, 8), (27, 8, 31, 9), (24, 7, 34, 10),
    (20, 6, 38, 11),
  ]
  static let sgln: Table = [
    (40, 12, 1, 0), (37, 11, 4, 1), (34, 10, 7, 2), (30, 9, 11, 3), (27, 8, 14, 4), (24, 7, 17, 5), (20, 6, 21, 6),
  ]
  static let grai: Table = [
    (40, 12, 4, 0), (37, 11, 7, 1), (34, 10, 10, 2), (30, 9, 14, 3), (27, 8, 17, 4), (24, 7, 20, 5), (20, 6, 24, 6),
  ]
  static let giai96: Table = [
    (40, 12, 42, 13), (37, 11, 45, 14), (34, 10, 48, 15), (30, 9, 52, 16), (27, 8, 55, 17), (24, 7, 58, 18),
    (20, 6, 62, 19),
  ]
  static let giai202: Table = [
    (40, 12, 148, 18), (37, 11, 151, 19), (34, 10, 154, 20), (30, 9, 158, 21), (27, 8, 161, 22), (24, 7, 164, 23),
    (20, 6, 168, 24),
  ]
  static let cpi96: Table = [
    (40, 12, 11, 3), (37, 11, 14, 4), (34, 10, 17, 5), (30, 9, 21, 6), (27, 8, 24, 7), (24, 7, 27, 8), (20, 6, 31, 9),
  ]
  static let cpiVar: Table = [
    (40, 12, 114, 18), (37, 11, 120, 19), (34, 10, 126, 20), (30, 9, 132, 21), (27, 8, 138, 22), (24, 7, 144, 23),
    (20, 6, 150, 24),
  ]

  static let tables: [String: (header: UInt8, table: Table)] = [
    "sgtin-96": (0x30, sgtin), "sgtin-198": (0x36, sgtin), "sscc-96": (0x31, sscc), "sgln-96": (0x32, sgln),
    "sgln-195": (0x39, sgln), "grai-96": (0x33, grai), "grai-170": (0x37, grai), "giai-96": (0x34, giai96),
    "giai-202": (0x38, giai202), "gsrn-96": (0x2D, sscc), "gsrnp-96": (0x2E, sscc), "gdti-96": (0x2C, sgln),
    "gdti-113": (0x3A, sgln), "gdti-174": (0x3E, sgln), "cpi-96": (0x3C, cpi96), "cpi-var": (0x3D, cpiVar),
    "sgcn-96": (0x3F, sgln), "itip-110": (0x40, sgtin), "itip-212": (0x41, sgtin),
  ]

  /// The word of a tag URI, "urn:epc:tag:sgtin-96:3.95060001343.05.6789".
  static func hexadecimal(tagURI: String) -> String {
    // Colons and dots stand unescaped in the last field too.
    let parts = tagURI.split(separator: ":", maxSplits: 4)
    let name = String(parts[3])
    let fields = parts[4].split(separator: ".", maxSplits: lastField(of: name), omittingEmptySubsequences: false)
      .map { bytes(unescaping: $0) }
    var bits = EPCBits()
    switch name {
    case "gid-96":
      bits.add(0x35, width: 8)
      bits.add(text(fields[0]), width: 28)
      bits.add(text(fields[1]), width: 24)
      bits.add(text(fields[2]), width: 36)
    case "usdod-96":
      bits.add(0x2F, width: 8)
      bits.add(text(fields[0]), width: 4)
      bits.add(characters: (fields[1].count == 5 ? [0x20] : []) + fields[1], width: 8)
      bits.add(text(fields[2]), width: 36)
    case "adi-var":
      bits.add(0x3B, width: 8)
      bits.add(text(fields[0]), width: 6)
      bits.add(characters: (fields[1].count == 5 ? [0x20] : []) + fields[1], width: 6)
      bits.add(characters: fields[2] + [0], width: 6)
      bits.add(characters: fields[3] + [0], width: 6)
    default: addPartitioned(name, fields, to: &bits)
    }
    return bits.hexadecimal
  }

  private static func lastField(of name: String) -> Int {
    switch name {
    case "giai-96", "giai-202", "sscc-96", "gsrn-96", "gsrnp-96", "gid-96", "usdod-96": 2
    case "itip-110", "itip-212": 5
    default: 3
    }
  }

  private static func addPartitioned(_ name: String, _ fields: [[UInt8]], to bits: inout EPCBits) {
    guard let (header, table) = tables[name],
      let partition = table.firstIndex(where: { $0.companyDigits == fields[1].count })
    else { preconditionFailure("no scheme \(name)") }
    let row = table[partition]
    bits.add(UInt128(header), width: 8)
    bits.add(text(fields[0]), width: 3)
    bits.add(UInt128(partition), width: 3)
    bits.add(text(fields[1]), width: row.companyBits)
    switch name {
    case "giai-202":
      let end = bits.bits.count + row.bits
      bits.add(characters: fields[2], width: 7)
      bits.fill(to: end)
      return
    case "cpi-var": bits.add(characters: fields[2] + [0], width: 6)
    default: bits.add(text(fields[2]), width: row.bits)
    }
    let serial = fields.last ?? []
    switch name {
    case "sscc-96", "gsrn-96", "gsrnp-96": bits.add(0, width: 24)
    case "giai-96": break
    case "sgtin-96", "grai-96": bits.add(text(serial), width: 38)
    case "sgln-96", "gdti-96": bits.add(text(serial), width: 41)
    case "cpi-96": bits.add(text(serial), width: 31)
    case "cpi-var": bits.add(text(serial), width: 40)
    case "sgcn-96": bits.add("1" + text(serial), width: 41)
    case "gdti-113": bits.add("1" + text(serial), width: 58)
    case "itip-110", "itip-212":
      bits.add(text(fields[3]), width: 7)
      bits.add(text(fields[4]), width: 7)
      if name == "itip-110" { bits.add(text(serial), width: 38) } else { addText7(serial, characters: 20, to: &bits) }
    case "sgtin-198", "sgln-195": addText7(serial, characters: 20, to: &bits)
    case "grai-170": addText7(serial, characters: 16, to: &bits)
    default: addText7(serial, characters: 17, to: &bits)
    }
  }

  private static func addText7(_ text: [UInt8], characters: Int, to bits: inout EPCBits) {
    let end = bits.bits.count + characters * 7
    bits.add(characters: text, width: 7)
    bits.fill(to: end)
  }

  private static func text(_ bytes: [UInt8]) -> String { bytes.isEmpty ? "0" : String(decoding: bytes, as: UTF8.self) }

  private static func bytes(unescaping text: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let first = rest.first {
      if first == UInt8(ascii: "%") {
        bytes.append(UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(first)
        rest = rest.dropFirst()
      }
    }
    return bytes
  }
}
