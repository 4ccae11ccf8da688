extension PointType {
  /// How many registers' bytes an order may arrange; nil for values without bytes to order.
  var orderedRegisters: Int? {
    switch self {
    case .bool, .bit, .bitField, .int8, .uint8, .text: nil
    case .dateTime(let layout):
      switch layout.form {
      case .fields: nil
      case .unixSeconds(let registers): registers
      case .unixMilliseconds: 4
      }
    default: registerCount
    }
  }

  /// How many bits the raw value has; nil for texts and dates in fields, which are no one number.
  var bitWidth: Int? {
    switch self {
    case .bool, .bit: 1
    case .bitField(_, let width): width
    case .int8, .uint8: 8
    case .bcd(let digits): 4 * digits
    case .text: nil
    default: orderedRegisters.map { 16 * $0 }
    }
  }

  var isSigned: Bool {
    switch self {
    case .int8, .int16, .int32, .int64: true
    default: false
    }
  }

  var isFloat: Bool {
    switch self {
    case .float16, .float32, .float64: true
    default: false
    }
  }

  /// Whether the raw value is a whole number that can stand for a code.
  var isWholeNumber: Bool {
    switch self {
    case .text, .dateTime: false
    default: !isFloat
    }
  }

  /// The smallest and largest raw value; nil for texts and dates.
  var rawBounds: ClosedRange<Double>? {
    switch self {
    case .text, .dateTime: return nil
    case .float16: return -65_504...65_504
    case .float32: return -Double(Float.greatestFiniteMagnitude)...Double(Float.greatestFiniteMagnitude)
    case .float64: return -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    case .bcd(let digits):
      return 0...((0..<digits).reduce(1.0) { power, _ in power * 10 } - 1)
    default:
      guard let bitWidth else { return nil }
      let states = (0..<bitWidth).reduce(1.0) { power, _ in power * 2 }
      return isSigned ? -(states / 2)...(states / 2 - 1) : 0...(states - 1)
    }
  }

  /// The bits of its register that a part occupies; nil for values of whole registers.
  var registerMask: UInt16? {
    switch self {
    case .bit(let bit): 1 << UInt16(bit)
    case .bitField(let lowest, let width): UInt16(truncatingIfNeeded: ((1 << width) - 1) << lowest)
    case .int8(.high), .uint8(.high): 0xFF00
    case .int8(.low), .uint8(.low): 0x00FF
    default: nil
    }
  }
}
