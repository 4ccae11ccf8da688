/// A Sparkplug B payload (specification 3.0.0, chapter 6; field numbers in `SparkplugCodec`). Plain values.
public struct SparkplugPayload: Hashable, Sendable {
  /// Milliseconds since 1970, UTC.
  public var timestamp: UInt64?
  public var metrics: [SparkplugMetric]
  /// 0 to 255.
  public var sequence: UInt64?
  public var uuid: String?
  public var body: [UInt8]?

  public init(
    timestamp: UInt64? = nil, metrics: [SparkplugMetric] = [], sequence: UInt64? = nil, uuid: String? = nil,
    body: [UInt8]? = nil
  ) {
    self.timestamp = timestamp
    self.metrics = metrics
    self.sequence = sequence
    self.uuid = uuid
    self.body = body
  }
}

public struct SparkplugMetric: Hashable, Sendable {
  public var name: String?
  public var alias: UInt64?
  /// Milliseconds since 1970, UTC.
  public var timestamp: UInt64?
  /// As on the wire; a number that we do not know is kept.
  public var datatype: UInt32?
  public var isHistorical: Bool
  public var isTransient: Bool
  public var isNull: Bool
  /// Nil where the metric has no value field, or where ``isNull``.
  public var value: SparkplugValue?
  /// Engineering unit and the like, by name ("engUnit").
  public var properties: [String: SparkplugValue]

  public init(
    name: String? = nil, alias: UInt64? = nil, timestamp: UInt64? = nil, datatype: UInt32? = nil,
    isHistorical: Bool = false, isTransient: Bool = false, isNull: Bool = false, value: SparkplugValue? = nil,
    properties: [String: SparkplugValue] = [:]
  ) {
    self.name = name
    self.alias = alias
    self.timestamp = timestamp
    self.datatype = datatype
    self.isHistorical = isHistorical
    self.isTransient = isTransient
    self.isNull = isNull
    self.value = value
    self.properties = properties
  }
}

/// A value as it stands in its wire field; what the bits mean is said by the data type.
public enum SparkplugValue: Hashable, Sendable {
  /// Field 10: Int8 to Int32 and UInt8 to UInt32; negative numbers in two's complement of 32 bits.
  case int(UInt32)
  /// Field 11: Int64, UInt64, DateTime; negative numbers in two's complement.
  case long(UInt64)
  case float(Float)
  case double(Double)
  case boolean(Bool)
  case string(String)
  case bytes([UInt8])
  /// Datasets, templates and extensions are not read; their bytes are kept.
  case other(field: UInt32, [UInt8])
}

/// The data types of the specification (6.4.16); the raw value is the one on the wire.
public enum SparkplugDataType: UInt32, Hashable, Sendable, CaseIterable {
  case unknown = 0
  case int8, int16, int32, int64, uint8, uint16, uint32, uint64, float, double, boolean, string, dateTime, text
  case uuid, dataSet, bytes, file, template, propertySet, propertySetList
  case int8Array, int16Array, int32Array, int64Array, uint8Array, uint16Array, uint32Array, uint64Array
  case floatArray, doubleArray, booleanArray, stringArray, dateTimeArray
}

extension SparkplugDataType {
  /// Whether one number or text is the value.
  var hasSingleValue: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float, .double, .boolean, .string,
      .dateTime, .text, .uuid:
      true
    case .unknown, .dataSet, .bytes, .file, .template, .propertySet, .propertySetList, .int8Array, .int16Array,
      .int32Array, .int64Array, .uint8Array, .uint16Array, .uint32Array, .uint64Array, .floatArray, .doubleArray,
      .booleanArray, .stringArray, .dateTimeArray:
      false
    }
  }
}
