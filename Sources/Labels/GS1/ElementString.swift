/// A GS1 message taken apart into its elements, each checked. The elements are places in the bytes; texts are made only
/// when the neutral record is filled.
struct ElementString: Hashable, Sendable {
  struct Element: Hashable, Sendable {
    /// Row of `AITable.shared`.
    var row: Int
    /// The value in the bytes that were parsed.
    var start: Int
    var end: Int
    /// Where the value begins in the raw label.
    var rawStart: Int
  }

  var elements: [Element] = []
  var flags: [LabelFlag] = []
  var faults: [LabelFault] = []

  /// The fields cannot be told apart, or one of them is wrong.
  var isBroken: Bool { !faults.isEmpty }

  mutating func note(_ flag: LabelFlag) {
    if !flags.contains(flag) { flags.append(flag) }
  }

  /// Adds the element of a row; a value that breaks its rules becomes a fault, and reading goes on behind it.
  ///
  /// - Parameter boundIsCertain: the value ends where the scan says so; else a separator may have been lost.
  mutating func add(
    _ row: Int, _ bytes: Span<UInt8>, _ range: Range<Int>, rawStart: Int, rawEnd: Int, boundIsCertain: Bool
  ) {
    let table = AITable.shared
    if let (name, place) = FieldRules.fault(in: bytes, range, row, table, boundIsCertain: boundIsCertain) {
      // Escapes make a value longer in the raw label: then its beginning is the place.
      let isPlain = rawEnd - rawStart == range.count
      faults.append(
        LabelFault(
          name, at: isPlain ? rawStart + place - range.lowerBound : rawStart, identifier: table.rows[row].text,
          read: Array(bytes, range)))
      return
    }
    for element in elements where element.row == row {
      if Self.areEqual(bytes, element.start..<element.end, range) {
        note(.repeatedField)
      } else {
        faults.append(
          LabelFault(
            .repeatedDiffers, at: rawStart, identifier: table.rows[row].text, read: Array(bytes, range)))
      }
      return
    }
    elements.append(Element(row: row, start: range.lowerBound, end: range.upperBound, rawStart: rawStart))
  }

  private static func areEqual(_ bytes: Span<UInt8>, _ one: Range<Int>, _ other: Range<Int>) -> Bool {
    guard one.count == other.count else { return false }
    for offset in 0..<one.count where bytes[one.lowerBound + offset] != bytes[other.lowerBound + offset] {
      return false
    }
    return true
  }
}

extension Array where Element == UInt8 {
  /// A copy of a stretch of bytes.
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    self.init()
    reserveCapacity(range.count)
    for index in range { append(bytes[index]) }
  }
}
