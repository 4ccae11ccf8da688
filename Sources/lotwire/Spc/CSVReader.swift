/// Reads CSV after RFC 4180 record by record: quoted cells with line breaks, CR LF or LF, a byte order mark, and `;` or
/// a tab in the place of the comma. There are no comment lines.
struct CSVReader {
  enum Separator: UInt8, CaseIterable {
    case comma = 0x2C
    case semicolon = 0x3B
    case tab = 0x09

    var name: String {
      switch self {
      case .comma: "comma"
      case .semicolon: "semicolon"
      case .tab: "tab"
      }
    }
  }

  struct Record {
    /// Line of its first character, from 1.
    var line: Int
    var cells: [String]
  }

  /// Largest file, in bytes: more than a million rows of many columns, and far below the memory of a small machine.
  static let maximumBytes = 256 << 20
  /// Most cells of one row, and bytes of one cell.
  static let maximumCells = 1_024
  static let maximumCellBytes = 65_536

  let file: String
  let separator: Separator
  private let bytes: [UInt8]
  private var index = 0
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// - Parameter separator: nil: found in the first row, where `;` goes before the tab and the tab before the comma.
  init(_ bytes: [UInt8], file: String, separator: Separator? = nil) throws(DataFault) {
    self.file = file
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw DataFault(
        file: file, line: nil, column: nil, problem: "the file is UTF-16.",
        remedy: "Save it as \"CSV UTF-8\" in the program it comes from.")
    }
    self.separator = separator ?? Self.separator(of: bytes[index...])
  }

  private static func separator(of bytes: ArraySlice<UInt8>) -> Separator {
    var isQuoted = false
    var seen: Set<UInt8> = []
    for byte in bytes {
      if byte == quote { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == lineFeed || byte == carriageReturn { break }
      seen.insert(byte)
    }
    let order: [Separator] = [.semicolon, .tab]
    return order.first { seen.contains($0.rawValue) } ?? .comma
  }

  /// The next record; nil at the end. An empty line is a record with one empty cell.
  mutating func next() throws(DataFault) -> Record? {
    guard index < bytes.count else { return nil }
    var record = Record(line: line, cells: [])
    while true {
      record.cells.append(try cell())
      guard index < bytes.count else { return record }
      let byte = bytes[index]
      index += 1
      if byte == separator.rawValue {
        guard record.cells.count < Self.maximumCells else {
          throw fault("the row has more than \(Self.maximumCells) cells.", "Take out what is not needed.")
        }
        guard index == bytes.count else { continue }
        // A separator at the very end still has an empty cell behind it.
        record.cells.append("")
        return record
      }
      if byte == Self.carriageReturn, index < bytes.count, bytes[index] == Self.lineFeed { index += 1 }
      line += 1
      return record
    }
  }

  /// Ends on the separator, the end of the line or the end of the file.
  private mutating func cell() throws(DataFault) -> String {
    if index < bytes.count, bytes[index] == Self.quote { return try quotedCell() }
    let start = index
    while index < bytes.count {
      let byte = bytes[index]
      if byte == separator.rawValue || byte == Self.lineFeed || byte == Self.carriageReturn { break }
      index += 1
    }
    return try text(bytes[start..<index])
  }

  private mutating func quotedCell() throws(DataFault) -> String {
    let opened = line
    var content: [UInt8] = []
    index += 1
    while true {
      guard index < bytes.count else {
        throw DataFault(
          file: file, line: opened, column: nil, problem: "a quotation mark is opened and never closed.",
          remedy: "Close it, or write it twice where the cell itself has one.")
      }
      let byte = bytes[index]
      index += 1
      if byte == Self.quote {
        guard index < bytes.count, bytes[index] == Self.quote else { break }
        index += 1
      } else if byte == Self.lineFeed || (byte == Self.carriageReturn && !isNext(Self.lineFeed)) {
        line += 1
      }
      content.append(byte)
      if content.count > Self.maximumCellBytes { break }
    }
    let text = try text(content[...])
    let ends = [separator.rawValue, Self.lineFeed, Self.carriageReturn]
    guard index >= bytes.count || ends.contains(bytes[index]) else {
      throw fault("text follows a closing quotation mark.", "Put the whole cell into quotation marks.")
    }
    return text
  }

  private func isNext(_ byte: UInt8) -> Bool { index < bytes.count && bytes[index] == byte }

  private func text(_ content: ArraySlice<UInt8>) throws(DataFault) -> String {
    guard content.count <= Self.maximumCellBytes else {
      throw fault(
        "a cell has more than \(Self.maximumCellBytes) bytes.", "Look for a quotation mark that is not closed.")
    }
    guard !content.contains(0), let text = String(validating: content, as: UTF8.self) else {
      throw fault("the text is not UTF-8.", "Save it as \"CSV UTF-8\" in the program it comes from.")
    }
    return text
  }

  private func fault(_ problem: String, _ remedy: String) -> DataFault {
    DataFault(file: file, line: line, column: nil, problem: problem, remedy: remedy)
  }
}
