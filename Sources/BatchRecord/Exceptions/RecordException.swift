import Shopfloor

/// One thing a reviewer must look at, with the events that show it.
struct RecordException {
  var kind: ExceptionKind
  var at: Timestamp
  var station: StationName?
  var run: RunID?
  var words: Words
  /// Sequences of the events, ascending; empty where the evidence is the readings themselves.
  var events: [Int64]
  /// The cycle of the run, where the exception is about one.
  var cycle: Int?

  var json: CanonicalJSON {
    .object([
      "kind": .string(kind.rawValue), "severity": .string(kind.severity.rawValue), "at": .time(at),
      "station": .name(station), "run": .name(run), "words": .words(words),
      "events": .array(events.map { .whole($0) }), "cycle": cycle.map { .whole($0) } ?? .null,
    ])
  }

  /// By time, then by evidence, then by words: an order that depends on the content alone.
  static func isOrdered(_ left: RecordException, before right: RecordException) -> Bool {
    if left.at != right.at { return left.at < right.at }
    let leftEvent = left.events.first ?? Int64.max
    let rightEvent = right.events.first ?? Int64.max
    if leftEvent != rightEvent { return leftEvent < rightEvent }
    if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
    return left.words.english.utf8.lexicographicallyPrecedes(right.words.english.utf8)
  }
}
