/// Remembers where the points of a profile stand and reports names and addresses that collide.
struct PointPlaces {
  private var linesOfNames: [String: Int] = [:]
  private var taken: [RegisterTable: [(point: ProfilePoint, line: Int)]] = [:]

  mutating func add(_ point: ProfilePoint, _ node: DocumentNode) {
    if let line = linesOfNames[point.name] {
      (node["name"] ?? node).fault(
        "the point \"\(point.name)\" is already in line \(line)", "Give each point a name of its own")
    }
    linesOfNames[point.name] = node.line
    for other in taken[point.table, default: []] where Self.collide(point, other.point) {
      (node["address"] ?? node).fault(
        "\"\(point.name)\" (\(Self.place(point))) lies on \"\(other.point.name)\" (\(Self.place(other.point)), line "
          + "\(other.line))",
        "Check both addresses and types against the manual: only bits may share a register")
    }
    taken[point.table, default: []].append((point, node.line))
  }

  /// Bits may share a register with each other and with its word; everything else has its addresses alone.
  private static func collide(_ left: ProfilePoint, _ right: ProfilePoint) -> Bool {
    guard left.addresses.overlaps(right.addresses) else { return false }
    switch (left.type, right.type) {
    case (.bit(let a), .bit(let b)): return a == b
    case (.bit, let other), (let other, .bit): return other.registerCount != 1
    default: return true
    }
  }

  private static func place(_ point: ProfilePoint) -> String {
    let end = point.address + point.addressCount - 1
    let addresses = end == point.address ? "\(point.address)" : "\(point.address)-\(end)"
    if case .bit(let bit) = point.type { return "\(point.table.rawValue) \(addresses) bit \(bit)" }
    return "\(point.table.rawValue) \(addresses)"
  }
}
