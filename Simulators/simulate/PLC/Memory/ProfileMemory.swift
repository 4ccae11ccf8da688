import Devices

/// The tables of a device as its profile describes them.
struct ProfileMemory: DeviceMemory {
  private struct Table: Sendable {
    /// Ascending by address; parts of registers before whole registers, so that a register that is described twice
    /// shows its whole value.
    var points: [SimulatedPoint] = []
    /// Points whose address answers with a block of its own, only when asked for exactly.
    var blocks: [SimulatedPoint] = []
    var longest = 1
    /// What can be read; ascending, apart from each other.
    var readable: [Range<Int>] = []
    /// What belongs together.
    var indivisible: [Range<Int>] = []
    var writable: [Range<Int>] = []
  }

  private var tables: [Table]
  private let seed: UInt64

  init(_ profile: DeviceProfile, seed: UInt64) {
    self.seed = seed
    tables = RegisterTable.allCases.map { Self.table($0, profile) }
  }

  private static func table(_ name: RegisterTable, _ profile: DeviceProfile) -> Table {
    var table = Table()
    let numbered = profile.points.enumerated().filter { $0.element.table == name }
    for (number, point) in numbered {
      let simulated = SimulatedPoint(point, in: profile, number: number)
      if point.isAskedAlone { table.blocks.append(simulated) } else { table.points.append(simulated) }
    }
    table.points.sort {
      ($0.address, $0.type.isPartOfRegister ? 0 : 1) < ($1.address, $1.type.isPartOfRegister ? 0 : 1)
    }
    table.longest = table.points.map(\.count).max() ?? 1
    table.writable = profile.writes.filter { $0.table == name }.map(\.addresses)
    table.readable = readable(name, profile, table.points.map(\.addresses) + table.writable)
    table.indivisible = table.points.filter { $0.count > 1 }.map(\.addresses)
    for (_, group) in Dictionary(grouping: numbered.map(\.element).filter { $0.atomicGroup != nil }, by: \.atomicGroup)
    {
      let start = group.map(\.address).min() ?? 0
      table.indivisible.append(start..<(group.map(\.addresses.upperBound).max() ?? start))
    }
    return table
  }

  /// The addresses that answer: those of points, and what the profile allows to be read between them.
  private static func readable(
    _ table: RegisterTable, _ profile: DeviceProfile, _ used: [Range<Int>]
  ) -> [Range<Int>] {
    let rules = profile.requests
    var stretches = used
    if !used.isEmpty {
      if rules.bridgesGaps {
        stretches = [(used.map(\.lowerBound).min() ?? 0)..<(used.map(\.upperBound).max() ?? 0)]
      }
      stretches += rules.readableRanges.filter { $0.table == table }.map(\.addresses)
      let multiple = max(1, rules.registerMultiple)
      if multiple > 1, table.holdsRegisters {
        stretches = stretches.map {
          let start = $0.lowerBound / multiple * multiple
          return start..<min(65_536, (($0.upperBound + multiple - 1) / multiple * multiple))
        }
      }
    }
    var merged: [Range<Int>] = []
    for stretch in stretches.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, stretch.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, stretch.upperBound)
      } else {
        merged.append(stretch)
      }
    }
    return merged
  }

  private func table(_ name: RegisterTable) -> Table {
    switch name {
    case .holding: tables[0]
    case .input: tables[1]
    case .coil: tables[2]
    case .discrete: tables[3]
    }
  }

  func serves(_ name: RegisterTable) -> Bool {
    let table = table(name)
    return !table.readable.isEmpty || !table.blocks.isEmpty
  }

  func isReadable(_ name: RegisterTable, _ addresses: Range<Int>) -> Bool {
    let table = table(name)
    if table.blocks.contains(where: { $0.addresses == addresses }) { return true }
    // The last stretch that begins at or before the first address.
    var low = 0
    var high = table.readable.count
    while low < high {
      let middle = (low + high) / 2
      if table.readable[middle].lowerBound <= addresses.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low > 0 && addresses.upperBound <= table.readable[low - 1].upperBound
  }

  func cutsValue(_ name: RegisterTable, _ addresses: Range<Int>) -> Bool {
    table(name).indivisible.contains { value in
      value.overlaps(addresses)
        && (value.lowerBound < addresses.lowerBound || value.upperBound > addresses.upperBound)
    }
  }

  func isWritable(_ name: RegisterTable, _ addresses: Range<Int>) -> Bool {
    addresses.allSatisfy { address in table(name).writable.contains { $0.contains(address) } }
  }

  func read(
    _ name: RegisterTable, _ addresses: Range<Int>, device: Int, at moment: Moment, noValueRate: Double,
    into words: inout [UInt16]
  ) {
    let table = table(name)
    let deviceKey = Self.key(seed: seed, device: device)
    if let block = table.blocks.first(where: { $0.addresses == addresses }) {
      block.put(into: &words, addresses, deviceKey: deviceKey, at: moment, noValueRate: noValueRate)
      return
    }
    var index = first(in: table, endingAfter: addresses.lowerBound)
    while index < table.points.count, table.points[index].address < addresses.upperBound {
      let point = table.points[index]
      if point.address + point.count > addresses.lowerBound {
        point.put(into: &words, addresses, deviceKey: deviceKey, at: moment, noValueRate: noValueRate)
      }
      index += 1
    }
  }

  static func key(seed: UInt64, device: Int) -> UInt64 { SeededHash.mixed(seed &+ UInt64(device) << 32) }

  /// The first point that could reach over the address.
  private func first(in table: Table, endingAfter address: Int) -> Int {
    var low = 0
    var high = table.points.count
    while low < high {
      let middle = (low + high) / 2
      if table.points[middle].address + table.longest <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
