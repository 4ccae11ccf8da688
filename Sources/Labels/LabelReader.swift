/// Longest label that is read, in bytes. The longest GS1 symbol text in use is some 150 bytes (GS1 DataMatrix can hold
/// 2,335 characters), an ISO 15434 shipping label some 400; site labels are a line of text.
public let maximumLabelBytes = 512

/// Says what a scan means. A pure function of bytes, AIM identifier, site rules, profile and reference year: the same
/// label gives the same reading at every replay.
public struct LabelReader: Hashable, Sendable {
  /// Meanings of the site's own plain codes.
  public var siteRules: [SiteRule]
  /// How strictly labels are judged.
  public var profile: LabelProfile

  /// A reader for labels of suppliers unless told otherwise.
  public init(siteRules: [SiteRule] = [], profile: LabelProfile = .receiving) {
    self.siteRules = siteRules
    self.profile = profile
  }

  /// Reads one label.
  ///
  /// - Parameters:
  ///   - raw: the bytes as they came, without the scanner's terminator. Nothing is trimmed.
  ///   - aimIdentifier: where the scanner gives it apart from the text. Where it is nil and the text begins with one
  ///     (`]`, a letter, a letter or digit), that is taken.
  ///   - referenceYear: year of the scan, from which the century of two-digit years follows.
  /// - Returns: always a reading; what is wrong stands in its `faults`.
  public func read(_ raw: [UInt8], aimIdentifier: String? = nil, referenceYear: Int) -> LabelReading {
    var aim = aimIdentifier
    var start = 0
    if aim == nil, Self.beginsWithAIMIdentifier(raw) {
      aim = String(decoding: raw[0..<3], as: UTF8.self)
      start = 3
    }
    var reading = LabelReading(scheme: .plain, aimIdentifier: aim, raw: raw)
    let body = raw[start...]
    if body.isEmpty {
      reading.faults.append(LabelFault(.empty, at: start))
    } else if body.count > maximumLabelBytes {
      reading.faults.append(LabelFault(.tooManyBytes, at: maximumLabelBytes))
    } else if !readEnvelope(body, into: &reading, referenceYear: referenceYear) {
      readText(from: start, SymbolKind(aim), into: &reading, referenceYear: referenceYear)
    }
    return reading
  }

  private func readText(
    from start: Int, _ symbol: SymbolKind, into reading: inout LabelReading, referenceYear: Int
  ) {
    let raw = reading.raw
    if let fault = Self.unreadable(raw.span, from: start) {
      reading.faults.append(fault)
      return
    }
    let body = raw[start...]
    reading.text = String(decoding: body, as: UTF8.self)
    switch symbol {
    case .gs1:
      reading.scheme = .gs1
      ElementString(parsing: raw.span, from: start).fill(
        &reading, from: raw, referenceYear: referenceYear, profile: profile)
      return
    case .ean13, .ean8:
      readGTIN(from: start, digits: symbol == .ean8 ? 8...8 : 12...13, into: &reading)
      return
    case .interleavedChecked where body.count == 14:
      readGTIN(from: start, digits: 14...14, into: &reading)
      return
    case .interleaved where isTradeItem(body, raw, from: start):
      reading.note(.guessed)
      readGTIN(from: start, digits: 14...14, into: &reading)
      return
    case .interleavedChecked, .interleaved, .other: break
    }
    if let message = Self.guessed(raw, from: start) {
      reading.scheme = .gs1
      message.fill(&reading, from: raw, referenceYear: referenceYear, profile: profile)
    } else if !isSiteAddress(body), let link = DigitalLink(body, profile: profile) {
      reading.scheme = .digitalLink
      link.fill(&reading, referenceYear: referenceYear)
    } else if !readOtherScheme(body, into: &reading, referenceYear: referenceYear) {
      applySiteRules(to: &reading, offset: start)
    }
  }
}

// MARK: Steps

extension LabelReader {
  static func beginsWithAIMIdentifier(_ raw: [UInt8]) -> Bool {
    raw.count >= 3 && raw[0] == UInt8(ascii: "]") && isLetter(raw[1]) && (isLetter(raw[2]) || isDigit(raw[2]))
  }

  /// The fault of bytes that are no label text at all.
  static func unreadable(_ bytes: Span<UInt8>, from start: Int) -> LabelFault? {
    var isASCII = true
    for index in start..<bytes.count {
      let byte = bytes[index]
      if byte < 0x20, byte != groupSeparator { return LabelFault(.controlCharacter, at: index, read: [byte]) }
      if byte >= 0x7F {
        if byte == 0x7F { return LabelFault(.controlCharacter, at: index, read: [byte]) }
        isASCII = false
      }
    }
    if isASCII { return nil }
    let body = Array(bytes, start..<bytes.count)
    return String(validating: body, as: UTF8.self) == nil ? LabelFault(.notText, at: start, read: body) : nil
  }

