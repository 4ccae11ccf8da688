extension SparkplugCodec {
  /// The same bytes for the same payload: fields in the order of their numbers, properties in the order of their names.
  /// A metric that is null has no value field; a field that is absent or false is not written.
  public static func encode(_ payload: SparkplugPayload) -> [UInt8] {
    var writer = WireWriter()
    if let timestamp = payload.timestamp { writer.number(1, timestamp) }
    for metric in payload.metrics { writer.delimited(2, encode(metric)) }
    if let sequence = payload.sequence { writer.number(3, sequence) }
    if let uuid = payload.uuid { writer.text(4, uuid) }
    if let body = payload.body { writer.delimited(5, body) }
    return writer.bytes
  }

  private static func encode(_ metric: SparkplugMetric) -> [UInt8] {
    var writer = WireWriter()
    if let name = metric.name { writer.text(1, name) }
    if let alias = metric.alias { writer.number(2, alias) }
    if let timestamp = metric.timestamp { writer.number(3, timestamp) }
    if let datatype = metric.datatype { writer.number(4, UInt64(datatype)) }
    if metric.isHistorical { writer.flag(5, true) }
    if metric.isTransient { writer.flag(6, true) }
    if metric.isNull { writer.flag(7, true) }
    if !metric.properties.isEmpty { writer.delimited(9, encode(metric.properties)) }
    if let value = metric.value, !metric.isNull { write(value, firstField: 10, to: &writer) }
    return writer.bytes
  }

  private static func encode(_ properties: [String: SparkplugValue]) -> [UInt8] {
    var writer = WireWriter()
    let sorted = properties.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (key, _) in sorted { writer.text(1, key) }
    for (_, value) in sorted {
      var inner = WireWriter()
      if let type = propertyType(of: value) { inner.number(1, UInt64(type.rawValue)) }
      write(value, firstField: 3, to: &inner)
      writer.delimited(2, inner.bytes)
    }
    return writer.bytes
  }

  private static func write(_ value: SparkplugValue, firstField: UInt32, to writer: inout WireWriter) {
    switch value {
    case .int(let bits): writer.number(firstField, UInt64(bits))
    case .long(let bits): writer.number(firstField + 1, bits)
    case .float(let number): writer.float(firstField + 2, number)
    case .double(let number): writer.double(firstField + 3, number)
    case .boolean(let flag): writer.flag(firstField + 4, flag)
    case .string(let text): writer.text(firstField + 5, text)
    case .bytes(let bytes): if firstField == 10 { writer.delimited(firstField + 6, bytes) }
    case .other(let field, let bytes):
      let fields = firstField == 10 ? UInt32(17)...19 : UInt32(9)...11
      if fields.contains(field) { writer.delimited(field, bytes) }
    }
  }

  /// Section 6.4.10: a property says its type. `Quality` must be Int32
  /// (tck-id-payloads-propertyset-quality-value-type).
  private static func propertyType(of value: SparkplugValue) -> SparkplugDataType? {
    switch value {
    case .int: .int32
    case .long: .int64
    case .float: .float
    case .double: .double
    case .boolean: .boolean
    case .string: .string
    case .other(field: 9, _): .propertySet
    case .other(field: 10, _): .propertySetList
    case .bytes, .other: nil
    }
  }
}
