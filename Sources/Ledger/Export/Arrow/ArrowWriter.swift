/// Writes an Arrow IPC file (Arrow columnar format, "IPC File Format"): the schema, the dictionaries, batches of rows, and
/// a footer that says where they lie. Read by pandas, Polars, DuckDB and everything else that knows Arrow or Feather V2.
struct ArrowWriter {
  private static let magic = Array("ARROW1".utf8)
  /// Buffers begin at multiples of this, as the format recommends.
  private static let alignment = 64

  private let schema: FlatBuffer.Table
  private let write: ([UInt8]) throws -> Void
  private var offset = 0
  private var dictionaries: [ArrowSchema.Block] = []
  private var recordBatches: [ArrowSchema.Block] = []

  /// - Parameter write: appends bytes to the file.
  init(
    columns: [ArrowSchema.Column], metadata: [(key: String, value: String)], _ write: @escaping ([UInt8]) throws -> Void
  ) throws {
    schema = ArrowSchema.table(columns, metadata: metadata)
    self.write = write
    try append(Self.magic + [0, 0])
    _ = try message(.schema, schema, body: [])
  }

  /// A dictionary; before the first rows, once each.
  mutating func add(dictionary texts: [String], id: Int64) throws {
    var offsets = ByteWriter()
    var bytes: [UInt8] = []
    offsets.fixed32(0)
    for text in texts {
      bytes += text.utf8
      offsets.fixed32(UInt32(bytes.count))
    }
    var body = Body()
    body.node(length: texts.count, nulls: 0)
    body.add([])
    body.add(offsets.bytes)
    body.add(bytes)
    let table = ArrowSchema.dictionaryBatch(id: id, body.table(rows: texts.count))
    dictionaries.append(try message(.dictionaryBatch, table, body: body.bytes))
  }

  /// Rows, column by column in the order of the schema.
  mutating func add(_ columns: [ArrowColumn], rows: Int) throws {
    var body = Body()
    for column in columns {
      precondition(column.count == rows, "every column has every row")
      body.node(length: rows, nulls: column.nulls)
      body.add(column.nulls == 0 ? [] : column.validity)
      body.add(column.values)
    }
    recordBatches.append(try message(.recordBatch, body.table(rows: rows), body: body.bytes))
  }

  mutating func finish() throws {
    // The end of the stream, for those who read the file as one.
    try append([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
    let footer = FlatBuffer.bytes(
      root: ArrowSchema.footer(schema: schema, dictionaries: dictionaries, recordBatches: recordBatches))
    var end = ByteWriter()
    end.fixed32(UInt32(footer.count))
    try append(footer + end.bytes + Self.magic)
  }

  /// An encapsulated message: a continuation mark, the length of the metadata, the metadata padded to 8 bytes, the body.
  private mutating func message(
    _ header: ArrowSchema.Header, _ table: FlatBuffer.Table, body: [UInt8]
  ) throws -> ArrowSchema.Block {
    var metadata = FlatBuffer.bytes(root: ArrowSchema.message(header, table, bodyLength: body.count))
    while (metadata.count + 8) % 8 != 0 { metadata.append(0) }
    var prefix = ByteWriter()
    prefix.fixed32(0xFFFF_FFFF)
    prefix.fixed32(UInt32(metadata.count))
    let block = ArrowSchema.Block(offset: offset, metadataLength: metadata.count + 8, bodyLength: body.count)
    try append(prefix.bytes + metadata)
    try append(body)
    return block
  }

  private mutating func append(_ bytes: [UInt8]) throws {
    try write(bytes)
    offset += bytes.count
  }

  /// The body of a batch and where what lies in it.
  private struct Body {
    private(set) var bytes: [UInt8] = []
    private var nodes: [(length: Int, nulls: Int)] = []
    private var buffers: [(offset: Int, length: Int)] = []

    mutating func node(length: Int, nulls: Int) { nodes.append((length, nulls)) }

    mutating func add(_ buffer: [UInt8]) {
      buffers.append((bytes.count, buffer.count))
      bytes += buffer
      let rest = bytes.count % ArrowWriter.alignment
      if rest > 0 { bytes += [UInt8](repeating: 0, count: ArrowWriter.alignment - rest) }
    }

    func table(rows: Int) -> FlatBuffer.Table { ArrowSchema.recordBatch(rows: rows, nodes: nodes, buffers: buffers) }
  }
}

/// The values of one column of a batch, and which of them are null.
struct ArrowColumn {
  private var writer = ByteWriter()
  /// A bit a row, the least significant first; 0: null.
  private(set) var validity: [UInt8] = []
  private(set) var count = 0
  private(set) var nulls = 0

  var values: [UInt8] { writer.bytes }

  mutating func int64(_ value: Int64) {
    writer.fixed64(UInt64(bitPattern: value))
    note(isNull: false)
  }

  mutating func uint64(_ value: UInt64?) {
    writer.fixed64(value ?? 0)
    note(isNull: value == nil)
  }

  mutating func float64(_ value: Double?) {
    writer.fixed64(value?.bitPattern ?? 0)
    note(isNull: value == nil)
  }

  mutating func uint8(_ value: UInt8) {
    writer.byte(value)
    note(isNull: false)
  }

  mutating func uint16(_ value: UInt16) {
    writer.byte(UInt8(truncatingIfNeeded: value))
    writer.byte(UInt8(truncatingIfNeeded: value >> 8))
    note(isNull: false)
  }

  /// A place in a dictionary.
  mutating func index(_ value: Int32?) {
    writer.fixed32(UInt32(bitPattern: value ?? 0))
    note(isNull: value == nil)
  }

  private mutating func note(isNull: Bool) {
    if count % 8 == 0 { validity.append(0) }
    if isNull { nulls += 1 } else { validity[count / 8] |= 1 << UInt8(count % 8) }
    count += 1
  }
}
