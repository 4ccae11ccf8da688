import Shopfloor

/// How values of the floor stand in a record.
extension CanonicalJSON {
  /// A whole number; null where it lies beyond what every JSON reader keeps exactly.
  static func whole(_ value: Int64) -> CanonicalJSON {
    value.magnitude <= UInt64(largestInteger) ? .integer(value) : .null
  }

  static func whole(_ value: Int) -> CanonicalJSON { whole(Int64(value)) }

  /// An instant twice: exact for programs, as ISO 8601 text for people.
  static func time(_ time: Timestamp?) -> CanonicalJSON {
    guard let time else { return .null }
    return .object(["microseconds": whole(time.microseconds), "text": .string(time.description)])
  }

  static func name<Kind>(_ identifier: Identifier<Kind>?) -> CanonicalJSON {
    identifier.map { .string($0.text) } ?? .null
  }

  static func text(_ text: String?) -> CanonicalJSON { text.map { .string($0) } ?? .null }

  static func names<Kind>(_ identifiers: [Identifier<Kind>]) -> CanonicalJSON { .array(identifiers.map { name($0) }) }

  static func words(_ words: Words) -> CanonicalJSON {
    .object([
      Language.english.rawValue: .string(words.english), Language.chinese.rawValue: .string(words.chinese),
    ])
  }

  static func limits(_ limits: LimitPlan?) -> CanonicalJSON {
    guard let limits else { return .null }
    return .object([
      "low": .decimal(limits.low), "high": .decimal(limits.high), "deadband": .decimal(limits.deadband),
      "onDelayMicroseconds": whole(limits.onDelayMicroseconds),
    ])
  }

  /// An order that depends on the bytes alone, not on how a Swift version compares characters.
  static func isOrdered<Kind>(_ left: Identifier<Kind>, before right: Identifier<Kind>) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}
