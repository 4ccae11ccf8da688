/// One value that a device offers: where it stands, how it is read and what it means.
public struct ProfilePoint: Hashable, Sendable {
  public var name: String
  public var table: RegisterTable
  /// The address on the wire, counted from 0.
  public var address: Int
  /// The address as the manual prints it, so that a reviewer can see the conversion.
  public var asPrinted: String?
  public var type: PointType
  /// nil for values of one register or one bit.
  public var wordOrder: WordOrder?
  /// The value is `raw * scale + offset`.
  public var scale: Double
  public var offset: Double
  public var unit: String
  /// Values beyond are no values.
  public var minimum: Double?
  public var maximum: Double?
  /// Raw values, as the words say them in the point's word order, that mean "no value".
  public var sentinels: [UInt32]
  public var pollIntervalMicroseconds: Int64

  /// How many addresses of its table the point occupies.
  public var addressCount: Int { type.registerCount }
  public var addresses: Range<Int> { address..<(address + addressCount) }

  public init(
    name: String, table: RegisterTable, address: Int, asPrinted: String? = nil, type: PointType,
    wordOrder: WordOrder? = nil, scale: Double = 1, offset: Double = 0, unit: String = "", minimum: Double? = nil,
    maximum: Double? = nil, sentinels: [UInt32] = [], pollIntervalMicroseconds: Int64 = 1_000_000
  ) {
    self.name = name
    self.table = table
    self.address = address
    self.asPrinted = asPrinted
    self.type = type
    self.wordOrder = wordOrder
    self.scale = scale
    self.offset = offset
    self.unit = unit
    self.minimum = minimum
    self.maximum = maximum
    self.sentinels = sentinels
    self.pollIntervalMicroseconds = pollIntervalMicroseconds
  }
}

/// The four tables of Modbus (Modbus Application Protocol V1.1b3, 4.3).
public enum RegisterTable: String, Sendable, CaseIterable {
  case holding, input, coil, discrete

  public var holdsRegisters: Bool { self == .holding || self == .input }
}

public enum PointType: Hashable, Sendable {
  /// A coil or a discrete input.
  case bool
  /// One bit of a register, 0 being the least significant.
  case bit(Int)
  case int16, uint16, int32, uint32, float32

  /// Registers (or coils) that the value occupies.
  public var registerCount: Int {
    switch self {
    case .bool, .bit, .int16, .uint16: 1
    case .int32, .uint32, .float32: 2
    }
  }

  /// Whether the value is on or off.
  public var isBinary: Bool {
    switch self {
    case .bool, .bit: true
    default: false
    }
  }

  static let words = ["bool", "int16", "uint16", "int32", "uint32", "float32"]
}

/// The order in which the four bytes of a value lie in its two registers; A is the most significant byte.
public enum WordOrder: String, Sendable, CaseIterable {
  case abcd = "ABCD"
  case cdab = "CDAB"
  case badc = "BADC"
  case dcba = "DCBA"

  /// The value of two registers in the order of their addresses.
  public func value(first: UInt16, second: UInt16) -> UInt32 {
    switch self {
    case .abcd: UInt32(first) << 16 | UInt32(second)
    case .cdab: UInt32(second) << 16 | UInt32(first)
    case .badc: UInt32(first.byteSwapped) << 16 | UInt32(second.byteSwapped)
    case .dcba: UInt32(second.byteSwapped) << 16 | UInt32(first.byteSwapped)
    }
  }
}
