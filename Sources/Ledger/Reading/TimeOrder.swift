import Devices
import Shopfloor

/// Puts the readings of one parameter into the order of their own times while they pass: equal times keep the order of
/// arrival. It holds what may still be preceded by something that is to come, and nothing else.
struct TimeOrder {
  private var readings: [Reading] = []
  /// Their places in the order of arrival, beside them.
  private var arrivals: [Int64] = []
  private var isOrdered = true

  var count: Int { readings.count }

  /// Takes a reading that came `arrival`-th; readings of one source come in the order of arrival.
  @inline(__always)
  mutating func append(_ reading: Reading, arrival: Int64) {
    if isOrdered, let last = readings.last, let lastArrival = arrivals.last,
      (reading.time, arrival) < (last.time, lastArrival)
    {
      isOrdered = false
    }
    readings.append(reading)
    arrivals.append(arrival)
  }

  /// Gives what lies before a time, for good: nothing before it may come later.
  mutating func release(before time: Int64, to body: (ArraySlice<Reading>) throws -> Void) rethrows {
    guard !readings.isEmpty else { return }
    order()
    let end = partition(before: time)
    guard end > 0 else { return }
    try body(readings[..<end])
    if end == readings.count {
      readings.removeAll(keepingCapacity: true)
      arrivals.removeAll(keepingCapacity: true)
    } else {
      readings.removeFirst(end)
      arrivals.removeFirst(end)
    }
  }

  mutating func releaseAll(to body: (ArraySlice<Reading>) throws -> Void) rethrows {
    order()
    if !readings.isEmpty { try body(readings[...]) }
    (readings, arrivals) = ([], [])
  }

  private mutating func order() {
    guard !isOrdered else { return }
    isOrdered = true
    let places = readings.indices.sorted {
      (readings[$0].time, arrivals[$0], $0) < (readings[$1].time, arrivals[$1], $1)
    }
    readings = places.map { readings[$0] }
    arrivals = places.map { arrivals[$0] }
  }

  private func partition(before time: Int64) -> Int {
    var (low, high) = (0, readings.count)
    while low < high {
      let middle = low + (high - low) / 2
      if readings[middle].time.microseconds < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
