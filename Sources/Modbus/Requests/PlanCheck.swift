import Devices
import Shopfloor

/// What makes a set of points unreadable however they are asked: found before the first request.
enum PlanCheck {
  /// The points with those that scale them.
  static func withCompanions(
    _ points: [MappedPoint], of profile: DeviceProfile, device: DeviceName
  ) throws(ModbusSetupFault) -> [MappedPoint] {
    var all = points
    var known = Set(points.map(\.point.name))
    for mapped in points {
      guard let source = mapped.point.scaleSource, known.insert(source.point).inserted else { continue }
      guard let companion = profile.point(source.point) else {
        throw fault(
          "unknown-scale-point", "scale point \"\(mapped.point.name)\" by \"\(source.point)\"", device,
          "The profile has no such point: correct the name of the scale point")
      }
      all.append(MappedPoint(point: companion, parameters: []))
    }
    for mapped in points {
      guard let source = mapped.point.scaleSource, let companion = all.first(where: { $0.point.name == source.point })
      else { continue }
      if companion.point.type.isText || companion.point.scaleSource != nil || source.point == mapped.point.name {
        throw fault(
          "unusable-scale-point", "scale point \"\(mapped.point.name)\" by \"\(source.point)\"", device,
          "The scale point must be a number that no other point scales")
      }
    }
    return all
  }

  /// - Parameter planner: with the rules of the profile and nothing learned.
  static func check(
    _ planner: RequestPlanner, _ points: [MappedPoint], device: DeviceName
  ) throws(ModbusSetupFault) {
    try checkGroups(points, device)
    for item in planner.items(of: points) {
      try checkRoom(item, planner, device)
      try checkFilling(item, planner, device)
    }
  }

  private static func checkGroups(_ points: [MappedPoint], _ device: DeviceName) throws(ModbusSetupFault) {
    let groups = Dictionary(grouping: points.filter { $0.point.atomicGroup != nil }) { $0.point.atomicGroup ?? "" }
    for (name, members) in groups.sorted(by: { $0.key < $1.key }) {
      if Set(members.map(\.point.table)).count > 1 {
        throw fault(
          "group-in-two-tables", "read group \"\(name)\" in one request", device,
          "A request reads one table: leave the points of the other table out of the group")
      }
      if members.count > 1, let alone = members.first(where: \.point.isAskedAlone) {
        throw fault(
          "group-asked-alone", "read group \"\(name)\" in one request", device,
          "\"\(alone.point.name)\" must be asked for alone: leave it out of the group")
      }
    }
  }

  private static func checkRoom(
    _ item: PlanItem, _ planner: RequestPlanner, _ device: DeviceName
  ) throws(ModbusSetupFault) {
    let maximum = planner.ground.rules.maximumCount(of: item.table)
    if item.hull.count > maximum {
      throw fault(
        "longer-than-a-request", "read \(describe(item)) in one request", device,
        "It needs \(item.hull.count) addresses and the device gives at most \(maximum) at once: correct the limit or "
          + "the addresses")
    }
    if item.isAlone, item.hull != item.addresses {
      throw fault(
        "alone-against-multiple", "read \(describe(item)) alone", device,
        "Its address or length is no multiple of \(planner.ground.rules.registerMultiple): correct one of them")
    }
    let end = planner.ground.end(from: item.hull.lowerBound, in: item.table)
    if item.hull.upperBound > end {
      throw fault(
        "outside-readable-range", "read \(describe(item))", device,
        "It does not lie within one readable range of the profile: correct the range or the address")
    }
  }

  private static func checkFilling(
    _ item: PlanItem, _ planner: RequestPlanner, _ device: DeviceName
  ) throws(ModbusSetupFault) {
    let multiple = planner.ground.rules.registerMultiple
    let own = PlanGround.union(item.points.map(\.point.addresses))
    let wide = PlanGround.union(
      item.points.flatMap { PlanItem.items(of: [$0], multiple: multiple).map(\.hull) })
    for (before, after) in zip(wide, wide.dropFirst())
    where !planner.ground.mayFill(before.upperBound..<after.lowerBound, in: item.table) {
      throw fault(
        "group-has-a-hole", "read \(describe(item)) in one request", device,
        "Nothing is known of \(item.table.rawValue) \(before.upperBound)-\(after.lowerBound - 1) between them: add a "
          + "point there, or allow holes to be bridged if the manual does")
    }
    let fillings =
      [item.hull.lowerBound..<(own.first?.lowerBound ?? 0)]
      + [(own.last?.upperBound ?? item.hull.upperBound)..<item.hull.upperBound]
    for filling in fillings where !filling.isEmpty && planner.ground.isClosed(filling, in: item.table) {
      throw fault(
        "filling-denied", "read \(describe(item)) in multiples of \(multiple)", device,
        "\(item.table.rawValue) \(filling.lowerBound)-\(filling.upperBound - 1) must not be read: correct the multiple "
          + "or the denied range")
    }
  }

  private static func describe(_ item: PlanItem) -> String {
    let names = item.points.prefix(4).map { "\"\($0.point.name)\"" }.joined(separator: ", ")
    return names + (item.points.count > 4 ? " and \(item.points.count - 4) more" : "")
  }

  private static func fault(
    _ code: String, _ attempted: String, _ device: DeviceName, _ nextStep: String
  ) -> ModbusSetupFault {
    ModbusSetupFault(code: code, attempted: "\(attempted) of device \(device)", nextStep: nextStep)
  }
}
