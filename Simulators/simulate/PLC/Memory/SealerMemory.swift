import Devices

/// The tables of the heat sealers of a scenario.
struct SealerMemory: DeviceMemory {
  let scenario: SealerScenario

  /// Registers and coils of a sealer, from address 0; see `DeviceProfiles/lotwire/heat-sealer.yaml`.
  static let registers = 0..<10
  static let coils = 0..<1
  /// Temperature, pressure and the cycle counter.
  static let floats = [0..<2, 2..<4, 6..<8]

  func serves(_ table: RegisterTable) -> Bool { table == .holding || table == .coil }

  func isReadable(_ table: RegisterTable, _ addresses: Range<Int>) -> Bool {
    (table == .holding ? Self.registers : Self.coils).contains(addresses)
  }

  func cutsValue(_ table: RegisterTable, _ addresses: Range<Int>) -> Bool {
    table == .holding && Self.floats.contains { $0.overlaps(addresses) && !addresses.contains($0) }
  }

  func isWritable(_ table: RegisterTable, _ addresses: Range<Int>) -> Bool { false }

  func read(
    _ table: RegisterTable, _ addresses: Range<Int>, device: Int, at moment: Moment, noValueRate: Double,
    into words: inout [UInt16]
  ) {
    let memory = SealerModel(scenario: scenario, unit: device).memory(at: moment.seconds)
    for (place, address) in addresses.enumerated() {
      let isKnown = isReadable(table, address..<(address + 1))
      words[place] = !isKnown ? 0 : table == .holding ? memory.registers[address] : memory.coils[address] ? 1 : 0
    }
    if table == .holding, noValueRate > 0, SeededHash.unit(UInt64(moment.utcMicroseconds)) < noValueRate {
      // The temperature's sensor says nothing: quiet NaN.
      for address in Self.floats[0] where addresses.contains(address) {
        words[address - addresses.lowerBound] = address == 0 ? 0x7FC0 : 0
      }
    }
  }
}
