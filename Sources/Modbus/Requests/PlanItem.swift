import Devices

/// What one request must bring whole: a point, points that lie on one another, or an atomic group.
struct PlanItem: Hashable, Sendable {
  var table: RegisterTable
  /// From the first to the last address of the points.
  var addresses: Range<Int>
  /// The same, widened to the device's multiple of registers.
  var hull: Range<Int>
  /// Ascending by address and name.
  var points: [MappedPoint]
  var isAlone: Bool

  /// The items of the points, ascending by table and address; none lies within another, except where it is asked alone.
  static func items(of points: some Sequence<MappedPoint>, multiple: Int) -> [PlanItem] {
    var groups: [String: [MappedPoint]] = [:]
    var items: [PlanItem] = []
    for mapped in points {
      if let group = mapped.point.atomicGroup, !mapped.point.isAskedAlone {
        groups[group, default: []].append(mapped)
      } else {
        items.append(PlanItem([mapped], multiple))
      }
    }
    for group in groups.values {
      // Groups of two tables are refused when the plan is checked; here each table stands for itself.
      for table in RegisterTable.allCases {
        let members = group.filter { $0.point.table == table }
        if !members.isEmpty { items.append(PlanItem(members, multiple)) }
      }
    }
    return merged(items, multiple)
  }

  private init(_ points: [MappedPoint], _ multiple: Int) {
    table = points[0].point.table
    isAlone = points[0].point.isAskedAlone
    self.points = points.sorted(by: Self.precedes)
    let lower = points.reduce(Int.max) { min($0, $1.point.address) }
    let upper = points.reduce(0) { max($0, $1.point.addresses.upperBound) }
    addresses = lower..<upper
    hull = Self.widened(addresses, table, multiple)
  }

  private static func widened(_ addresses: Range<Int>, _ table: RegisterTable, _ multiple: Int) -> Range<Int> {
    guard table.holdsRegisters, multiple > 1 else { return addresses }
    let lower = addresses.lowerBound / multiple * multiple
    return lower..<((addresses.upperBound + multiple - 1) / multiple * multiple)
  }

  /// Joins what lies within another item: it comes with it for nothing.
  private static func merged(_ items: [PlanItem], _ multiple: Int) -> [PlanItem] {
    let sorted = items.sorted { left, right in
      (left.table.order, left.hull.lowerBound, -left.hull.upperBound, left.points[0].point.name)
        < (right.table.order, right.hull.lowerBound, -right.hull.upperBound, right.points[0].point.name)
    }
    var merged: [PlanItem] = []
    var container: Int?
    for item in sorted {
      if !item.isAlone, let index = container, merged[index].table == item.table,
        merged[index].hull.lowerBound <= item.hull.lowerBound, item.hull.upperBound <= merged[index].hull.upperBound
      {
        merged[index].points += item.points
        let (first, second) = (merged[index].addresses, item.addresses)
        merged[index].addresses =
          min(first.lowerBound, second.lowerBound)..<max(first.upperBound, second.upperBound)
        continue
      }
      if !item.isAlone { container = merged.count }
      merged.append(item)
    }
    for index in merged.indices where merged[index].points.count > 1 {
      merged[index].points.sort(by: precedes)
    }
    return merged
  }

  private static func precedes(_ left: MappedPoint, _ right: MappedPoint) -> Bool {
    (left.point.address, left.point.addressCount, left.point.name)
      < (right.point.address, right.point.addressCount, right.point.name)
  }
}

extension RegisterTable {
  /// The order in which tables are asked.
  var order: Int {
    switch self {
    case .holding: 0
    case .input: 1
    case .coil: 2
    case .discrete: 3
    }
  }
}
