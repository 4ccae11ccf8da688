extension ElementString {
  /// Reads the form that scanners send: AI, value, AI, value, with GS behind fields that need it.
  init(parsing bytes: Span<UInt8>, from start: Int) {
    let table = AITable.shared
    let end = bytes.count
    var place = start
    elements.reserveCapacity(8)
    if place < end, bytes[place] == groupSeparator { place += 1 }
    if place == end { faults.append(LabelFault(.empty, at: place)) }
    // What comes behind the last field shows nothing of the others.
    var separatorsCame = false
    while place < end {
      if bytes[place] == groupSeparator {
        faults.append(LabelFault(.doubleSeparator, at: place))
        return
      }
      guard let (row, length) = table.match(bytes, place, end) else {
        let read = Array(bytes, place..<min(end, place + 4))
        faults.append(LabelFault(.unknownIdentifier, at: place, read: read))
        return
      }
      let isPredefined = table.rows[row].isPredefined
      let valueStart = place + length
      let limit = isPredefined ? min(end, valueStart + table.rows[row].longest) : end
      var valueEnd = valueStart
      while valueEnd < limit, bytes[valueEnd] != groupSeparator { valueEnd += 1 }
      add(
        row, bytes, valueStart..<valueEnd, rawStart: valueStart, rawEnd: valueEnd, boundIsCertain: isPredefined)
      place = valueEnd
      if place < end, bytes[place] == groupSeparator {
        if isPredefined { note(.needlessSeparator) }
        place += 1
        if place < end { separatorsCame = true }
      }
    }
    if !isBroken, elements.contains(where: { mayHaveSwallowed($0, bytes, table, separatorsCame: separatorsCame) }) {
      if !separatorsCame { note(.noSeparatorSeen) }
      note(.lotMayHaveSwallowed)
    }
  }

  /// Reads the human-readable form, "(01)09521234543213(10)ABC".
  init(parsingBrackets bytes: Span<UInt8>, from start: Int) {
    let table = AITable.shared
    let end = bytes.count
    var place = start
    while place < end {
      guard let (row, length) = Self.bracketed(bytes, place, end, table) else {
        let read = Array(bytes, place..<min(end, place + 6))
        faults.append(LabelFault(.unknownIdentifier, at: place, read: read))
        return
      }
      let valueStart = place + length + 2
      var valueEnd = valueStart
      // Brackets are also allowed inside a value; only a bracketed known AI begins the next field.
      while valueEnd < end, Self.bracketed(bytes, valueEnd, end, table) == nil { valueEnd += 1 }
      add(row, bytes, valueStart..<valueEnd, rawStart: valueStart, rawEnd: valueEnd, boundIsCertain: true)
      place = valueEnd
    }
  }

  private static func bracketed(
    _ bytes: Span<UInt8>, _ place: Int, _ end: Int, _ table: AITable
  ) -> (row: Int, length: Int)? {
    guard place < end, bytes[place] == UInt8(ascii: "("), let found = table.match(bytes, place + 1, end),
      place + 1 + found.length < end, bytes[place + 1 + found.length] == UInt8(ascii: ")")
    else { return nil }
    return found
  }

  /// The field is variable, and the end of its value reads as further fields of the message: a lost separator looks
  /// exactly like this. Nothing is cut off; the flag tells the person to compare with the print.
  ///
  /// Where separators came, one was forgotten in the print at most. Then only a date, a key or a measure at the end of a
  /// value counts: many a sound lot ends in 21 or 30 and some characters.
  private func mayHaveSwallowed(
    _ element: Element, _ bytes: Span<UInt8>, _ table: AITable, separatorsCame: Bool
  ) -> Bool {
    guard !table.rows[element.row].isPredefined, table.rows[element.row].shortest < table.rows[element.row].longest
    else { return false }
    var start = element.start + 1
    while start < element.end {
      if isDigit(bytes[start]), readsToEnd(bytes, start, element.end, table, onlyTelling: separatorsCame) {
        return true
      }
      start += 1
    }
    return false
  }

  /// Whether the bytes from `start` are fields that the message could hold beside those it has.
  ///
  /// - Parameter onlyTelling: the first of them is of predefined length and has six digits at least.
  private func readsToEnd(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ table: AITable, onlyTelling: Bool
  ) -> Bool {
    var place = start
    while place < end {
      guard let (row, length) = table.match(bytes, place, end) else { return false }
      if onlyTelling, place == start, !table.rows[row].isPredefined || table.rows[row].longest < 6 { return false }
      guard isPlausible(row, table) else { return false }
      let valueStart = place + length
      let valueEnd = table.rows[row].isPredefined ? min(end, valueStart + table.rows[row].longest) : end
      if FieldRules.fault(in: bytes, valueStart..<valueEnd, row, table, boundIsCertain: true) != nil { return false }
      place = valueEnd
    }
    return true
  }

  /// A field of variable length that often follows a lot, or one of predefined length; not there already, and allowed
  /// beside what is there.
  private func isPlausible(_ row: Int, _ table: AITable) -> Bool {
    switch table.rows[row].field {
    case .lot, .serial, .count, .containedCount: break
    default: if !table.rows[row].isPredefined { return false }
    }
    let place = table.rows[row].place
    return elements.allSatisfy { element in
      element.row != row && !table.rows[element.row].excludes.contains { $0.contains(place) }
    }
  }
}
