/// A GS1 Digital Link URI taken apart: `https://host/stem/01/09521234543213/10/LOT?17=270131#fragment`
/// (GS1 Digital Link Standard: URI Syntax, release 1.3 and later).
///
/// The key is the last pair of path elements that is a primary key and has only pairs of identifiers and values behind it.
struct DigitalLink: Hashable, Sendable {
  /// The decoded values, one behind the other; the elements point into them.
  private(set) var bytes: [UInt8] = []
  private(set) var message = ElementString()
  /// Parameters of the query that are no elements, as written.
  private(set) var parameters: [LabelElement] = []
  private(set) var flags: [LabelFlag] = []
  private var faults: [LabelFault] = []
  private var pathRows: [Int] = []
  private let profile: LabelProfile

  /// Everything found wrong with the URI and its values.
  var allFaults: [LabelFault] { faults + message.faults }

  /// Nil: an ordinary web address, or none at all.
  init?(_ raw: ArraySlice<UInt8>, profile: LabelProfile) {
    guard let authority = Self.authorityStart(raw) else { return nil }
    self.profile = profile
    let fragment = raw[authority...].firstIndex(of: UInt8(ascii: "#")) ?? raw.endIndex
    let query = raw[authority..<fragment].firstIndex(of: UInt8(ascii: "?")) ?? fragment
    let path = raw[authority..<query].firstIndex(of: UInt8(ascii: "/")) ?? query
    let segments = Self.segments(raw, path, query)
    guard let key = Self.keySegment(raw, segments) else {
      // The resolver of GS1 serves nothing but Digital Links; any other address without a key is somebody's web page.
      guard raw[authority..<path].elementsEqual("id.gs1.org".utf8) else { return nil }
      faults.append(LabelFault(.linkNoKey, at: path, read: raw[path..<query]))
      return
    }
    if let place = raw.firstIndex(where: { !Self.isAddressCharacter($0) })
      ?? raw[authority..<path].firstIndex(where: Self.isNoHostCharacter) ?? (path == authority ? path : nil)
    {
      faults.append(LabelFault(.linkMalformed, at: place, read: raw[place...].prefix(4)))
      return
    }
    judgeStem(raw, segments[..<key])
    readPath(raw, segments[key...])
    if query < fragment { readQuery(raw[(query + 1)..<fragment]) }
    if !message.isBroken { judgeSequence() }
  }

  func fill(_ reading: inout LabelReading, referenceYear: Int) {
    for flag in flags { reading.note(flag) }
    reading.faults += faults
    message.fill(&reading, from: bytes, referenceYear: referenceYear, profile: profile)
    reading.other += parameters
  }
}

// MARK: Path

extension DigitalLink {
  /// From the rightmost key that has pairs of identifier and value behind it, as the standard builds the path; else from
  /// the first segment that is a key with a value that looks like one, so that what is wrong behind it can be named.
  private static func keySegment(_ raw: ArraySlice<UInt8>, _ segments: [Range<Int>]) -> Int? {
    let table = AITable.shared
    var index = segments.count - 2
    while index >= 0, let row = table.row(raw[segments[index]]) {
      if table.rows[row].linkQualifiers != nil {
        guard looksLikeKey(raw[segments[index + 1]]) else { break }
        return index
      }
      index -= 2
    }
    return segments.indices.dropLast().first { index in
      table.row(raw[segments[index]]).map { table.rows[$0].linkQualifiers != nil } == true
        && looksLikeKey(raw[segments[index + 1]])
    }
  }

  /// Every GS1 key begins with digits, four at least in every form that is allowed.
  private static func looksLikeKey(_ value: ArraySlice<UInt8>) -> Bool {
    value.count >= 4 && value.prefix(4).allSatisfy(isDigit)
  }

  /// Identifiers before the key: `/10/ABC/01/…` would lose the lot without a word.
  private mutating func judgeStem(_ raw: ArraySlice<UInt8>, _ stem: ArraySlice<Range<Int>>) {
    let table = AITable.shared
    for segment in stem.dropLast() {
      guard let row = table.row(raw[segment]), table.rows[row].linkQualifiers != nil || Self.isQualifier(row)
      else { continue }
      if profile.refusesKeyInStem {
        faults.append(
          LabelFault(.linkKeyInStem, at: segment.lowerBound, identifier: table.rows[row].text, read: raw[segment]))
      } else if !flags.contains(.keyInStem) {
        flags.append(.keyInStem)
      }
    }
  }

  private static func isQualifier(_ row: Int) -> Bool {
    let place = AITable.shared.rows[row].place
    return AITable.shared.rows.contains { $0.linkQualifiers?.contains { $0.contains(place) } == true }
  }

