import Shopfloor

/// Lots and times of the runs.
enum RunOrder {
  static func checkLot(_ record: DocumentPlace) throws(Misfit) {
    let lot = try record.member("lot").value
    for run in try record.member("runs").elements() {
      let lots = try run.member("lots")
      let found = try lots.elements().contains { $0.value.canonicalBytes == lot.canonicalBytes }
      guard found else { throw lots.misfit("lots with " + String(decoding: lot.canonicalBytes, as: UTF8.self)) }
    }
  }

  /// Every run has ended, not before its start, and none starts before the one before it.
  static func check(_ record: DocumentPlace) throws(Misfit) {
    var previousStart: Timestamp?
    for run in try record.member("runs").elements() {
      let startPlace = try run.member("start")
      let start = try startPlace.time()
      if let previousStart, start < previousStart {
        throw startPlace.misfit("a start at or after that of the run before, \(previousStart)")
      }
      previousStart = start
      let endPlace = try run.member("end")
      guard endPlace.present != nil else { throw endPlace.misfit("an end: the run is not finished") }
      guard try endPlace.time() >= start else { throw endPlace.misfit("an end at or after the start, \(start)") }
    }
  }
}

/// Every time stands in a record as microseconds and as text; the two must say the same.
enum TimeTexts {
  static func check(_ place: DocumentPlace) throws(Misfit) {
    switch place.value {
    case .object(let object):
      if let text = object["text"], let microseconds = object["microseconds"], object.members.count == 2 {
        guard case .integer(let number) = microseconds else { throw place.misfit("microseconds as a whole number") }
        let expected = CanonicalJSON.string(Timestamp(microseconds: number).description)
        try DocumentPlace(value: text, path: "\(place.path).text").require(expected)
        return
      }
      for member in object.members {
        // Readings hold no texts of times.
        if member.name == "readings", case .array = member.value { continue }
        try check(DocumentPlace(value: member.value, path: "\(place.path).\(member.name)"))
      }
    case .array: for element in try place.elements() { try check(element) }
    default: return
    }
  }
}
