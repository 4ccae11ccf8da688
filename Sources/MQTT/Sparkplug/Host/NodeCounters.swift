/// What an edge node did since the daemon started, for the status display.
struct NodeCounters: Hashable {
  /// Where an edge node leaves the specification. Each kind is counted; of the last one the words are kept.
  enum Violation: Hashable, CaseIterable {
    case unreadable
    case noSequence
    case birthSequence
    case noDeathSequence
    case deviceBirthAlone
    case unsoundBirth
    case deathWithoutTime
    case retained
    case dataWithoutBirth
    case contradiction
    case notInBirth
    case notAValue
    case historyWithoutTime
  }

  struct Device: Hashable {
    var messages: UInt64 = 0
    var malformed: UInt64 = 0
  }

  var messages: UInt64 = 0
  var births: UInt64 = 0
  var deaths: UInt64 = 0
  /// Deaths of an earlier connection of the node.
  var ignoredDeaths: UInt64 = 0
  var repeatedBirths: UInt64 = 0
  var gaps: UInt64 = 0
  /// Messages that are known to be missing.
  var lost: UInt64 = 0
  /// Messages that came after they had been given up.
  var late: UInt64 = 0
  /// Messages of before a birth that the birth had overtaken.
  var overtaken: UInt64 = 0
  /// Data messages of a node or device whose birth was not seen.
  var beforeBirth: UInt64 = 0
  var unknownMetrics: UInt64 = 0
  /// Values that were left out because their alias was in doubt.
  var leftOut: UInt64 = 0
  private(set) var violations: [Violation: UInt64] = [:]
  private(set) var lastViolation = ""

  mutating func note(_ violation: Violation, _ words: String) {
    violations[violation, default: 0] += 1
    lastViolation = words
  }

  var violationCount: UInt64 { violations.values.reduce(0, +) }
}
