/// Remembers where the values of a profile stand and reports names and addresses that collide.
struct PointPlaces {
  struct Place {
    var name: String
    var table: RegisterTable
    var addresses: Range<Int>
    var type: PointType
    /// A value that is asked for alone may lie where another variable begins.
    var isAskedAlone: Bool
  }

  /// "point" or "write point", for messages.
  let kind: String
  private var linesOfNames: [String: Int] = [:]
  private var taken: [RegisterTable: [(place: Place, line: Int)]] = [:]

  init(kind: String) { self.kind = kind }

  mutating func add(_ place: Place, _ node: DocumentNode) {
    if let line = linesOfNames[place.name] {
      (node["name"] ?? node).fault(
        "the \(kind) \"\(place.name)\" is already in line \(line)", "Give each \(kind) a name of its own")
    }
    linesOfNames[place.name] = node.line
    // One fault a point: a whole list at one address must not give millions.
    if let other = taken[place.table, default: []].first(where: { Self.collide(place, $0.place) }) {
      (node["address"] ?? node).fault(
        "\"\(place.name)\" (\(Self.words(place))) lies on \"\(other.place.name)\" (\(Self.words(other.place)), line "
          + "\(other.line))",
        Self.intention(place, other.place))
    }
    taken[place.table, default: []].append((place, node.line))
  }

  /// Parts of a register may lie beside each other and within the whole number that the register is; everything else
  /// has its addresses alone.
  private static func collide(_ left: Place, _ right: Place) -> Bool {
    guard left.addresses.overlaps(right.addresses), !left.isAskedAlone, !right.isAskedAlone else { return false }
    switch (left.type.registerMask, right.type.registerMask) {
    case (.some(let a), .some(let b)): return a & b != 0
    case (.some, nil): return !isWord(right.type)
    case (nil, .some): return !isWord(left.type)
    case (nil, nil): return true
    }
  }

  private static func isWord(_ type: PointType) -> Bool { type == .uint16 || type == .int16 }

  /// What was probably meant.
  private static func intention(_ place: Place, _ other: Place) -> String {
    if place.type.registerMask != nil, other.type.registerMask != nil {
      return "Check bits, widths and halves against the manual: each bit of a register belongs to one point"
    }
    let (first, second) =
      place.addresses.lowerBound <= other.addresses.lowerBound ? (place, other) : (other, place)
    let distance = second.addresses.lowerBound - first.addresses.lowerBound
    if distance == 0 {
      return "Correct one of the addresses, or keep one point: only parts of a register (bits, bit fields, bytes) may "
        + "share it"
    }
    return "A \(first.type.word) takes \(first.addresses.count) addresses, so the next value begins at "
      + "\(first.addresses.upperBound); if the manual says \(second.addresses.lowerBound), \"\(first.name)\" is a value "
      + "of \(16 * distance) bits"
  }

  private static func words(_ place: Place) -> String {
    let end = place.addresses.upperBound - 1
    let first = place.addresses.lowerBound
    let addresses = "\(place.table.rawValue) " + (end == first ? "\(first)" : "\(first)-\(end)")
    switch place.type {
    case .bit(let bit): return "\(addresses) bit \(bit)"
    case .bitField(let lowest, let width): return "\(addresses) bits \(lowest)-\(lowest + width - 1)"
    case .int8(let half), .uint8(let half): return "\(addresses) \(half.rawValue) byte"
    default: return addresses
    }
  }
}
