import Shopfloor

/// An exception as a record lists it.
struct ListedException {
  let place: DocumentPlace
  /// Nil for a kind that this version does not know.
  let kind: ExceptionKind?
  let run: String?
  let cycle: Int64?
  let events: Set<Int64>

  static func all(in record: DocumentPlace) throws(Misfit) -> [ListedException] {
    var exceptions: [ListedException] = []
    for place in try record.member("exceptions").elements() {
      var events: Set<Int64> = []
      for event in try place.member("events").elements() { events.insert(try event.integer()) }
      exceptions.append(
        ListedException(
          place: place, kind: ExceptionKind(rawValue: try place.member("kind").text()),
          run: try place.member("run").present?.text(),
          cycle: try place.member("cycle").present?.integer(), events: events))
    }
    return exceptions
  }
}
