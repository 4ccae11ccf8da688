import ControlCharts

/// Makes the points of a chart from the rows of a data file.
struct SampleReader {
  /// Most points of one chart.
  static let maximumPoints = ChartStudy.maximumPoints
  /// Most rows of one file: subgroups take several.
  static let maximumRows = 5_000_000

  private let maximumPoints: Int
  private let kind: ChartKind
  private let columns: SampleColumns
  private var file: DataFile
  private var numbers: CSVNumber
  private var found = SampleSeries()
  private var open: OpenSubgroup?
  private var partialCount = 0
  private var emptyCellCount = 0

  private struct OpenSubgroup {
    var key: String?
    var label: String?
    var stage: String
    var part: String?
    var line: Int
    var values: [Double] = []
    var cells = 0
  }

  init(_ file: DataFile, kind: ChartKind, columns: SampleColumns, maximumPoints: Int = Self.maximumPoints) {
    self.maximumPoints = maximumPoints
    self.file = file
    self.kind = kind
    self.columns = columns
    numbers = CSVNumber(separator: file.separator)
  }

  /// Reads the file to its end.
  mutating func series() throws(DataFault) -> SampleSeries {
    var rows = 0
    while let record = try file.next() {
      rows += 1
      guard rows <= Self.maximumRows else { throw tooMany("\(Self.maximumRows) rows", at: record.line) }
      switch columns.grouping {
      case .rows: try append(point(of: record), line: record.line)
      case .count, .column: try collect(record)
      }
    }
    try close()
    guard !found.points.isEmpty else {
      throw DataFault(
        file: file.file, line: nil, column: nil, problem: "there is no row below the header.",
        remedy: "Add rows, or say --no-header where the first row is one.")
    }
    addNotes()
    return found
  }

  // MARK: A point for each row

  private mutating func point(of record: CSVReader.Record) throws(DataFault) -> StudyPoint {
    let stage = text(columns.stage, record) ?? ""
    let label = text(columns.label, record)
    return StudyPoint(label: label ?? "", content: try content(of: record), stage: stage)
  }

  private mutating func content(of record: CSVReader.Record) throws(DataFault) -> StudyPoint.Content {
    if kind.isAttribute { return try count(of: record) }
    var values: [Double] = []
    for column in columns.values {
      if let value = try number(column, record) { values.append(value) }
    }
    let missing = columns.values.count - values.count
    if values.isEmpty { return .gap(reason: "empty") }
    if kind == .hotellingTSquared, missing > 0 {
      return .gap(reason: "\(missing) of \(columns.values.count) variables empty")
    }
    emptyCellCount += missing
    // The values of a T² point are variables, no subgroup.
    if kind != .hotellingTSquared { found.largestSubgroup = max(found.largestSubgroup, values.count) }
    guard let part = columns.part else { return .sample(.values(values)) }
    return .sample(.part(try partName(part, record), values: values))
  }

  private mutating func count(of record: CSVReader.Record) throws(DataFault) -> StudyPoint.Content {
    let count = try number(columns.values[0], record)
    let inspected =
      try columns.inspected.map { column throws(DataFault) in try number(column, record) } ?? columns.inspectedEach
    guard let count else { return .gap(reason: "empty") }
    guard let inspected else { return .gap(reason: "number inspected is empty") }
    guard inspected > 0 else {
      throw fault(
        columns.inspected ?? columns.values[0], record, "\(inspected.shown) inspected is not possible.",
        "Write how much was inspected, more than 0; leave the cell empty where nothing was.")
    }
    guard count >= 0 else {
      throw fault(columns.values[0], record, "a count of \(count.shown) is not possible.", "Write 0 or more.")
    }
    if kind == .p || kind == .np || kind == .laneyP, count > inspected {
      throw fault(
        columns.values[0], record,
        "\(count.shown) nonconforming items of \(inspected.shown) inspected are not possible.",
        "Check the two columns, or use --chart u where one item can have several nonconformities.")
    }
    return .sample(.count(count, inspected: inspected))
  }

