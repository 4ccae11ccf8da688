/// A GS1 message taken apart into its elements, each checked.
struct ElementString: Hashable, Sendable {
  struct Element: Hashable, Sendable {
    var identifier: String
    var row: ApplicationIdentifier
    var value: [UInt8]

    var text: String { String(decoding: value, as: UTF8.self) }
  }

  var elements: [Element] = []
  var flags: [LabelFlag] = []

  /// Reads the form that scanners send: AI, value, AI, value, with GS behind fields that need it.
  static func parse(_ bytes: ArraySlice<UInt8>) -> Result<ElementString, LabelFault> {
    var message = ElementString()
    var rest = bytes.first == groupSeparator ? bytes.dropFirst() : bytes
    if rest.isEmpty { return .failure(LabelFault(.empty, at: rest.startIndex)) }
    let hasSeparator = rest.contains(groupSeparator)
    while let first = rest.first {
      if first == groupSeparator { return .failure(LabelFault(.doubleSeparator, at: rest.startIndex)) }
      guard let (identifier, row) = ApplicationIdentifier.atStart(of: rest) else {
        return .failure(LabelFault(.unknownIdentifier, at: rest.startIndex, read: rest.prefix(4)))
      }
      let behind = rest.dropFirst(identifier.count)
      let end = behind.firstIndex(of: groupSeparator) ?? behind.endIndex
      let value = row.isPredefined ? behind[..<end].prefix(row.lengths.upperBound) : behind[..<end]
      // Behind a field of one length only a lost separator explains more text.
      if let fault = message.add(identifier, row, value, moreMayBelongToNext: row.lengths.count == 1) {
        return .failure(fault)
      }
      rest = behind[value.endIndex...]
      if rest.first == groupSeparator {
        if row.isPredefined { message.note(.needlessSeparator) }
        rest = rest.dropFirst()
      }
    }
    if !hasSeparator, message.lastMayHaveSwallowed { message.note(.noSeparatorSeen) }
    return .success(message)
  }

  /// Reads the human-readable form, "(01)09521234543213(10)ABC".
  static func parseBrackets(_ bytes: ArraySlice<UInt8>) -> Result<ElementString, LabelFault> {
    var message = ElementString()
    var rest = bytes
    while !rest.isEmpty {
      guard let (identifier, row) = bracketed(rest) else {
        return .failure(LabelFault(.unknownIdentifier, at: rest.startIndex, read: rest.prefix(6)))
      }
      let behind = rest.dropFirst(identifier.count + 2)
      // Brackets are also allowed inside a value; only a bracketed known AI begins the next field.
      let end = behind.indices.first { bracketed(behind[$0...]) != nil } ?? behind.endIndex
      if let fault = message.add(identifier, row, behind[..<end], moreMayBelongToNext: false) {
        return .failure(fault)
      }
      rest = behind[end...]
    }
    return .success(message)
  }

  private static func bracketed(_ bytes: ArraySlice<UInt8>) -> (identifier: [UInt8], row: ApplicationIdentifier)? {
    guard bytes.first == UInt8(ascii: "("),
      let (identifier, row) = ApplicationIdentifier.atStart(of: bytes.dropFirst()),
      bytes.dropFirst(1 + identifier.count).first == UInt8(ascii: ")")
    else { return nil }
    return (identifier, row)
  }

  private mutating func add(
    _ identifierBytes: [UInt8], _ row: ApplicationIdentifier, _ value: ArraySlice<UInt8>, moreMayBelongToNext: Bool
  ) -> LabelFault? {
    let identifier = String(decoding: identifierBytes, as: UTF8.self)
    if let fault = FieldRules.fault(
      of: value, identifier: identifier, row: row, moreMayBelongToNext: moreMayBelongToNext)
    {
      return fault
    }
    if let earlier = elements.first(where: { $0.identifier == identifier }) {
      if earlier.value.elementsEqual(value) { return nil }
      return LabelFault(.repeatedDiffers, at: value.startIndex, identifier: identifier, read: value)
    }
    elements.append(Element(identifier: identifier, row: row, value: Array(value)))
    return nil
  }

  private mutating func note(_ flag: LabelFlag) {
    if !flags.contains(flag) { flags.append(flag) }
  }

  /// The last field is variable, and the end of its value reads as further fields of the message: a lost separator looks
  /// exactly like this. Nothing is cut off; the flag tells the person to compare with the print.
  private var lastMayHaveSwallowed: Bool {
    guard let last = elements.last, !last.row.isPredefined, last.row.lengths.count > 1, last.value.count > 1
    else { return false }
    return last.value.indices.dropFirst().contains { start in
      guard let (identifier, row) = ApplicationIdentifier.atStart(of: last.value[start...]) else { return false }
      let name = String(decoding: identifier, as: UTF8.self)
      if elements.contains(where: { $0.identifier == name }) { return false }
      let value = last.value[(start + identifier.count)...]
      let own = row.isPredefined ? value.prefix(row.lengths.upperBound) : value
      return FieldRules.fault(of: own, identifier: name, row: row, moreMayBelongToNext: false) == nil
    }
  }
}
