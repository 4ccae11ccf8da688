import Devices
import Shopfloor

/// What was learned about a device, for a technician.
enum LearnedWords {
  /// Stretches that are told one by one.
  static let maximumStretches = 5

  /// "holding 17-18 (point seal) refused with exception 2"; empty where nothing was learned.
  static func of(_ learned: DeviceLimitsLearned, points: [MappedPoint]) -> String {
    var words = learned.unreadable.prefix(maximumStretches).map { stretch in
      let last = stretch.address + stretch.count - 1
      let addresses = stretch.count > 1 ? "\(stretch.address)-\(last)" : "\(stretch.address)"
      let names = points.map(\.point).filter {
        $0.table.rawValue == stretch.table && $0.addresses.overlaps(stretch.address..<(last + 1))
      }.map(\.name)
      let place = names.isEmpty ? "between points" : "point \(names.joined(separator: ", "))"
      return "\(stretch.table) \(addresses) (\(place)) refused with exception \(stretch.exception)"
    }
    let more = learned.unreadable.count - words.count
    if more > 0 { words.append("\(more) more stretches refused") }
    if let most = learned.maximumRegisters { words.append("more than \(most) registers at once refused") }
    if let most = learned.maximumBits { words.append("more than \(most) coils at once refused") }
    if learned.refusesGaps { words.append("unused addresses refused") }
    return words.joined(separator: "; ")
  }
}
