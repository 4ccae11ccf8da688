extension TopicFilter {
  /// Whether every topic that `other` means is also meant by this filter.
  public func covers(_ other: TopicFilter) -> Bool {
    if case .name(let name)? = other.levels.first, name.first == UInt8(ascii: "$"), let first = levels.first {
      guard case .name = first else { return false }
    }
    var index = 0
    while true {
      let mine = index < levels.count ? levels[index] : nil
      let theirs = index < other.levels.count ? other.levels[index] : nil
      switch (mine, theirs) {
      case (.anyRest, _): return true
      case (nil, nil): return true
      case (.anyOne, .anyOne), (.anyOne, .name): break
      case (.name(let left), .name(let right)) where left == right: break
      default: return false
      }
      index += 1
    }
  }

  /// The filters to subscribe to, in the order given, without those that another one covers: a broker may deliver a
  /// message once for every subscription that means it (MQTT 3.1.1 section 3.3.5).
  public static func withoutCovered(_ filters: [TopicFilter]) -> [TopicFilter] {
    var kept: [TopicFilter] = []
    for filter in filters where !kept.contains(where: { $0.covers(filter) }) {
      kept.removeAll { filter.covers($0) }
      kept.append(filter)
    }
    return kept
  }
}
