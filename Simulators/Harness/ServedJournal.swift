public import Foundation

/// What `simulate plc` says it served, as its journal stands now.
public struct ServedJournal: Sendable {
  public struct Row: Sendable {
    public var utcMicroseconds: Int64
    /// The number of the device where each has a port of its own.
    public var unit: Int
    /// "holding", "input", "coil" or "discrete"; with "write-" before it where a write was taken.
    public var table: String
    public var address: Int
    /// Registers, or 0 and 1.
    public var words: [UInt16]
    /// The quirk in force; empty where there was none.
    public var quirk: String
  }

  public var rows: [Row]

  /// A line that is not yet whole is left out.
  public init(file: URL) throws {
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    rows = text.split(separator: "\n").compactMap(Self.row)
  }

  private static func row(_ line: Substring) -> Row? {
    let columns = line.split(separator: ",", omittingEmptySubsequences: false)
    guard columns.count == 6, let time = Int64(columns[0]), let unit = Int(columns[1]), let address = Int(columns[3])
    else { return nil }
    let words = columns[4].split(separator: " ").compactMap { UInt16($0, radix: 16) }
    return Row(
      utcMicroseconds: time, unit: unit, table: String(columns[2]), address: address, words: words,
      quirk: String(columns[5]))
  }
}
