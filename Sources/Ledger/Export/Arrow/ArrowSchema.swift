/// The columns of an Arrow file and their metadata (Arrow columnar format 1.x, Schema.fbs and Message.fbs; metadata
/// version V5).
enum ArrowSchema {
  struct Column {
    enum Kind {
      /// Microseconds since 1970 in UTC.
      case timestamp
      case float64
      case unsigned(bits: Int)
      /// Text by its place in a dictionary of its own.
      case dictionary(id: Int64)
    }

    var name: String
    var kind: Kind
    var isNullable: Bool
  }

  /// MetadataVersion.V5, DateUnit and so on: numbers of Schema.fbs.
  static let version: Int16 = 4
  private static let typeInt: UInt8 = 2
  private static let typeFloatingPoint: UInt8 = 3
  private static let typeUtf8: UInt8 = 5
  private static let typeTimestamp: UInt8 = 10
  private static let precisionDouble: Int16 = 2
  private static let unitMicrosecond: Int16 = 2

  /// MessageHeader of Message.fbs.
  enum Header: UInt8 {
    case schema = 1
    case dictionaryBatch = 2
    case recordBatch = 3
  }

  /// `Schema`: little-endian, the columns, and what is said of the file.
  static func table(_ columns: [Column], metadata: [(key: String, value: String)]) -> FlatBuffer.Table {
    .init([
      (0, .int16(0)), (1, .tables(columns.map(field))),
      (2, .tables(metadata.map { .init([(0, .string($0.key)), (1, .string($0.value))]) })),
    ])
  }

  private static func integer(bits: Int32, isSigned: Bool) -> FlatBuffer.Table {
    .init([(0, .int32(bits)), (1, .byte(isSigned ? 1 : 0))])
  }

  /// `Field`. Its children are an empty vector, without which some readers refuse it.
  private static func field(_ column: Column) -> FlatBuffer.Table {
    var fields: [(slot: Int, value: FlatBuffer.Value)] = [
      (0, .string(column.name)), (1, .byte(column.isNullable ? 1 : 0)), (5, .tables([])),
    ]
    switch column.kind {
    case .timestamp:
      let type = FlatBuffer.Table([(0, .int16(unitMicrosecond)), (1, .string("UTC"))])
      fields += [(2, .byte(typeTimestamp)), (3, .table(type))]
    case .float64: fields += [(2, .byte(typeFloatingPoint)), (3, .table(.init([(0, .int16(precisionDouble))])))]
    case .unsigned(let bits): fields += [(2, .byte(typeInt)), (3, .table(integer(bits: Int32(bits), isSigned: false)))]
    case .dictionary(let id):
      let encoding = FlatBuffer.Table([(0, .int64(id)), (1, .table(integer(bits: 32, isSigned: true)))])
      fields += [(2, .byte(typeUtf8)), (3, .table(.init([]))), (4, .table(encoding))]
    }
    return .init(fields)
  }

  /// `Message`.
  static func message(_ header: Header, _ table: FlatBuffer.Table, bodyLength: Int) -> FlatBuffer.Table {
    .init([(0, .int16(version)), (1, .byte(header.rawValue)), (2, .table(table)), (3, .int64(Int64(bodyLength)))])
  }

  /// `RecordBatch`: rows, per column its length and count of nulls, and where its buffers lie in the body.
  static func recordBatch(
    rows: Int, nodes: [(length: Int, nulls: Int)], buffers: [(offset: Int, length: Int)]
  ) -> FlatBuffer.Table {
    func pairs(_ pairs: [(Int, Int)]) -> [UInt8] {
      var writer = ByteWriter()
      for pair in pairs {
        writer.fixed64(UInt64(pair.0))
        writer.fixed64(UInt64(pair.1))
      }
      return writer.bytes
    }
    return .init([
      (0, .int64(Int64(rows))), (1, .structs(count: nodes.count, bytes: pairs(nodes.map { ($0.length, $0.nulls) }))),
      (2, .structs(count: buffers.count, bytes: pairs(buffers.map { ($0.offset, $0.length) }))),
    ])
  }

  /// `DictionaryBatch`.
  static func dictionaryBatch(id: Int64, _ batch: FlatBuffer.Table) -> FlatBuffer.Table {
    .init([(0, .int64(id)), (1, .table(batch))])
  }

  /// Where a message lies in the file: `Block` of File.fbs.
  struct Block {
    var offset: Int
    var metadataLength: Int
    var bodyLength: Int
  }

  /// `Footer`.
  static func footer(
    schema: FlatBuffer.Table, dictionaries: [Block], recordBatches: [Block]
  ) -> FlatBuffer.Table {
    func structs(_ blocks: [Block]) -> FlatBuffer.Value {
      var writer = ByteWriter()
      for block in blocks {
        writer.fixed64(UInt64(block.offset))
        writer.fixed32(UInt32(block.metadataLength))
        writer.fixed32(0)
        writer.fixed64(UInt64(block.bodyLength))
      }
      return .structs(count: blocks.count, bytes: writer.bytes)
    }
    return .init([
      (0, .int16(version)), (1, .table(schema)), (2, structs(dictionaries)), (3, structs(recordBatches)),
    ])
  }
}
