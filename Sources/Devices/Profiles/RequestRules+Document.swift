/// Most stretches of addresses that a profile may declare readable, and most that it may deny.
let maximumAddressRanges = 200

extension RequestRules {
  static let keys = [
    "max_registers", "max_input_registers", "max_bits", "max_reply_bytes", "bridge_gaps", "max_gap",
    "register_multiple", "readable", "denied", "pause_seconds", "pause_after_connect_seconds",
    "response_timeout_seconds", "pipeline_depth", "close_after_poll",
  ]
  static let rangeKeys = ["table", "first", "last"]

  /// Reads the keys of `defaults` that say how the device wants to be asked.
  static func read(_ node: DocumentNode) -> RequestRules {
    var rules = RequestRules()
    let registers = 1...protocolMaximumRegisters
    let most = "Write the most registers that one request may read, \(registers.lowerBound) to \(registers.upperBound)"
    rules.maximumRegisters = node["max_registers"]?.integer(in: registers, most) ?? rules.maximumRegisters
    rules.maximumInputRegisters = node["max_input_registers"]?.integer(in: registers, most)
    rules.maximumBits =
      node["max_bits"]?.integer(
        in: 1...protocolMaximumBits, "Write the most coils that one request may read, 1 to \(protocolMaximumBits)")
      ?? rules.maximumBits
    rules.maximumReplyBytes = node["max_reply_bytes"]?.integer(
      in: 2...(2 * protocolMaximumRegisters), "Write the most data bytes of one reply: two for each register")
    rules.bridgesGaps =
      node["bridge_gaps"]?.flag("Write true only where the manual allows reading unused addresses")
      ?? rules.bridgesGaps
    rules.maximumGap = node["max_gap"]?.integer(
      in: 1...protocolMaximumBits, "Write the longest hole that may be read over, in addresses")
    if let gap = node["max_gap"], !rules.bridgesGaps {
      gap.fault(
        "max_gap is given, but holes are not read over at all",
        "Write \"bridge_gaps: true\" beside it if the manual allows reading unused addresses, or leave max_gap out")
    }
    rules.registerMultiple =
      node["register_multiple"]?.integer(in: registers, "Write the multiple, such as 2 for even counts")
      ?? rules.registerMultiple
    if rules.registerMultiple > min(rules.maximumCount(of: .holding), rules.maximumCount(of: .input)) {
      node["register_multiple"]?.fault(
        "a request of \(rules.registerMultiple) registers is longer than the device allows",
        "Write a multiple that fits into max_registers and max_reply_bytes")
    }
    rules.readableRanges = ranges(node["readable"], extraKeys: []).map(\.range)
    rules.deniedRanges = ranges(node["denied"], extraKeys: ["reason"]).compactMap { range, entry in
      let reason = entry.required("reason", "Write why nobody may touch these addresses")
      return DeviceProfile.plainText(reason).map { DeniedRange(range: range, reason: $0) }
    }
    readTiming(node, into: &rules)
    return rules
  }

  private static func readTiming(_ node: DocumentNode, into rules: inout RequestRules) {
    rules.pauseMicroseconds =
      node["pause_seconds"]?.seconds(in: 0...10, "Write seconds, such as 0.02") ?? rules.pauseMicroseconds
    rules.pauseAfterConnectMicroseconds =
      node["pause_after_connect_seconds"]?.seconds(in: 0...60, "Write seconds, such as 0.5")
      ?? rules.pauseAfterConnectMicroseconds
    rules.responseTimeoutMicroseconds =
      node["response_timeout_seconds"]?.seconds(in: 0.01...60, "Write seconds, such as 1")
      ?? rules.responseTimeoutMicroseconds
    rules.pipelineDepth =
      node["pipeline_depth"]?.integer(
        in: 1...maximumPipelineDepth,
        "Write how many requests may be on their way at once: 1 unless the manual says more")
      ?? rules.pipelineDepth
    rules.closesAfterPoll =
      node["close_after_poll"]?.flag("Write true for a device with one connection slot") ?? rules.closesAfterPoll
  }

  /// Reads a list of `{table, first, last}`.
  private static func ranges(
    _ node: DocumentNode?, extraKeys: [String]
  ) -> [(range: AddressRange, node: DocumentNode)] {
    guard let node else { return [] }
    let elements = node.elements("Write a list such as - {table: holding, first: 0x2040, last: 0x2043}")
    guard elements.count <= maximumAddressRanges else {
      node.fault("there are \(elements.count) ranges", "Write at most \(maximumAddressRanges)")
      return []
    }
    return elements.compactMap { element in
      element.allowKeys(rangeKeys + extraKeys)
      let remedy = "Write the address on the wire, 0 to 65535"
      let table = element.required("table", "Write one of: holding, input, coil, discrete")?
        .choice(RegisterTable.allCases.map(\.rawValue)).flatMap(RegisterTable.init(rawValue:))
      let first = element.required("first", remedy)?.integer(in: 0...65_535, remedy)
      let last = element.required("last", remedy)?.integer(in: 0...65_535, remedy)
      guard let table, let first, let last else { return nil }
      guard first <= last else {
        element.fault("first \(first) is after last \(last)", "Write the lower address as first")
        return nil
      }
      return (AddressRange(table: table, addresses: first..<(last + 1)), element)
    }
  }
}
