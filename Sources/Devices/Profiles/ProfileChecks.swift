/// Checks what can be seen only when all points are known; reports at the places in the file.
struct ProfileChecks {
  typealias Entry = (point: ProfilePoint, node: DocumentNode)

  let entries: [Entry]
  /// Names of all points, with those that have faults of their own.
  let names: [String]
  let rules: RequestRules
  private let byName: [String: Entry]

  init(entries: [Entry], names: [String], rules: RequestRules) {
    self.entries = entries
    self.names = names
    self.rules = rules
    byName = Dictionary(entries.map { ($0.point.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func run(_ writes: [(point: WritePoint, node: DocumentNode)]) {
    for entry in entries {
      checkSize(entry)
      checkReadable(entry)
      checkScaleSource(entry)
    }
    checkGroups()
    for write in writes { checkDenied(write.point, write.node) }
  }

  // MARK: Requests

  private func checkSize(_ entry: Entry) {
    let point = entry.point
    let most = rules.maximumCount(of: point.table)
    guard point.addressCount <= most else {
      (entry.node["type"] ?? entry.node).fault(
        "the value needs \(point.addressCount) registers, but one request may read \(most)",
        "A value is never put together from two replies: correct the type, or max_registers and max_reply_bytes")
      return
    }
    let aligned = alignedCount(point.addresses, point.table)
    if aligned > most {
      (entry.node["address"] ?? entry.node).fault(
        "with register_multiple \(rules.registerMultiple) the request for this value has \(aligned) registers, but it "
          + "may have \(most)", "Correct the address, register_multiple or max_registers")
    }
  }

  private func alignedCount(_ addresses: Range<Int>, _ table: RegisterTable) -> Int {
    guard table.holdsRegisters else { return addresses.count }
    let multiple = rules.registerMultiple
    let first = addresses.lowerBound / multiple * multiple
    return (addresses.upperBound - first + multiple - 1) / multiple * multiple
  }

  private func checkReadable(_ entry: Entry) {
    let point = entry.point
    let ranges = rules.readableRanges.filter { $0.table == point.table }
    guard !ranges.isEmpty, !ranges.contains(where: { contains($0.addresses, point.addresses) }) else { return }
    let shown = ranges.map { "\($0.addresses.lowerBound)-\($0.addresses.upperBound - 1)" }.joined(separator: ", ")
    (entry.node["address"] ?? entry.node).fault(
      "\(words(point.addresses)) is not within one of the readable ranges of \(point.table.rawValue) (\(shown))",
      "Correct the address, or add the range to \"readable\" as the manual gives it")
  }

  private func checkDenied(_ write: WritePoint, _ node: DocumentNode) {
    for denied in rules.deniedRanges
    where denied.range.table == write.table && denied.range.addresses.overlaps(write.addresses) {
      (node["address"] ?? node).fault(
        "\"\(write.name)\" lies in the denied range \(words(denied.range.addresses)): \(denied.reason)",
        "Correct the address, or take the write point out: denied addresses are never written")
    }
  }

  // MARK: Scales

  private func checkScaleSource(_ entry: Entry) {
    guard let source = entry.point.scaleSource, let place = entry.node["scale_from"]?["point"] else { return }
    guard names.contains(source.point) else {
      place.fault("there is no point \"\(source.point)\"", nearestName(to: source.point, names))
      return
    }
    guard let target = byName[source.point]?.point else { return }
    if target.type.isBinary || target.type.isText {
      place.fault(
        "\"\(target.name)\" is \(target.type.isText ? "a text" : "on or off"), not a number",
        "Name the point that holds the decimal places or the factor")
      return
    }
    var way = [entry.point.name]
    var next: String? = source.point
    while let name = next, way.count <= entries.count {
      way.append(name)
      if name == entry.point.name {
        place.fault(
          "the scale goes in a circle: \(way.joined(separator: " -> "))",
          way.count == 2
            ? "Name the point that holds the decimal places or the factor, not the value itself"
            : "Let one of them have a fixed scale")
        return
      }
      next = byName[name]?.point.scaleSource?.point
    }
    if let other = target.scaleSource {
      place.fault(
        "\"\(target.name)\" is itself scaled by \"\(other.point)\"",
        "Name a point whose value needs no other one: the decimal places or the factor as they stand in the device")
    }
  }

  // MARK: Groups

  private func checkGroups() {
    let groups = Dictionary(grouping: entries.filter { $0.point.atomicGroup != nil }) { $0.point.atomicGroup ?? "" }
    for (name, members) in groups.sorted(by: { $0.key < $1.key }) {
      guard let first = members.first else { continue }
      let place = first.node["atomic_group"] ?? first.node
      if members.count == 1 {
        let others = groups.keys.filter { $0 != name }.sorted()
        place.fault(
          "\"\(first.point.name)\" is alone in the group \"\(name)\"",
          others.isEmpty
            ? "Write the same group at another point, or leave it out"
            : "Write one of: "
              + others.joined(separator: ", ") + "; or leave it out")
        continue
      }
      checkGroup(name, members, place)
    }
  }

  private func checkGroup(_ name: String, _ members: [Entry], _ place: DocumentNode) {
    let points = members.map(\.point)
    for (member, node) in members where member.isAskedAlone {
      (node["alone"] ?? node).fault(
        "\"\(member.name)\" is asked for alone and so cannot share a reply with the group \"\(name)\"",
        "Leave alone or atomic_group out")
      return
    }
    if Set(points.map(\.table)).count > 1 {
      place.fault(
        "the points of the group \"\(name)\" lie in different tables", "One reply carries one table: divide the group")
      return
    }
    if Set(points.map(\.pollIntervalMicroseconds)).count > 1 {
      place.fault(
        "the points of the group \"\(name)\" have different poll_seconds", "Write the same poll_seconds at all of them")
    }
    guard let low = points.map(\.addresses.lowerBound).min(), let high = points.map(\.addresses.upperBound).max() else {
      return
    }
    let most = rules.maximumCount(of: points[0].table)
    let count = alignedCount(low..<high, points[0].table)
    if count > most {
      place.fault(
        "the group \"\(name)\" reaches from \(low) to \(high - 1), \(count) addresses, but one request may read \(most)",
        "Divide the group, or correct an address")
    } else if let hole = firstHole(points, low, high) {
      place.fault(
        "between the points of the group \"\(name)\" no point uses address \(hole)",
        "Holes are read over only with \"bridge_gaps: true\": correct an address, add the point, or divide the group")
    }
  }

  /// The first address that no point of the profile uses, where holes may not be read over.
  private func firstHole(_ points: [ProfilePoint], _ low: Int, _ high: Int) -> Int? {
    guard !rules.bridgesGaps, rules.registerMultiple == 1 else { return nil }
    var address = low
    while address < high {
      guard let covering = points.filter({ $0.addresses.contains(address) }).map(\.addresses.upperBound).max() else {
        return address
      }
      address = covering
    }
    return nil
  }

  private func contains(_ outer: Range<Int>, _ inner: Range<Int>) -> Bool {
    outer.lowerBound <= inner.lowerBound && inner.upperBound <= outer.upperBound
  }

  private func words(_ addresses: Range<Int>) -> String {
    addresses.count == 1 ? "\(addresses.lowerBound)" : "\(addresses.lowerBound)-\(addresses.upperBound - 1)"
  }
}