  /// A text without the AIM identifier of GS1 is GS1 only if it begins with 00, 01 or 02 or holds a separator and parses
  /// completely, check digits included; or if it is the bracket form and does.
  static func guessed(_ raw: [UInt8], from start: Int) -> ElementString? {
    let first = raw[start] == groupSeparator ? start + 1 : start
    guard first + 1 < raw.count else { return nil }
    var message: ElementString
    if raw[first] == UInt8(ascii: "(") {
      message = ElementString(parsingBrackets: raw.span, from: first)
      message.flags.insert(contentsOf: [.guessed, .brackets], at: 0)
    } else if raw[first] == 0x30 && (0x30...0x32).contains(raw[first + 1])
      || isDigit(raw[first]) && raw[first...].contains(groupSeparator)
    {
      message = ElementString(parsing: raw.span, from: first)
      message.flags.insert(.guessed, at: 0)
    } else {
      return nil
    }
    return message.isBroken ? nil : message
  }

  /// Interleaved 2 of 5 without a check of its own: ITF-14 is recognised by 14 digits and the right check digit, unless a
  /// rule of the site claims the code.
  private func isTradeItem(_ body: ArraySlice<UInt8>, _ raw: [UInt8], from start: Int) -> Bool {
    body.count == 14 && body.allSatisfy(isDigit) && CheckDigit.isRight(raw.span, start..<raw.count)
      && !siteRules.contains { !$0.prefix.isEmpty && body.starts(with: $0.prefix.utf8) }
  }

  /// The number of an EAN, UPC or ITF-14 symbol, in 14 digits.
  private func readGTIN(from start: Int, digits: ClosedRange<Int>, into reading: inout LabelReading) {
    reading.scheme = .gtin
    let raw = reading.raw
    let body = raw[start...]
    let wrong: (LabelFault.Name, Int)? =
      if let place = body.firstIndex(where: { !isDigit($0) }) {
        (.badCharacter, place)
      } else if body.count < digits.lowerBound {
        (.tooShort, raw.count)
      } else if body.count > digits.upperBound {
        (.tooLong, start + digits.upperBound)
      } else if !CheckDigit.isRight(raw.span, start..<raw.count) {
        (.checkDigit, start)
      } else {
        nil
      }
    if let (name, place) = wrong {
      reading.faults.append(LabelFault(name, at: place, identifier: "01", read: body))
    } else {
      reading.keys.append(LabelKey(.gtin, String(repeating: "0", count: 14 - body.count) + reading.text))
    }
  }

  /// An address that a rule of the site claims is the site's own code, whatever stands in its path.
  private func isSiteAddress(_ body: ArraySlice<UInt8>) -> Bool {
    !siteRules.isEmpty && DigitalLink.authorityStart(body) != nil
      && siteRules.contains { !$0.prefix.isEmpty && body.starts(with: $0.prefix.utf8) }
  }

  func applySiteRules(to reading: inout LabelReading, offset: Int) {
    let utf8 = Array(reading.text.utf8)
    guard let rule = siteRules.first(where: { utf8.starts(with: $0.prefix.utf8) }) else { return }
    reading.meaning = rule.meaning
    guard rule.strip else { return }
    let rest = utf8.dropFirst(rule.prefix.utf8.count)
    if rest.isEmpty {
      reading.faults.append(LabelFault(.onlyPrefix, at: offset, read: rule.prefix.utf8))
      return
    }
    reading.text = String(decoding: rest, as: UTF8.self)
  }
}

/// What an AIM identifier says about the text (ISO/IEC 15424; GS1 General Specifications, symbology identifiers).
enum SymbolKind: Hashable, Sendable {
  /// GS1 element string: GS1-128, GS1 DataMatrix, GS1 QR Code, GS1 DotCode, GS1 DataBar and composites.
  case gs1
  /// EAN-13, UPC-A, UPC-E.
  case ean13
  case ean8
  /// Interleaved 2 of 5, the check digit verified by the scanner and sent; ITF-14 with 14 digits.
  case interleavedChecked
  /// Interleaved 2 of 5 without verified check digit.
  case interleaved
  case other

  init(_ aimIdentifier: String?) {
    self =
      switch aimIdentifier {
      case "]C1", "]d2", "]Q3", "]J1", "]e0": .gs1
      case "]E0": .ean13
      case "]E4": .ean8
      case "]I1": .interleavedChecked
      case "]I0": .interleaved
      default: .other
      }
  }
}

/// GS, 0x1D: what scanners send for FNC1 as separator (GS1 General Specifications).
public let groupSeparator: UInt8 = 0x1D

@inline(__always) func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
@inline(__always) func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
