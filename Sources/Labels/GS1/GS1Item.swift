/// The GS1 symbols of one physical item, read one after the other and judged together: GS1 means which fields need others
/// and which exclude each other over all carriers of an item, not over one symbol (GS1 General Specifications, section 4;
/// GS1 Barcode Syntax Dictionary, note on `req` and `ex`).
///
/// Whether the symbols are on one item is known by who scans them, not by this.
public struct GS1Item: Hashable, Sendable {
  /// The readings as they came.
  public let symbols: [LabelReading]
  /// What all symbols say together, as one element string: `raw` and `text` are that message, and faults have their places
  /// in it. A field that two symbols give alike stands once; one that they give differently is
  /// `gs1.repeated_ai_differs`.
  public let joined: LabelReading

  /// Joins readings of `LabelReader` with scheme `gs1`, `digital_link` or `gtin`, in any order. A symbol that is refused
  /// only because it needs others (`gs1.requires`) is accepted: here they come.
  ///
  /// - Parameters:
  ///   - symbols: one or more readings.
  ///   - profile: how the whole is judged.
  ///   - referenceYear: year of the scan.
  /// - Throws: the first fault of a symbol that cannot be used; `gs1.unknown_ai` for a label of another scheme;
  ///   `scan.empty` where there are none.
  public init(
    _ symbols: [LabelReading], profile: LabelProfile = .strict, referenceYear: Int
  ) throws(LabelFault) {
    var message: [UInt8] = []
    for symbol in symbols {
      if let fault = symbol.faults.first(where: { $0.name != .requires }) { throw fault }
      guard let elements = Self.elements(of: symbol) else {
        throw LabelFault(.unknownIdentifier, at: 0, read: symbol.raw.prefix(4))
      }
      message += elements
    }
    if message.last == groupSeparator { message.removeLast() }
    if message.isEmpty { throw LabelFault(.empty, at: 0) }
    var reading = LabelReading(scheme: .gs1, aimIdentifier: nil, raw: message)
    reading.text = String(decoding: message, as: UTF8.self)
    var joined = ElementString(parsing: message.span, from: 0)
    for flag in symbols.flatMap(\.flags) where flag != .noItem { joined.note(flag) }
    joined.fill(&reading, from: message, referenceYear: referenceYear, profile: profile)
    self.symbols = symbols
    self.joined = reading
  }

  /// The elements of a symbol one behind the other, each with the separator that it needs; nil for another scheme.
  private static func elements(of symbol: LabelReading) -> [UInt8]? {
    let text = Array(symbol.text.utf8)
    switch symbol.scheme {
    case .gs1:
      let message =
        symbol.flags.contains(.brackets)
        ? ElementString(parsingBrackets: text.span, from: 0) : ElementString(parsing: text.span, from: 0)
      return message.written(from: text)
    case .digitalLink:
      var completing = LabelProfile.receiving
      completing.acceptsZeroSuppressed = true
      return DigitalLink(text[...], profile: completing).map { $0.message.written(from: $0.bytes) }
    case .gtin: return symbol.key(.gtin).map { Array("01\($0)".utf8) }
    case .hibc, .iso15434, .epc, .plain: return nil
    }
  }
}

extension ElementString {
  /// As scanners send it.
  fileprivate func written(from bytes: [UInt8]) -> [UInt8] {
    let table = AITable.shared
    return elements.flatMap { element in
      let row = table.rows[element.row]
      return Array(row.text.utf8) + bytes[element.start..<element.end] + (row.isPredefined ? [] : [groupSeparator])
    }
  }
}
