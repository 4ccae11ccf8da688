import Shopfloor

/// A run with its readings, which lie within it and are in time order.
struct DecodedRun {
  struct Series {
    let place: DocumentPlace
    let parameter: String
    /// Nil where the ledger holds them.
    let readings: [RecordedReading]?
  }

  let place: DocumentPlace
  let series: [Series]

  static func decode(_ record: DocumentPlace) throws(Misfit) -> [DecodedRun] {
    var runs: [DecodedRun] = []
    for place in try record.member("runs").elements() {
      let start = try place.member("start").time()
      let end = try place.member("end").present?.time()
      var series: [Series] = []
      for one in try place.member("series").elements() {
        series.append(try decode(one, start: start, end: end))
      }
      runs.append(DecodedRun(place: place, series: series))
    }
    return runs
  }

  private static func decode(_ place: DocumentPlace, start: Timestamp, end: Timestamp?) throws(Misfit) -> Series {
    let parameter = try place.member("parameter").text()
    guard let readingsPlace = try place.member("readings").present else {
      return Series(place: place, parameter: parameter, readings: nil)
    }
    guard case .array(let elements) = readingsPlace.value else { throw readingsPlace.misfit("an array of readings") }
    var readings: [RecordedReading] = []
    readings.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      guard let reading = RecordedReading(json: element) else {
        throw DocumentPlace(value: element, path: "\(readingsPlace.path)[\(index)]")
          .misfit("a reading [microseconds, value, quality, raw words, detail]")
      }
      let isWithin = reading.time >= start && (end.map { reading.time < $0 } ?? true)
      guard isWithin else {
        throw Misfit(
          path: "\(readingsPlace.path)[\(index)]",
          expected: "a time from \(start) and before \(end.map { "\($0)" } ?? "the end")", found: "\(reading.time)")
      }
      if let previous = readings.last, reading.time < previous.time {
        throw Misfit(
          path: "\(readingsPlace.path)[\(index)]", expected: "a time at or after the one before, \(previous.time)",
          found: "\(reading.time)")
      }
      readings.append(reading)
    }
    return Series(place: place, parameter: parameter, readings: readings)
  }
}

/// Counts, statistics and digests of every series, computed again.
enum ReadingProof {
  static func check(_ record: DocumentPlace, _ runs: [DecodedRun]) throws(Misfit) {
    let statement = try record.member("readings")
    let areCarried = try statement.member("carried").bool()
    var total = 0
    for run in runs {
      for series in run.series {
        guard let readings = series.readings else {
          guard !areCarried else { throw try series.place.member("readings").misfit("the readings themselves") }
          continue
        }
        guard areCarried else { throw try series.place.member("readings").misfit("null: no readings are carried") }
        total += readings.count
        try check(series, readings)
      }
    }
    if areCarried { try statement.member("count").require(.whole(total)) }
  }

  private static func check(_ series: DecodedRun.Series, _ readings: [RecordedReading]) throws(Misfit) {
    let statistics = ReadingStatistics(of: readings)
    try series.place.member("count").require(.whole(statistics.count))
    try series.place.member("countsByQuality").require(statistics.countsJSON)
    try series.place.member("minimum").require(.decimal(statistics.minimum))
    try series.place.member("mean").require(.decimal(statistics.mean))
    try series.place.member("maximum").require(.decimal(statistics.maximum))
    let bytes = try series.place.member("readings").value.canonicalBytes
    try series.place.member("digestSHA256").require(.string(Digest.sha256Text(of: bytes)))
  }
}
