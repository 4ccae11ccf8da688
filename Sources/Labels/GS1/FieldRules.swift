/// The rules for the value of one field: length, characters, content.
enum FieldRules {
  /// The fault of a value and its place in the bytes, or nil.
  static func fault(
    in bytes: Span<UInt8>, _ range: Range<Int>, _ row: Int, _ table: AITable, boundIsCertain: Bool
  ) -> (LabelFault.Name, Int)? {
    let count = range.count
    if count == 0 { return (.emptyField, range.lowerBound) }
    let longest = table.rows[row].longest
    if count < table.rows[row].shortest { return (.tooShort, range.upperBound) }
    if count > longest {
      // A field of one length only: nothing but a lost separator explains more text.
      let isOfOneLength = table.rows[row].shortest == longest
      return (isOfOneLength && !boundIsCertain ? .missingSeparator : .tooLong, range.lowerBound + longest)
    }
    var start = range.lowerBound
    for part in table.rows[row].parts {
      let length = min(part.longest, range.upperBound - start)
      if length == 0, part.isOptional { break }
      if length < part.shortest { return (.tooShort, range.upperBound) }
      let stretch = start..<(start + length)
      if let place = part.characters == .set64
        ? badBase64(bytes, stretch) : badCharacter(bytes, stretch, part.characters)
      {
        return (.badCharacter, place)
      }
      if !part.linters.isEmpty, let linter = part.linters.firstBroken(in: bytes, stretch) {
        return (linter.fault, start)
      }
      start += length
    }
    return nil
  }

  @inline(__always)
  private static func badCharacter(_ bytes: Span<UInt8>, _ range: Range<Int>, _ characters: CharacterSet) -> Int? {
    var index = range.lowerBound
    if characters == .digits {
      while index < range.upperBound {
        if !isDigit(bytes[index]) { return index }
        index += 1
      }
      return nil
    }
    while index < range.upperBound {
      if !characters.allows(bytes[index]) { return index }
      index += 1
    }
    return nil
  }

  /// Character set 64 may end in padding: at most two `=`, and then the whole is a multiple of three (GS1 Barcode Syntax
  /// Dictionary, linter cset64).
  private static func badBase64(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var end = range.upperBound
    while end > range.lowerBound, bytes[end - 1] == UInt8(ascii: "=") { end -= 1 }
    let padding = range.upperBound - end
    if padding > 2 || (padding > 0 && !range.count.isMultiple(of: 3)) { return end }
    return badCharacter(bytes, range.lowerBound..<end, .set64)
  }
}
