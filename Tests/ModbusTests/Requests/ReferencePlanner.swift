import Devices

@testable import Modbus

/// Plans by trying everything, address by address: slow, and plain enough to be believed.
struct ReferencePlanner {
  var rules: RequestRules
  var cost: RequestCost
  /// All that is ever read of the device.
  var points: [ProfilePoint]

  /// The least time in nanoseconds, and the fewest requests in that time; nil where nothing is legal.
  func best(_ points: [ProfilePoint]) -> (nanoseconds: Int64, requests: Int)? {
    var best: (nanoseconds: Int64, requests: Int)?
    visitPartitions(points[...], []) { blocks in
      var total: Int64 = 0
      for block in blocks {
        guard let time = nanoseconds(block) else { return }
        total += time
      }
      guard groupsAreWhole(blocks) else { return }
      if let known = best, known <= (total, blocks.count) { return }
      best = (total, blocks.count)
    }
    return best
  }

  /// Fills requests from the lowest address up.
  func greedy(_ points: [ProfilePoint]) -> Int64? {
    var total: Int64 = 0
    var block: [ProfilePoint] = []
    for point in points.sorted(by: { ($0.table.rawValue, $0.address) < ($1.table.rawValue, $1.address) }) {
      if nanoseconds(block + [point]) == nil, !block.isEmpty {
        guard let time = nanoseconds(block) else { return nil }
        total += time
        block = []
      }
      block.append(point)
    }
    return block.isEmpty ? total : nanoseconds(block).map { $0 + total }
  }

  /// The time of one request for all these points; nil where no request may bring them.
  func nanoseconds(_ block: [ProfilePoint]) -> Int64? {
    let table = block[0].table
    guard block.allSatisfy({ $0.table == table }) else { return nil }
    if block.contains(where: \.isAskedAlone) {
      guard block.count == 1, block[0].addressCount <= rules.maximumCount(of: table) else { return nil }
      return cost.nanoseconds(count: block[0].addressCount, table: table)
    }
    var covered: Set<Int> = []
    for point in block { covered.formUnion(widened(point)) }
    guard let lower = covered.min(), let upper = covered.max(), upper - lower + 1 <= rules.maximumCount(of: table)
    else { return nil }
    let ranges = rules.readableRanges.filter { $0.table == table }
    guard ranges.isEmpty || ranges.contains(where: { $0.addresses.contains(lower) && $0.addresses.contains(upper) })
    else { return nil }
    var run = 0
    for address in lower...upper where !covered.contains(address) || run > 0 {
      if covered.contains(address) {
        run = 0
        continue
      }
      if isClosed(address, table) { return nil }
      if isRead(address, table) {
        run = 0
        continue
      }
      run += 1
      guard rules.bridgesGaps, run <= rules.maximumGap ?? .max else { return nil }
    }
    return cost.nanoseconds(count: upper - lower + 1, table: table)
  }

  // MARK: Inside

  private func widened(_ point: ProfilePoint) -> Range<Int> {
    let multiple = point.table.holdsRegisters ? rules.registerMultiple : 1
    var (lower, upper) = (point.address, point.addresses.upperBound)
    while lower % multiple != 0 { lower -= 1 }
    while upper % multiple != 0 { upper += 1 }
    return lower..<upper
  }

  private func isRead(_ address: Int, _ table: RegisterTable) -> Bool {
    points.contains { $0.table == table && !$0.isAskedAlone && $0.addresses.contains(address) }
  }

  private func isClosed(_ address: Int, _ table: RegisterTable) -> Bool {
    rules.deniedRanges.contains { $0.range.table == table && $0.range.addresses.contains(address) }
      || points.contains { $0.table == table && $0.isAskedAlone && $0.addresses.contains(address) }
  }

  private func groupsAreWhole(_ blocks: [[ProfilePoint]]) -> Bool {
    var places: [String: Int] = [:]
    for (index, block) in blocks.enumerated() {
      for group in block.compactMap(\.atomicGroup) where places.updateValue(index, forKey: group) ?? index != index {
        return false
      }
    }
    return true
  }

  private func visitPartitions(
    _ rest: ArraySlice<ProfilePoint>, _ blocks: [[ProfilePoint]], _ visit: ([[ProfilePoint]]) -> Void
  ) {
    guard let first = rest.first else {
      visit(blocks)
      return
    }
    for index in blocks.indices {
      var grown = blocks
      grown[index].append(first)
      visitPartitions(rest.dropFirst(), grown, visit)
    }
    visitPartitions(rest.dropFirst(), blocks + [[first]], visit)
  }
}
