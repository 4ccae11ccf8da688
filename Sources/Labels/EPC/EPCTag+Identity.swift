extension EPCTag {
  /// What the EPC says in GS1 application identifiers, check digits rebuilt (Tag Data Standard 2.3, section 7); empty for
  /// GID, USDOD and ADI, which are no GS1 keys.
  public var elements: [LabelElement] {
    guard !scheme.keyIdentifier.isEmpty else { return [] }
    var elements = [LabelElement(identifier: scheme.keyIdentifier, value: Self.text(key))]
    if let serialIdentifier {
      elements.append(LabelElement(identifier: serialIdentifier, value: Self.text(serial)))
    }
    if let date { elements.append(LabelElement(identifier: date.identifier, value: Self.text(date.value))) }
    for element in data {
      elements.append(LabelElement(identifier: element.identifier, value: Self.text(element.value)))
    }
    return elements
  }

  /// The value of the key as its application identifier writes it.
  var key: [UInt8] {
    if scheme.isPlus {
      switch scheme.family {
      case .grai, .gdti, .sgcn: return reference + serial
      default: return reference
      }
    }
    switch scheme.family {
    case .sgtin: return Self.checked(reference.prefix(1) + company + reference.dropFirst())
    case .itip: return Self.checked(reference.prefix(1) + company + reference.dropFirst()) + pieces
    case .sscc: return Self.checked(reference.prefix(1) + company + reference.dropFirst())
    case .sgln, .gsrn, .gsrnp: return Self.checked(company + reference)
    case .gdti, .sgcn: return Self.checked(company + reference) + serial
    case .grai: return Self.checked([0x30] + company + reference) + serial
    case .giai, .cpi: return company + reference
    case .gid, .usdod, .adi: return []
    }
  }

  /// The URI that names the thing: the pure identity URI, or for the "+" schemes, which have none, the canonical GS1
  /// Digital Link URI (section 14.6; the two never stand for each other).
  public var uri: String {
    scheme.isPlus ? digitalLinkURI : identityURI("urn:epc:id:", scheme.family.rawValue, filter: nil)
  }

  /// The tag URI, with scheme and filter value (section 12); nil for the "+" schemes.
  public var tagURI: String? {
    scheme.isPlus ? nil : identityURI("urn:epc:tag:", scheme.name, filter: filter)
  }

  private func identityURI(_ prefix: String, _ name: String, filter: UInt8?) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(96)
    text += prefix.utf8
    text += name.utf8
    text.append(0x3A)
    if let filter {
      text += EPCText.number(UInt64(filter))
      text.append(0x2E)
    }
    text += company
    if scheme.family != .usdod {
      text.append(0x2E)
      Self.append(reference, to: &text, escaping: Self.needsURNEscape)
    }
    if !pieces.isEmpty {
      text.append(0x2E)
      text += pieces[..<2]
      text.append(0x2E)
      text += pieces[2...]
    }
    if !serial.isEmpty {
      text.append(0x2E)
      Self.append(serial, to: &text, escaping: Self.needsURNEscape)
    }
    return Self.text(text)
  }

  private var digitalLinkURI: String {
    var text: [UInt8] = []
    text.reserveCapacity(96)
    text += "https://id.gs1.org/".utf8
    text += scheme.keyIdentifier.utf8
    text.append(0x2F)
    Self.append(key, to: &text, escaping: Self.needsLinkEscape)
    if let qualifier = serialIdentifier {
      text.append(0x2F)
      text += qualifier.utf8
      text.append(0x2F)
      Self.append(serial, to: &text, escaping: Self.needsLinkEscape)
    }
    return Self.text(text)
  }

  /// The application identifier of a serial that is no part of the key; nil where there is none.
  private var serialIdentifier: String? {
    switch scheme.family {
    case .sgtin, .itip: "21"
    case .cpi: "8011"
    case .sgln: hasExtension ? "254" : nil
    default: nil
    }
  }

  /// Extension 0 means the place itself (section 14.6.3).
  var hasExtension: Bool { serial.count != 1 || serial[0] != 0x30 }

  // MARK: Characters

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func checked(_ digits: some BidirectionalCollection<UInt8>) -> [UInt8] {
    digits + [EPCText.checkDigit(of: digits)]
  }

  private static func append(_ bytes: [UInt8], to text: inout [UInt8], escaping needsEscape: (UInt8) -> Bool) {
    for byte in bytes {
      if needsEscape(byte) {
        text.append(UInt8(ascii: "%"))
        text.append(hexadecimal[Int(byte >> 4)])
        text.append(hexadecimal[Int(byte & 15)])
      } else {
        text.append(byte)
      }
    }
  }

  private static let hexadecimal = Array("0123456789ABCDEF".utf8)

  /// `" # % & / < > ?` (Tables A-1 and G-1).
  private static func needsURNEscape(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x22, 0x23, 0x25, 0x26, 0x2F, 0x3C, 0x3E, 0x3F: true
    default: false
    }
  }

  /// Everything but the unreserved characters of RFC 3986, section 2.3.
  private static func needsLinkEscape(_ byte: UInt8) -> Bool {
    !(isDigit(byte) || isLetter(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x7E)
  }
}
