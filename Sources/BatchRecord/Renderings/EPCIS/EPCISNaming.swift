/// How things are called in EPCIS events: by GS1 Digital Link where a GTIN is known, else by names of our own.
///
/// CBV 2.0, section 8.2, takes besides GS1's own names a private URN or an HTTP URL in a domain of one's own, both ending
/// in what they name: `…:class:…`, `…/loc/…`. Without a base that is `urn:lotwire:<site>`: sound as a URI and readable,
/// and nobody's domain is taken, but its namespace is not registered with IANA. Who exchanges events with partners gives a
/// base in a domain of their own, "https://epcis.example.com/".
struct EPCISNaming {
  /// The longest base, in bytes.
  static let maximumBaseBytes = 256

  private let base: String
  private let separator: String

  /// - Returns: nil where the base is no absolute https URL or URN.
  init?(base: String?, site: String) {
    guard let base else {
      self.base = "urn:lotwire:" + Self.encoded(site)
      separator = ":"
      return
    }
    guard base.utf8.count <= Self.maximumBaseBytes, EPCISIdentifierRules.isURI(base) else { return nil }
    if base.hasPrefix("https://"), base.utf8.count > 8, !base.contains("?"), !base.contains("#") {
      self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
      separator = "/"
    } else if base.hasPrefix("urn:"), base.utf8.count > 4 {
      self.base = base.hasSuffix(":") ? String(base.dropLast()) : base
      separator = ":"
    } else {
      return nil
    }
  }

  private func name(_ kind: String, _ parts: [String]) -> String {
    ([base, kind] + parts.map(Self.encoded)).joined(separator: separator)
  }

  func location(line: String, station: String) -> String { name("loc", [line, station]) }
  func transaction(_ number: String) -> String { name("bt", [number]) }
  func transformation(order: String, lot: String) -> String { name("xform", [order, lot]) }
  func device(_ device: String) -> String { name("dev", [device]) }
  func measurement(_ unit: String) -> String { name("measurement", [unit.isEmpty ? "none" : unit]) }

  /// A lot of a product or material.
  ///
  /// - Parameters:
  ///   - gtin: fourteen digits, checked.
  ///   - lot: as the maker calls it, for the GTIN is the maker's.
  func lot(gtin: String?, lot: String?, item: String, number: String) -> String {
    if let gtin, let lot, EPCISIdentifierRules.isBatch(lot) {
      return "https://id.gs1.org/01/\(gtin)/10/\(Self.encoded(lot))"
    }
    return name("class", [item, number])
  }

  /// Percent-encoded but for the unreserved characters (RFC 3986, 2.3).
  static func encoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default:
        bytes.append(UInt8(ascii: "%"))
        bytes.append(contentsOf: Hexadecimal.text(of: [byte]).uppercased().utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// What identifiers must look like, also where the schema takes any text.
enum EPCISIdentifierRules {
  /// A URI with a scheme and only the characters of RFC 3986, percent signs with their two digits.
  static func isURI(_ text: String) -> Bool {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let first = parts[0].utf8.first, Character(Unicode.Scalar(first)).isLetter,
      !parts[1].isEmpty,
      parts[0].utf8.allSatisfy({ schemeBytes.contains($0) })
    else { return false }
    let bytes = Array(parts[1].utf8)
    for (index, byte) in bytes.enumerated() {
      guard uriBytes.contains(byte) else { return false }
      guard byte == UInt8(ascii: "%") else { continue }
      guard index + 2 < bytes.count, hexadecimalBytes.contains(bytes[index + 1]),
        hexadecimalBytes.contains(bytes[index + 2])
      else { return false }
    }
    return true
  }

  private static let schemeBytes = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.".utf8)
  private static let uriBytes = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%".utf8)
  private static let hexadecimalBytes = Set("0123456789abcdefABCDEF".utf8)

  /// A batch number of application identifier 10: 1 to 20 characters of GS1's set 82 (GS1 General Specifications, 7.11).
  static func isBatch(_ text: String) -> Bool {
    (1...20).contains(text.utf8.count) && text.utf8.allSatisfy(set82.contains)
  }

  private static let set82 = Set(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".utf8)

  /// Why a GS1 Digital Link is none of the canonical form `https://id.gs1.org/01/<GTIN>/10/<lot>` or with `/21/<serial>`;
  /// nil where it is (GS1 Digital Link: URI Syntax 1.2, 4.11).
  static func digitalLinkFault(_ text: String) -> String? {
    let parts = text.dropFirst("https://id.gs1.org/".count).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4 || parts.count == 2, parts[0] == "01" else {
      return "a path of /01/GTIN, with /10/lot or /21/serial"
    }
    guard ProductIdentifier.isGTIN(String(parts[1])) else { return "a GTIN of 14 digits with the right check digit" }
    guard parts.count == 4 else { return nil }
    guard parts[2] == "10" || parts[2] == "21" else { return "/10/ for a lot or /21/ for a serial number" }
    guard let decoded = percentDecoded(String(parts[3])), isBatch(decoded) else {
      return "1 to 20 characters of GS1's set 82, percent-encoded"
    }
    return EPCISNaming.encoded(decoded) == parts[3] ? nil : "percent-encoding of all but unreserved characters"
  }

  private static func percentDecoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
