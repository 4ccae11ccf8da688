import Shopfloor

/// An exception as a record lists it.
struct ListedException {
  let place: DocumentPlace
  let kind: ExceptionKind
  let run: String?
  let cycle: Int64?
  let events: Set<Int64>

  static func all(in record: DocumentPlace) throws(Misfit) -> [ListedException] {
    var exceptions: [ListedException] = []
    for place in try record.member("exceptions").elements() {
      let kindPlace = try place.member("kind")
      guard let kind = ExceptionKind(rawValue: try kindPlace.text()) else {
        throw kindPlace.misfit("a kind of exception that this version knows")
      }
      try place.member("severity").require(.string(kind.severity.rawValue))
      var events: Set<Int64> = []
      for event in try place.member("events").elements() { events.insert(try event.integer()) }
      exceptions.append(
        ListedException(
          place: place, kind: kind, run: try place.member("run").present?.text(),
          cycle: try place.member("cycle").present?.integer(), events: events))
    }
    return exceptions
  }
}
