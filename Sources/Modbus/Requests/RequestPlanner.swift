import Devices

/// A point that somebody wants, with the parameters it feeds.
struct MappedPoint: Hashable, Sendable {
  var point: ProfilePoint
  var parameters: [ParameterIndex]
}

/// One request and the points its reply carries.
struct ReadBlock: Hashable, Sendable {
  var request: ReadRequest
  var points: [MappedPoint]
}

/// Turns points into requests.
enum RequestPlanner {
  /// The fewest requests that read all points within the rules of the device: never more than its bounds, never an
  /// address that no point uses unless the rules allow it, never half a value.
  ///
  /// Blocks are filled from the lowest address up; that is optimal, because every block must begin where the first
  /// unread point does.
  static func plan(_ points: [MappedPoint], rules: RequestRules) -> [ReadBlock] {
    let order = RegisterTable.allCases
    let sorted = points.sorted { left, right in
      let tables = (order.firstIndex(of: left.point.table) ?? 0, order.firstIndex(of: right.point.table) ?? 0)
      return (tables.0, left.point.address, left.point.addressCount, left.point.name)
        < (tables.1, right.point.address, right.point.addressCount, right.point.name)
    }
    var blocks: [ReadBlock] = []
    for mapped in sorted {
      if var last = blocks.last, extend(&last, with: mapped, rules) {
        blocks[blocks.count - 1] = last
      } else {
        let point = mapped.point
        blocks.append(
          ReadBlock(
            request: ReadRequest(table: point.table, address: point.address, count: point.addressCount),
            points: [mapped]))
      }
    }
    return blocks
  }

  private static func extend(_ block: inout ReadBlock, with mapped: MappedPoint, _ rules: RequestRules) -> Bool {
    let point = mapped.point
    guard block.request.table == point.table else { return false }
    let end = block.request.address + block.request.count
    guard point.address <= end || rules.bridgesGaps else { return false }
    let count = max(end, point.addresses.upperBound) - block.request.address
    guard count <= (point.table.holdsRegisters ? rules.maximumRegisters : rules.maximumBits) else { return false }
    block.request.count = count
    block.points.append(mapped)
    return true
  }
}