  private mutating func readPath(_ raw: ArraySlice<UInt8>, _ segments: ArraySlice<Range<Int>>) {
    let table = AITable.shared
    var index = segments.startIndex
    while index < segments.endIndex {
      guard let row = table.row(raw[segments[index]]) else {
        faults.append(LabelFault(.unknownIdentifier, at: segments[index].lowerBound, read: raw[segments[index]]))
        return
      }
      guard index + 1 < segments.endIndex, !segments[index + 1].isEmpty else {
        let place = segments[index].upperBound
        faults.append(LabelFault(.emptyField, at: place, identifier: table.rows[row].text))
        return
      }
      pathRows.append(row)
      add(row, raw[segments[index + 1]], plusIsSpace: false)
      index += 2
    }
  }

  /// The qualifiers stand in their order, and none of them in the query.
  private mutating func judgeSequence() {
    let table = AITable.shared
    guard let key = pathRows.first, let alternatives = table.rows[key].linkQualifiers else { return }
    let path = pathRows.dropFirst().map { table.rows[$0].place }
    let fitting =
      alternatives.isEmpty ? (path.isEmpty ? [[]] : []) : alternatives.filter { Self.isOrdered(path, in: $0) }
    if fitting.isEmpty {
      let start = message.elements.count > 1 ? message.elements[1].rawStart : message.elements.first?.rawStart ?? 0
      faults.append(
        LabelFault(
          .linkQualifierOrder, at: start, identifier: table.rows[key].text,
          read: pathRows.map { table.rows[$0].text }.joined(separator: "/").utf8))
    }
    for element in message.elements.dropFirst(pathRows.count) {
      let place = table.rows[element.row].place
      if fitting.contains(where: { $0.contains(place) }) {
        faults.append(
          LabelFault(
            .linkQualifierOrder, at: element.rawStart, identifier: table.rows[element.row].text,
            read: table.rows[element.row].text.utf8))
      }
    }
  }

  private static func isOrdered(_ path: [UInt16], in alternative: [UInt16]) -> Bool {
    var rest = alternative[...]
    for place in path {
      guard let found = rest.firstIndex(of: place) else { return false }
      rest = rest[(found + 1)...]
    }
    return true
  }
}

// MARK: Query

extension DigitalLink {
  private mutating func readQuery(_ query: ArraySlice<UInt8>) {
    let table = AITable.shared
    for pair in query.split(separator: UInt8(ascii: "&")) {
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let name = pair[..<equals]
      let value = equals < pair.endIndex ? pair[(equals + 1)...] : pair[pair.endIndex...]
      guard equals < pair.endIndex, !name.isEmpty, name.allSatisfy(isDigit) else {
        keep(name, value)
        continue
      }
      guard let row = table.row(name) else {
        faults.append(LabelFault(.unknownIdentifier, at: name.startIndex, read: name))
        continue
      }
      let identifier = table.rows[row].text
      if value.isEmpty {
        faults.append(LabelFault(.emptyField, at: value.startIndex, identifier: identifier))
      } else if message.elements.contains(where: { $0.row == row }) {
        faults.append(LabelFault(.linkRepeated, at: name.startIndex, identifier: identifier, read: value))
      } else if !table.rows[row].isLinkAttribute && !isQualifierHere(row) {
        faults.append(LabelFault(.linkNotAttribute, at: name.startIndex, identifier: identifier, read: name))
      } else {
        add(row, value, plusIsSpace: true)
      }
    }
  }

  /// A qualifier of the key in the query is a fault of the order, which says more.
  private func isQualifierHere(_ row: Int) -> Bool {
    guard let key = pathRows.first else { return false }
    let place = AITable.shared.rows[row].place
    return AITable.shared.rows[key].linkQualifiers?.contains { $0.contains(place) } == true
  }

  private mutating func keep(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
    parameters.append(
      LabelElement(identifier: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self)))
    if !flags.contains(.unknownParameters) { flags.append(.unknownParameters) }
  }

  /// Decodes a value, completes a GTIN where the profile allows that, and adds the element.
  private mutating func add(_ row: Int, _ value: ArraySlice<UInt8>, plusIsSpace: Bool) {
    let table = AITable.shared
    let identifier = table.rows[row].text
    let start = bytes.count
    switch Self.decoded(value, plusIsSpace: plusIsSpace) {
    case .failure(let place):
      faults.append(
        LabelFault(.linkBadEscape, at: place.index, identifier: identifier, read: value[place.index...].prefix(3)))
      return
    case .success(let decoded): bytes += decoded
    }
    if identifier == "01", [8, 12, 13].contains(bytes.count - start), bytes[start...].allSatisfy(isDigit) {
      guard profile.acceptsZeroSuppressed else {
        faults.append(
          LabelFault(.linkZeroSuppressed, at: value.startIndex, identifier: identifier, read: bytes[start...]))
        return
      }
      bytes.insert(contentsOf: repeatElement(0x30, count: 14 - (bytes.count - start)), at: start)
      if !flags.contains(.zeroSuppressed) { flags.append(.zeroSuppressed) }
    }
    let decoded = bytes
    message.add(
      row, decoded.span, start..<bytes.count, rawStart: value.startIndex, rawEnd: value.endIndex, boundIsCertain: true)
  }
}
