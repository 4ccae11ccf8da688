/// Values by their data type (specification 3.0.0, 6.4.16).
extension SparkplugValue {
  /// What the bits say. Nil where they are no value of the type, or where the type has no single value (data sets,
  /// templates, arrays, bytes, files).
  ///
  /// Negative numbers come in two's complement of their own width or of the field's, and integers of 32 bits and fewer
  /// come in either integer field: implementations differ. A UInt64 above the largest Int64 is a `number`.
  public func content(as type: SparkplugDataType) -> SparkplugEdgeValue.Content? {
    switch type {
    case .int8, .int16, .int32, .int64: return signed(type.bitWidth).map { .integer($0) }
    case .uint8, .uint16, .uint32, .uint64, .dateTime:
      guard let bits, bits <= type.largestUnsigned else { return nil }
      return Int64(exactly: bits).map { .integer($0) } ?? .number(Double(bits))
    case .float, .double:
      switch self {
      case .float(let number): return .number(Double(number))
      case .double(let number): return .number(number)
      default: return nil
      }
    case .boolean:
      guard case .boolean(let flag) = self else { return nil }
      return .flag(flag)
    case .string, .text, .uuid:
      guard case .string(let text) = self else { return nil }
      return .text(text)
    case .unknown, .dataSet, .bytes, .file, .template, .propertySet, .propertySetList, .int8Array, .int16Array,
      .int32Array, .int64Array, .uint8Array, .uint16Array, .uint32Array, .uint64Array, .floatArray, .doubleArray,
      .booleanArray, .stringArray, .dateTimeArray:
      return nil
    }
  }

  /// The value in the field that its type has. Nil where the content does not fit the type.
  public init?(_ content: SparkplugEdgeValue.Content, as type: SparkplugDataType) {
    switch (type, content) {
    case (.int8, .integer(let number)), (.int16, .integer(let number)), (.int32, .integer(let number)):
      let half = Int64(1) << Int64(type.bitWidth - 1)
      guard (-half..<half).contains(number) else { return nil }
      self = .int(UInt32(bitPattern: Int32(number)))
    case (.uint8, .integer(let number)), (.uint16, .integer(let number)), (.uint32, .integer(let number)):
      guard number >= 0, UInt64(number) <= type.largestUnsigned else { return nil }
      self = .int(UInt32(number))
    case (.int64, .integer(let number)): self = .long(UInt64(bitPattern: number))
    case (.uint64, .integer(let number)), (.dateTime, .integer(let number)):
      guard number >= 0 else { return nil }
      self = .long(UInt64(number))
    case (.float, .number(let number)): self = .float(Float(number))
    case (.float, .integer(let number)): self = .float(Float(number))
    case (.double, .number(let number)): self = .double(number)
    case (.double, .integer(let number)): self = .double(Double(number))
    case (.boolean, .flag(let flag)): self = .boolean(flag)
    case (.string, .text(let text)), (.text, .text(let text)), (.uuid, .text(let text)): self = .string(text)
    default: return nil
    }
  }

  /// The bits of an integer field.
  private var bits: UInt64? {
    switch self {
    case .int(let bits): UInt64(bits)
    case .long(let bits): bits
    default: nil
    }
  }

  private func signed(_ width: Int) -> Int64? {
    let field: Int64
    switch self {
    case .int(let bits): field = Int64(Int32(bitPattern: bits))
    case .long(let bits): field = Int64(bitPattern: bits)
    default: return nil
    }
    guard width < 64 else { return field }
    let half = Int64(1) << Int64(width - 1)
    if (-half..<half).contains(field) { return field }
    // Two's complement of the type's own width in a wider field: 0xFF for the Int8 -1.
    return (half..<(half * 2)).contains(field) ? field - half * 2 : nil
  }
}

extension SparkplugDataType {
  /// Bits of an integer type; 64 for all others.
  fileprivate var bitWidth: Int {
    switch self {
    case .int8, .uint8: 8
    case .int16, .uint16: 16
    case .int32, .uint32: 32
    default: 64
    }
  }

  fileprivate var largestUnsigned: UInt64 { bitWidth == 64 ? .max : (1 << UInt64(bitWidth)) - 1 }
}

extension SparkplugEdgeValue.Content {
  /// As a number: 1 and 0 for a flag. Nil for a text.
  public var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .flag(let flag): flag ? 1 : 0
    case .text: nil
    }
  }

  public var text: String {
    switch self {
    case .integer(let number): String(number)
    case .number(let number): String(number)
    case .flag(let flag): flag ? "true" : "false"
    case .text(let text): text
    }
  }
}
