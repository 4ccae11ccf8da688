/// How the registers of a point are read as a value.
public enum PointType: Hashable, Sendable {
  /// A coil or a discrete input.
  case bool
  /// One bit of a register, 0 being the least significant.
  case bit(Int)
  /// A number in some bits of one register; `lowest` 0 is the least significant bit.
  case bitField(lowest: Int, width: Int)
  /// One byte of a register.
  case int8(RegisterHalf), uint8(RegisterHalf)
  case int16, uint16, int32, uint32, int64, uint64
  /// IEEE 754 binary16, binary32, binary64.
  case float16, float32, float64
  /// Packed binary-coded decimal of 4, 8, 12 or 16 digits, four to a register.
  case bcd(digits: Int)
  case text(TextLayout)
  case dateTime(DateTimeLayout)

  public enum RegisterHalf: String, Hashable, Sendable, CaseIterable { case high, low }

  /// Registers (or coils) that the value occupies.
  public var registerCount: Int {
    switch self {
    case .bool, .bit, .bitField, .int8, .uint8, .int16, .uint16, .float16: 1
    case .int32, .uint32, .float32: 2
    case .int64, .uint64, .float64: 4
    case .bcd(let digits): digits / 4
    case .text(let layout): layout.registers
    case .dateTime(let layout): layout.registerCount
    }
  }

  /// Whether the value is on or off.
  public var isBinary: Bool {
    switch self {
    case .bool, .bit: true
    default: false
    }
  }

  /// Whether the value is words and not a number.
  public var isText: Bool {
    if case .text = self { return true }
    return false
  }

  /// Whether several points of this type may lie in one register.
  public var isPartOfRegister: Bool {
    switch self {
    case .bit, .bitField, .int8, .uint8: true
    default: false
    }
  }
}

/// How characters lie in registers.
public struct TextLayout: Hashable, Sendable {
  public enum Characters: String, Hashable, Sendable, CaseIterable {
    /// Two characters a register, the first in the high byte.
    case highByteFirst = "high_byte_first"
    /// Two characters a register, the first in the low byte.
    case lowByteFirst = "low_byte_first"
    /// One character a register, in its low byte.
    case onePerRegister = "one_per_register"
  }

  public enum Encoding: String, Hashable, Sendable, CaseIterable { case ascii, latin1, utf8 }

  /// 1 to ``maximumRegisters``.
  public var registers: Int
  public var characters: Characters
  public var encoding: Encoding

  /// One request can carry no more.
  public static let maximumRegisters = RequestRules.protocolMaximumRegisters

  public init(registers: Int, characters: Characters = .highByteFirst, encoding: Encoding = .ascii) {
    self.registers = registers
    self.characters = characters
    self.encoding = encoding
  }
}

/// How a date with time lies in registers. The value is seconds since 1970-01-01 00:00 UTC.
public struct DateTimeLayout: Hashable, Sendable {
  public enum Form: Hashable, Sendable {
    /// An unsigned count of 2 or 4 registers in the point's word order, from the Unix epoch.
    case unixSeconds(registers: Int)
    case unixMilliseconds
    /// One register a field; `skip` is a register that says nothing of the time.
    case fields([Field])
  }

  public enum Field: String, Hashable, Sendable, CaseIterable {
    /// A year of four digits, or of two digits in this century.
    case year, month, day, hour, minute, second, skip
  }

  public var form: Form
  /// What the device's clock is ahead of UTC, in minutes.
  public var utcOffsetMinutes: Int

  public static let maximumFields = 16

  public init(form: Form, utcOffsetMinutes: Int = 0) {
    self.form = form
    self.utcOffsetMinutes = utcOffsetMinutes
  }

  public var registerCount: Int {
    switch form {
    case .unixSeconds(let registers): registers
    case .unixMilliseconds: 4
    case .fields(let fields): fields.count
    }
  }
}
