import Devices
import Shopfloor

/// Fills a page and finds where the next one begins.
struct SeriesPager {
  let limit: Int
  private(set) var readings: [Reading] = []
  private(set) var next: SeriesCursor?
  /// Readings of the cursor's time that the page before gave.
  private var given: (time: Timestamp, count: Int)?
  private var left: Int

  init(limit: Int, cursor: SeriesCursor?) {
    self.limit = limit
    left = cursor?.given ?? 0
    given = cursor.map { ($0.time, $0.given) }
  }

  var isFull: Bool { next != nil }

  /// Takes readings in the order of time.
  mutating func add(_ found: [Reading]) {
    for reading in found {
      if left > 0, reading.time == given?.time {
        left -= 1
        continue
      }
      guard readings.count < limit else {
        let same = readings.reversed().prefix { $0.time == reading.time }.count
        let before = given.map { $0.time == reading.time ? $0.count : 0 } ?? 0
        next = SeriesCursor(time: reading.time, given: same + before)
        return
      }
      readings.append(reading)
    }
  }
}

/// Walks through a stretch in windows that grow where little is, so that neither a dense second nor an empty year is much
/// at once.
enum SeriesWindows {
  static let firstMicroseconds: Int64 = 60_000_000
  /// A window with fewer readings is followed by one four times as long; one with more than four times as many by one a
  /// quarter as long.
  static let aimedReadings = 20_000

  /// - Parameter body: gives the readings of the window and whether to go on.
  static func walk(
    from: Int64, to: Int64, _ body: (_ window: Range<Int64>) throws -> (found: Int, goesOn: Bool)
  ) throws {
    var begin = from
    var length = firstMicroseconds
    while begin < to {
      let end = begin.addingReportingOverflow(length)
      let window = begin..<(end.overflow ? to : min(to, end.partialValue))
      let step = try body(window)
      guard step.goesOn else { return }
      begin = window.upperBound
      if step.found < aimedReadings {
        length = length.multipliedReportingOverflow(by: 4).overflow ? length : length * 4
      } else if step.found > 4 * aimedReadings {
        length = max(length / 4, 1_000)
      }
    }
  }
}
