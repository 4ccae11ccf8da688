import ControlCharts

/// A data file with its columns: finds the header, and columns by name or number, and gives the rows one by one.
struct DataFile {
  let file: String
  /// Nil where the file has no header.
  let header: [String]?
  let columnCount: Int
  private var reader: CSVReader
  /// The first row, where it is no header; afterwards rows that were read ahead.
  private var ahead: [CSVReader.Record] = []

  var separator: CSVReader.Separator { reader.separator }

  /// - Parameter hasHeader: nil: the first row is a header where no cell of it is a number.
  init(_ reader: CSVReader, hasHeader: Bool?) throws(DataFault) {
    var reader = reader
    guard let first = try reader.next() else {
      throw DataFault(
        file: reader.file, line: nil, column: nil, problem: "the file is empty.",
        remedy: "It needs a row for each sample; a header is optional.")
    }
    var numbers = CSVNumber(separator: reader.separator)
    let looksLikeHeader = first.cells.allSatisfy { cell in
      if case .number = numbers.read(cell) { false } else { true }
    }
    let isHeader = hasHeader ?? (looksLikeHeader && first.cells.contains { !$0.trimmingSpaces().isEmpty })
    header = isHeader ? first.cells.map { $0.trimmingSpaces() } : nil
    columnCount = first.cells.count
    file = reader.file
    if !isHeader { ahead = [first] }
    self.reader = reader
  }

  /// The next row with as many cells as there are columns. Empty lines are left out; in a file of one column an empty
  /// line before another value is an empty cell.
  mutating func next() throws(DataFault) -> CSVReader.Record? {
    if !ahead.isEmpty { return ahead.removeFirst() }
    var empty: [CSVReader.Record] = []
    while let record = try reader.next() {
      let isEmpty = record.cells.count == 1 && record.cells[0].trimmingSpaces().isEmpty
      if isEmpty {
        if columnCount == 1, empty.count < Self.maximumEmptyLines { empty.append(record) }
        continue
      }
      guard record.cells.count == columnCount else {
        throw DataFault(
          file: file, line: record.line, column: nil,
          problem: "the row has \(record.cells.count) cells, the first row \(columnCount) (separated by a"
            + " \(reader.separator.name)).",
          remedy:
            "Give every row the same columns; put text that contains a \(reader.separator.name) into quotation marks.")
      }
      guard !empty.isEmpty else { return record }
      ahead = Array(empty.dropFirst()) + [record]
      return empty[0]
    }
    return nil
  }

  /// Most empty lines in a row that count as gaps.
  private static let maximumEmptyLines = 100_000

  func column(at index: Int) -> DataFault.Column {
    DataFault.Column(number: index + 1, name: header?[index])
  }

  /// The index of a column that was asked for by its name or its number from 1.
  func index(of wanted: String, option: String) throws(CommandFailure) -> Int {
    let name = wanted.trimmingSpaces()
    if let header {
      let exact = header.indices.filter { header[$0] == name }
      let same = exact.isEmpty ? header.indices.filter { header[$0].lowercased() == name.lowercased() } : exact
      if same.count > 1 {
        throw .usage(
          "\(option): \(DataFault.shown(name)) is the name of \(same.count) columns of \(displayableFile)."
            + " Give the number of the column, from 1.")
      }
      if let index = same.first { return index }
    }
    if let number = Int(name), (1...columnCount).contains(number) { return number - 1 }
    throw .usage("\(option): \(displayableFile) has no column \(DataFault.shown(name)). It has: \(columnList).")
  }

  /// What a person can ask for.
  var columnList: String {
    let most = 30
    let names = (0..<min(most, columnCount)).map { index in
      "\(index + 1)" + (header.map { " " + DataFault.shown($0[index]) } ?? "")
    }
    return names.joined(separator: ", ") + (columnCount > most ? ", and \(columnCount - most) more" : "")
  }

  private var displayableFile: String { DataFault.shown(file) }
}