  // MARK: Subgroups of several rows

  private mutating func collect(_ record: CSVReader.Record) throws(DataFault) {
    let stage = text(columns.stage, record) ?? ""
    let part = try columns.part.map { column throws(DataFault) in try partName(column, record) }
    var key: String?
    if case .column(let column) = columns.grouping { key = text(column, record) ?? "" }
    if let current = open, current.stage != stage || current.key != key || current.part != part { try close() }
    let value = try number(columns.values[0], record)
    var subgroup =
      open
      ?? OpenSubgroup(key: key, label: key ?? text(columns.label, record), stage: stage, part: part, line: record.line)
    subgroup.cells += 1
    if let value { subgroup.values.append(value) }
    open = subgroup
    if case .count(let size) = columns.grouping, subgroup.cells == size { try close() }
  }

  private mutating func close() throws(DataFault) {
    guard let subgroup = open else { return }
    open = nil
    found.largestSubgroup = max(found.largestSubgroup, subgroup.values.count)
    if case .count(let size) = columns.grouping, subgroup.cells < size { partialCount += 1 }
    var content = StudyPoint.Content.gap(reason: "empty")
    if !subgroup.values.isEmpty {
      emptyCellCount += subgroup.cells - subgroup.values.count
      content = .sample(subgroup.part.map { .part($0, values: subgroup.values) } ?? .values(subgroup.values))
    }
    try append(
      StudyPoint(label: subgroup.label ?? "", content: content, stage: subgroup.stage), line: subgroup.line)
  }

  // MARK: Cells

  private mutating func append(_ point: StudyPoint, line: Int) throws(DataFault) {
    guard found.points.count < maximumPoints else { throw tooMany("\(maximumPoints) points", at: line) }
    var point = point
    if point.label.isEmpty { point.label = "\(found.points.count + 1)" }
    found.points.append(point)
  }

  private func tooMany(_ bound: String, at line: Int) -> DataFault {
    DataFault(
      file: file.file, line: line, column: nil, problem: "the file has more than \(bound), the bound of one chart.",
      remedy:
        "Cut it into several files, or chart subgroups (--subgroup N) of features of a cycle instead of raw values.")
  }

  private mutating func number(_ column: Int, _ record: CSVReader.Record) throws(DataFault) -> Double? {
    switch numbers.read(record.cells[column]) {
    case .empty: return nil
    case .number(let value): return value
    case .refused(let problem, let remedy):
      let isFirst = record.line == 1 && file.header == nil
      throw fault(column, record, problem, remedy + (isFirst ? " If the first row is a header, say --header." : ""))
    }
  }

  private func text(_ column: Int?, _ record: CSVReader.Record) -> String? {
    column.map { record.cells[$0].trimmingSpaces() }
  }

  private func partName(_ column: Int, _ record: CSVReader.Record) throws(DataFault) -> String {
    let name = record.cells[column].trimmingSpaces()
    guard !name.isEmpty else { throw fault(column, record, "no part is named.", "Write the name of the part.") }
    return name
  }

  private func fault(
    _ column: Int, _ record: CSVReader.Record, _ problem: String, _ remedy: String
  ) -> DataFault {
    DataFault(
      file: file.file, line: record.line, column: file.column(at: column), problem: problem, remedy: remedy)
  }

  private mutating func addNotes() {
    if partialCount > 0, case .count(let size) = columns.grouping {
      found.notes.append(
        "\(partialCount) subgroup\(partialCount == 1 ? " has" : "s have") fewer than \(size) rows: the stage or the file"
          + " ended. Their limits follow their own size.")
    }
    if emptyCellCount > 0 {
      found.notes.append(
        "\(emptyCellCount) empty cell\(emptyCellCount == 1 ? "" : "s"): their subgroups have fewer values.")
    }
  }
}

extension Double {
  /// A number for a message: whole numbers without a fraction.
  var shown: String { self == rounded() && magnitude < 1e15 ? "\(Int64(self))" : "\(self)" }
}
