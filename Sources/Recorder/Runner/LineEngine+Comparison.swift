extension LineEngine {
  /// Where the state of two engines differs, in words: an engine that the ledger alone gives must be the living one.
  package func differences(from other: borrowing LineEngine) -> [String] {
    var found: [String] = []
    if floor != other.floor { found.append("the floor") }
    if clock != other.clock { found.append("the clock") }
    if bootID != other.bootID { found.append("the boot") }
    if texts != other.texts { found.append("the texts") }
    if stations != other.stations { found.append("the stations") }
    for slot in 0..<max(parameters.count, other.parameters.count) {
      guard slot < parameters.count, slot < other.parameters.count, parameters[slot] == other.parameters[slot],
        pulses[slot] == other.pulses[slot]
      else {
        found.append("parameter \(slot)")
        continue
      }
    }
    return found
  }
}
