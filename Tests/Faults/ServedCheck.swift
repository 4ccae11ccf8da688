import Devices
import Harness
import Shopfloor

/// Holds what was recorded of one device against what it says that it served.
struct ServedCheck: Sendable {
  /// A good value is at most so much older than its time, on a machine that does not stall: more than any time-out.
  static let usualAgeMicroseconds: Int64 = 5_000_000

  private let maximumAgeMicroseconds: Int64
  /// Ascending in time.
  private let rows: [ServedJournal.Row]

  /// - Parameter stallMicroseconds: how long the machine did not let a process run; both ends may have met it.
  init(_ journal: ServedJournal, unit: Int, stallMicroseconds: Int64 = 0) {
    maximumAgeMicroseconds = Self.usualAgeMicroseconds + 4 * stallMicroseconds
    rows = journal.rows.filter { $0.unit == unit && !$0.table.hasPrefix("write-") }
      .sorted { $0.utcMicroseconds < $1.utcMicroseconds }
  }

  /// Why a good reading is not what was served; nil where it is.
  ///
  /// It must be in the last reply that carried its registers before its time: an older one would be the answer to an
  /// older question.
  func fault(of reading: Reading, _ point: ProfilePoint) -> String? {
    let time = reading.time.microseconds
    let last = row(before: reading, point)
    guard let last else { return "\(point.name) was never served before \(time)" }
    let age = time - last.utcMicroseconds
    let start = point.address - last.address
    let words = last.words[start..<(start + point.addressCount)].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
    if words != reading.raw {
      return "\(point.name) at \(time) is \(hex(reading.raw)), but \(hex(words)) was served \(age) us before"
    }
    return age > maximumAgeMicroseconds ? "\(point.name) at \(time) was served \(age) us before" : nil
  }

  /// When the last reply before a reading was made that carried its registers.
  func servedMicroseconds(before reading: Reading, _ point: ProfilePoint) -> Int64? {
    row(before: reading, point)?.utcMicroseconds
  }

  private func row(before reading: Reading, _ point: ProfilePoint) -> ServedJournal.Row? {
    rows.prefix(firstIndex(after: reading.time.microseconds)).last { row in
      row.table == point.table.rawValue
        && (row.address..<(row.address + row.words.count)).contains(point.addresses.lowerBound)
        && row.address + row.words.count >= point.addresses.upperBound
    }
  }

  private func firstIndex(after time: Int64) -> Int {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].utcMicroseconds <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func hex(_ value: UInt64) -> String { String(value, radix: 16, uppercase: true) }
}
