/// The envelope of ISO/IEC 15434: `[)>` RS, then formats, each of two digits, GS, its data and RS, then EOT.
///
/// Read are format 05 (GS1 application identifiers) and format 06 (data identifiers of ANSI MH10.8.2); the others are
/// refused by name. Where the control characters did not arrive the fields cannot be told apart, so nothing is read.
struct ISO15434Envelope {
  enum Format: Hashable, Sendable { case applicationIdentifiers, dataIdentifiers }

  static let header = Array("[)>".utf8)
  static let recordSeparator: UInt8 = 0x1E
  static let endOfTransmission: UInt8 = 0x04

  /// The formats in their order; the data without the separators around them, never empty.
  private(set) var sections: [(format: Format, data: ArraySlice<UInt8>)] = []
  /// RS and EOT at the end came; without them the last field may be cut off.
  private(set) var hasTrailer = true

  static func begins(_ text: ArraySlice<UInt8>) -> Bool { text.starts(with: header) }

  /// - Parameter requiresTrailer: a missing RS or EOT at the end is a fault. Component suppliers leave them out.
  init(_ text: ArraySlice<UInt8>, requiresTrailer: Bool) throws(LabelFault) {
    var rest = text.dropFirst(Self.header.count)
    guard rest.first == Self.recordSeparator else {
      throw LabelFault(.iso15434ControlsLost, at: rest.startIndex, read: text)
    }
    rest = rest.dropFirst()
    repeat {
      let format = try Self.takeFormat(&rest)
      let data = rest.prefix { $0 != Self.recordSeparator }
      rest = rest[data.endIndex...]
      if rest.isEmpty {
        // The record separator is missing; EOT may still stand at the end.
        hasTrailer = false
        try append(format, data.last == Self.endOfTransmission ? data.dropLast() : data)
        break
      }
      try append(format, data)
      rest = rest.dropFirst()
      if rest.isEmpty { hasTrailer = false }
    } while !rest.isEmpty && rest.first != Self.endOfTransmission
    if rest.count > 1 {
      throw LabelFault(.iso15434Envelope, at: rest.startIndex + 1, read: rest.dropFirst())
    }
    if requiresTrailer, !hasTrailer { throw LabelFault(.iso15434Envelope, at: text.endIndex, read: text.suffix(8)) }
  }

  /// Two digits and GS.
  private static func takeFormat(_ rest: inout ArraySlice<UInt8>) throws(LabelFault) -> Format {
    let digits = rest.prefix(2)
    guard digits.count == 2, digits.allSatisfy(isDigit) else {
      throw LabelFault(.iso15434Envelope, at: rest.startIndex, read: rest)
    }
    let name = String(decoding: digits, as: UTF8.self)
    let format: Format
    switch name {
    case "05": format = .applicationIdentifiers
    case "06": format = .dataIdentifiers
    default: throw LabelFault(.iso15434UnknownFormat, at: digits.startIndex, identifier: name, read: digits)
    }
    rest = rest.dropFirst(2)
    guard rest.first == groupSeparator else {
      throw LabelFault(
        rest.contains(groupSeparator) ? .iso15434Envelope : .iso15434ControlsLost, at: rest.startIndex, read: rest)
    }
    rest = rest.dropFirst()
    return format
  }

  private mutating func append(_ format: Format, _ data: ArraySlice<UInt8>) throws(LabelFault) {
    if data.isEmpty { throw LabelFault(.iso15434EmptyField, at: data.startIndex) }
    if let index = data.firstIndex(where: { ($0 < 0x20 && $0 != groupSeparator) || $0 > 0x7E }) {
      throw LabelFault(.iso15434BadCharacter, at: index, read: CollectionOfOne(data[index]))
    }
    sections.append((format, data))
  }
}
