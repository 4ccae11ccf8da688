import Devices
import Shopfloor

/// The readings of an export as the columns of an Arrow file.
struct ArrowReadings {
  /// Rows of a batch; about 3 MiB.
  private static let batchRows = 65_536

  private var writer: ArrowWriter
  private let places: [ParameterIndex: (station: Int32, parameter: Int32, unit: Int32, device: Int32)]
  private let qualities: [UInt8: Int32]
  private var columns = [ArrowColumn](repeating: ArrowColumn(), count: 10)
  private var rows = 0

  /// Texts of one column, each once. By their bytes: the ohm sign and the Greek letter are equal as strings.
  struct Dictionary {
    private(set) var texts: [String] = []
    private var places: [[UInt8]: Int32] = [:]

    mutating func place(of text: String) -> Int32 {
      let bytes = Array(text.utf8)
      if let place = places[bytes] { return place }
      let place = Int32(texts.count)
      texts.append(text)
      places[bytes] = place
      return place
    }
  }

  static let columns: [ArrowSchema.Column] = [
    .init(name: "time", kind: .timestamp, isNullable: false),
    .init(name: "station", kind: .dictionary(id: 0), isNullable: false),
    .init(name: "parameter", kind: .dictionary(id: 1), isNullable: false),
    .init(name: "unit", kind: .dictionary(id: 2), isNullable: false),
    .init(name: "device", kind: .dictionary(id: 3), isNullable: false),
    .init(name: "value", kind: .float64, isNullable: true),
    .init(name: "quality", kind: .dictionary(id: 4), isNullable: false),
    .init(name: "detail", kind: .unsigned(bits: 16), isNullable: false),
    .init(name: "raw", kind: .unsigned(bits: 64), isNullable: true),
    .init(name: "run", kind: .dictionary(id: 5), isNullable: true),
  ]

  init(_ content: ExportContent, _ write: @escaping ([UInt8]) throws -> Void) throws {
    writer = try ArrowWriter(
      columns: Self.columns,
      metadata: [
        ("lotwire.scope", content.scope.text), ("lotwire.through_sequence", "\(content.throughSequence)"),
        ("lotwire.through_hash", EventChain.hex(content.throughHash)),
      ], write)
    var names = [Dictionary](repeating: Dictionary(), count: 4)
    var places: [ParameterIndex: (station: Int32, parameter: Int32, unit: Int32, device: Int32)] = [:]
    for parameter in content.parameters {
      places[parameter.index] = (
        names[0].place(of: parameter.station.text), names[1].place(of: parameter.name.text),
        names[2].place(of: parameter.unit), names[3].place(of: parameter.device.text)
      )
    }
    self.places = places
    var qualities: [UInt8: Int32] = [:]
    for (place, quality) in Quality.allCases.enumerated() { qualities[quality.rawValue] = Int32(place) }
    self.qualities = qualities
    for (id, names) in names.enumerated() { try writer.add(dictionary: names.texts, id: Int64(id)) }
    try writer.add(dictionary: Quality.allCases.map(\.name), id: 4)
    try writer.add(dictionary: content.runs.map(\.id.text), id: 5)
  }

  mutating func add(_ readings: [Reading], _ runs: [Int32?]) throws {
    for (reading, run) in zip(readings, runs) {
      guard let place = places[reading.parameter] else { continue }
      columns[0].int64(reading.time.microseconds)
      columns[1].index(place.station)
      columns[2].index(place.parameter)
      columns[3].index(place.unit)
      columns[4].index(place.device)
      columns[5].float64(reading.quality.hasValue ? reading.value : nil)
      columns[6].index(qualities[reading.quality.rawValue])
      columns[7].uint16(reading.detail)
      columns[8].uint64(reading.rawWordCount > 0 ? reading.raw : nil)
      columns[9].index(run)
      rows += 1
      if rows == Self.batchRows { try writeBatch() }
    }
  }

  mutating func finish() throws {
    if rows > 0 { try writeBatch() }
    try writer.finish()
  }

  private mutating func writeBatch() throws {
    try writer.add(columns, rows: rows)
    columns = [ArrowColumn](repeating: ArrowColumn(), count: Self.columns.count)
    rows = 0
  }
}
