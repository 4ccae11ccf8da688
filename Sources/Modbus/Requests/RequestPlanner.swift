import Devices

/// An address of a table.
struct TableAddress: Hashable, Sendable {
  var table: RegisterTable
  var address: Int
}

/// Turns points into the cheapest set of requests that the device allows.
struct RequestPlanner: Sendable {
  var ground: PlanGround
  var cost: RequestCost
  var slots: ScaleSlots

  init(ground: PlanGround, cost: RequestCost, slots: ScaleSlots = ScaleSlots([])) {
    self.ground = ground
    self.cost = cost
    self.slots = slots
  }

  func items(of points: some Sequence<MappedPoint>) -> [PlanItem] {
    PlanItem.items(of: points, multiple: ground.rules.registerMultiple)
  }

  /// The requests that bring all items in the least time; of equally fast sets the one with the fewest requests.
  ///
  /// Items that do not contain each other lie in order of both ends, so the cheapest set cuts that order into runs: the
  /// best set up to each item is the best over the run that ends with it.
  ///
  /// - Parameters:
  ///   - items: as ``items(of:)`` gives them.
  ///   - cuts: no request runs across the beginning of an item that begins here.
  ///   - fills: whether holes may be bridged where the rules allow it.
  func blocks(
    _ items: [PlanItem], cuts: Set<TableAddress> = [], fills: Bool = true, purpose: ReadBlock.Purpose = .planned
  ) -> [ReadBlock] {
    var blocks: [ReadBlock] = []
    for table in RegisterTable.allCases {
      let own = items.filter { $0.table == table }
      let runs = cheapestRuns(own.filter { !$0.isAlone }, table, cuts, fills)
      blocks += runs.map { block($0.hull, $0.points, table, purpose) }
      blocks += own.filter(\.isAlone).map { block($0.addresses, $0.points, table, purpose) }
    }
    return blocks.sorted {
      ($0.request.table.order, $0.request.address, $0.request.count)
        < ($1.request.table.order, $1.request.address, $1.request.count)
    }
  }

  /// The unused stretches that a block runs over.
  func holes(of block: ReadBlock) -> [Range<Int>] {
    let own = PlanGround.union(items(of: block.points).map(\.hull))
    return zip(own, own.dropFirst()).map { $0.upperBound..<$1.lowerBound }
  }

  func block(
    _ addresses: Range<Int>, _ points: [MappedPoint], _ table: RegisterTable, _ purpose: ReadBlock.Purpose
  ) -> ReadBlock {
    ReadBlock(
      request: ReadRequest(table: table, address: addresses.lowerBound, count: addresses.count), points: points,
      purpose: purpose, slots: slots)
  }

  // MARK: Inside

  private struct Best {
    var nanoseconds = Int64.max
    var requests = Int.max
    var start = 0
  }

  private func cheapestRuns(
    _ items: [PlanItem], _ table: RegisterTable, _ cuts: Set<TableAddress>, _ fills: Bool
  ) -> [(hull: Range<Int>, points: [MappedPoint])] {
    guard !items.isEmpty else { return [] }
    let maximum = ground.maximumCount(of: table)
    var best = [Best](repeating: Best(), count: items.count + 1)
    best[0] = Best(nanoseconds: 0, requests: 0)
    for first in items.indices {
      let lower = items[first].hull.lowerBound
      let end = ground.end(from: lower, in: table)
      var upper = lower
      for last in first..<items.count {
        let item = items[last]
        if last > first, !joins(item, after: upper, table, cuts, fills) { break }
        upper = max(upper, item.hull.upperBound)
        if last > first, upper - lower > maximum || upper > end { break }
        let time = best[first].nanoseconds + cost.nanoseconds(count: upper - lower, table: table)
        let requests = best[first].requests + 1
        // Of equals the one that fills the earlier requests.
        if (time, requests) <= (best[last + 1].nanoseconds, best[last + 1].requests) {
          best[last + 1] = Best(nanoseconds: time, requests: requests, start: first)
        }
      }
    }
    var runs: [(hull: Range<Int>, points: [MappedPoint])] = []
    var end = items.count
    while end > 0 {
      let run = items[best[end].start..<end]
      let upper = run.reduce(0) { max($0, $1.hull.upperBound) }
      runs.append((run[run.startIndex].hull.lowerBound..<upper, run.flatMap(\.points)))
      end = best[end].start
    }
    return runs.reversed()
  }

  private func joins(
    _ item: PlanItem, after upper: Int, _ table: RegisterTable, _ cuts: Set<TableAddress>, _ fills: Bool
  ) -> Bool {
    let lower = item.hull.lowerBound
    if !cuts.isEmpty, cuts.contains(TableAddress(table: table, address: lower)) { return false }
    guard lower > upper else { return true }
    return fills && ground.mayFill(upper..<lower, in: table)
  }
}
