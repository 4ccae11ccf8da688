import Devices
import Shopfloor

/// Where requests may run on one device: what its profile allows and what it was found to refuse.
struct PlanGround: Sendable {
  let rules: RequestRules
  /// Addresses that the device's own plan reads anyway, merged and ascending: they are no holes.
  private let read: [RegisterTable: [Range<Int>]]
  /// Never run over as a filling: denied, asked alone, or refused before.
  private let closed: [RegisterTable: [Range<Int>]]
  private let bridgesGaps: Bool
  private let learnedRegisters: Int
  private let learnedBits: Int

  /// - Parameters:
  ///   - points: all that are ever read of the device.
  ///   - learned: nil where nothing was learned.
  init(rules: RequestRules, points: [ProfilePoint], learned: DeviceLimitsLearned?) {
    self.rules = rules
    var closed: [RegisterTable: [Range<Int>]] = [:]
    for denied in rules.deniedRanges { closed[denied.range.table, default: []].append(denied.range.addresses) }
    for point in points where point.isAskedAlone { closed[point.table, default: []].append(point.addresses) }
    for refused in learned?.unreadable ?? [] {
      guard let table = RegisterTable(rawValue: refused.table) else { continue }
      closed[table, default: []].append(refused.address..<(refused.address + refused.count))
    }
    self.closed = closed
    let open = points.filter { !$0.isAskedAlone }
    read = Dictionary(grouping: open, by: \.table).mapValues { Self.union($0.map(\.addresses)) }
    bridgesGaps = rules.bridgesGaps && learned?.refusesGaps != true
    learnedRegisters = learned?.maximumRegisters ?? .max
    learnedBits = learned?.maximumBits ?? .max
  }

  /// Most addresses of one request, as far as is known. A single value that is longer is asked all the same.
  func maximumCount(of table: RegisterTable) -> Int {
    min(rules.maximumCount(of: table), table.holdsRegisters ? learnedRegisters : learnedBits)
  }

  /// Where a request that begins at `address` must end.
  func end(from address: Int, in table: RegisterTable) -> Int {
    let ranges = rules.readableRanges.filter { $0.table == table }.map(\.addresses)
    guard !ranges.isEmpty else { return 65_536 }
    return ranges.filter { $0.contains(address) }.map(\.upperBound).max() ?? address
  }

  /// Whether a request may run over these addresses only to reach what lies behind them.
  func mayFill(_ gap: Range<Int>, in table: RegisterTable) -> Bool {
    guard !gap.isEmpty else { return true }
    if let closed = closed[table], closed.contains(where: { $0.overlaps(gap) }) { return false }
    return holes(in: gap, of: table).allSatisfy { bridgesGaps && $0.count <= rules.maximumGap ?? .max }
  }

  /// The stretches of a gap that nothing of the device is ever read from.
  func holes(in gap: Range<Int>, of table: RegisterTable) -> [Range<Int>] {
    let read = read[table] ?? []
    var holes: [Range<Int>] = []
    var start = gap.lowerBound
    var index = Self.first(endingAfter: start, in: read)
    while start < gap.upperBound {
      guard index < read.count, read[index].lowerBound < gap.upperBound else {
        holes.append(start..<gap.upperBound)
        break
      }
      if read[index].lowerBound > start { holes.append(start..<read[index].lowerBound) }
      start = max(start, read[index].upperBound)
      index += 1
    }
    return holes
  }

  /// Whether the stretch touches addresses that must not be read as a filling.
  func isClosed(_ stretch: Range<Int>, in table: RegisterTable) -> Bool {
    closed[table]?.contains { $0.overlaps(stretch) } ?? false
  }

  static func union(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var union: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = union.last, range.lowerBound <= last.upperBound {
        union[union.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        union.append(range)
      }
    }
    return union
  }

  private static func first(endingAfter address: Int, in ranges: [Range<Int>]) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
