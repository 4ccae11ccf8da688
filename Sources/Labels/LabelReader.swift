/// Longest label that is read, in bytes. The longest GS1 symbol text is far below (GS1 DataMatrix: 2,335 characters of
/// capacity, but element strings of at most some 150 in use); site labels are a line of text.
public let maximumLabelBytes = 512

/// Says what a scan means. A pure function of bytes, AIM identifier, site rules and reference year: the same label gives
/// the same reading at every replay.
public struct LabelReader: Hashable, Sendable {
  public var siteRules: [SiteRule]
  public var profile: LabelProfile

  public init(siteRules: [SiteRule] = [], profile: LabelProfile = .receiving) {
    self.siteRules = siteRules
    self.profile = profile
  }

  /// Reads one label.
  ///
  /// - Parameters:
  ///   - raw: the bytes as they came, without the scanner's terminator.
  ///   - aimIdentifier: where the scanner gives it apart from the text. Where it is nil and the text begins with one
  ///     (`]`, a letter, a letter or digit), that is taken.
  ///   - referenceYear: year of the scan, from which the century of two-digit years follows.
  public func read(_ raw: [UInt8], aimIdentifier: String? = nil, referenceYear: Int) -> LabelReading {
    var aim = aimIdentifier
    var offset = 0
    if aim == nil, let found = Self.leadingAIMIdentifier(of: raw) {
      aim = found
      offset = 3
    }
    var reading = LabelReading(scheme: .plain, aimIdentifier: aim, raw: raw)
    let body = raw[offset...]
    if body.isEmpty || body.count > maximumLabelBytes {
      reading.faults = [Self.unreadable(body)].compactMap { $0 }
      return reading
    }
    if readEnvelope(body, into: &reading, referenceYear: referenceYear) { return reading }
    if let fault = Self.unreadable(body) {
      reading.faults = [fault]
      return reading
    }
    reading.text = String(decoding: body, as: UTF8.self)
    if let aim, gs1AIMIdentifiers.contains(aim) {
      reading.scheme = .gs1
      Self.fill(&reading, from: ElementString.parse(body), referenceYear: referenceYear)
    } else if let message = Self.guessed(body) {
      reading.scheme = .gs1
      Self.fill(&reading, from: .success(message), referenceYear: referenceYear)
    } else if !readOtherScheme(body, into: &reading, referenceYear: referenceYear) {
      applySiteRules(to: &reading, offset: offset)
    }
    return reading
  }

  // MARK: Steps

  static func leadingAIMIdentifier(of raw: [UInt8]) -> String? {
    guard raw.count >= 3, raw[0] == UInt8(ascii: "]"), isLetter(raw[1]), isLetter(raw[2]) || isDigit(raw[2])
    else { return nil }
    return String(decoding: raw[0..<3], as: UTF8.self)
  }

  /// The fault of bytes that are no label text at all.
  static func unreadable(_ body: ArraySlice<UInt8>) -> LabelFault? {
    if body.isEmpty { return LabelFault(.empty, at: body.startIndex) }
    if body.count > maximumLabelBytes { return LabelFault(.tooManyBytes, at: maximumLabelBytes) }
    if let index = body.firstIndex(where: { ($0 < 0x20 && $0 != groupSeparator) || $0 == 0x7F }) {
      return LabelFault(.controlCharacter, at: index, read: [body[index]])
    }
    if String(validating: body, as: UTF8.self) == nil { return LabelFault(.notText, at: body.startIndex, read: body) }
    return nil
  }

  /// A text without AIM identifier is GS1 only if it begins with 00, 01 or 02 and parses completely, check digits
  /// included; or if it is the bracket form and does.
  static func guessed(_ body: ArraySlice<UInt8>) -> ElementString? {
    let text = body.first == groupSeparator ? body.dropFirst() : body
    guard let first = text.first else { return nil }
    // A text that does not parse is no GS1 text: its fault says nothing, here and below.
    if first == UInt8(ascii: "("), var message = try? ElementString.parseBrackets(text).get() {
      message.flags += [.guessed, .brackets]
      return message
    }
    let second = text.dropFirst().first ?? 0
    guard first == UInt8(ascii: "0"), (UInt8(ascii: "0")...UInt8(ascii: "2")).contains(second),
      // As above.
      var message = try? ElementString.parse(text).get()
    else { return nil }
    message.flags.insert(.guessed, at: 0)
    return message
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

  static func fill(
    _ reading: inout LabelReading, from parsed: Result<ElementString, LabelFault>, referenceYear: Int
  ) {
    switch parsed {
    case .failure(let fault): reading.faults.append(fault)
    case .success(let message): message.fill(&reading, referenceYear: referenceYear)
    }
  }
}

/// AIM identifiers that say "GS1 element string": Code 128, Data Matrix, QR, DotCode, DataBar and composite
/// (GS1 General Specifications, symbology identifiers).
let gs1AIMIdentifiers: Set<String> = ["]C1", "]d2", "]Q3", "]J1", "]e0"]

/// GS, 0x1D: what scanners send for FNC1 as separator (GS1 General Specifications).
public let groupSeparator: UInt8 = 0x1D

func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
func isLetter(_ byte: UInt8) -> Bool { (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A) }
