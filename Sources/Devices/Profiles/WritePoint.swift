/// A named value that may be written to a device, if the site's configuration allows it. Nothing else is ever written.
public struct WritePoint: Hashable, Sendable {
  public enum Function: String, Hashable, Sendable, CaseIterable {
    /// Functions 5 and 6: one coil or one register (Modbus Application Protocol V1.1b3, 6.5 and 6.6).
    case single
    /// Functions 15 and 16 (V1.1b3, 6.11 and 6.12).
    case multiple
  }

  public var name: String
  /// `holding` or `coil`.
  public var table: RegisterTable
  public var address: Int
  public var asPrinted: String?
  public var source: String?
  public var note: String?
  /// `bool` for a coil, `bit` for one bit of a register, or a number of 16, 32 or 64 bits.
  public var type: PointType
  public var wordOrder: WordOrder?
  /// What is written is `(value - offset) / scale`.
  public var scale: Double
  public var offset: Double
  public var unit: String
  /// Allowed values; both are given for every number.
  public var minimum: Double?
  public var maximum: Double?
  /// Least time from one write to the next, in microseconds: memory of devices wears out.
  public var minimumIntervalMicroseconds: Int64
  public var function: Function
  /// Whether the value is read back and compared. Off only where the manual says that it cannot be read.
  public var isReadBack: Bool

  public var addressCount: Int { type.registerCount }
  public var addresses: Range<Int> { address..<(address + addressCount) }

  public init(
    name: String, table: RegisterTable, address: Int, asPrinted: String? = nil, source: String? = nil,
    note: String? = nil, type: PointType, wordOrder: WordOrder? = nil, scale: Double = 1, offset: Double = 0,
    unit: String = "", minimum: Double? = nil, maximum: Double? = nil,
    minimumIntervalMicroseconds: Int64 = 1_000_000, function: Function = .single, isReadBack: Bool = true
  ) {
    self.name = name
    self.table = table
    self.address = address
    self.asPrinted = asPrinted
    self.source = source
    self.note = note
    self.type = type
    self.wordOrder = wordOrder
    self.scale = scale
    self.offset = offset
    self.unit = unit
    self.minimum = minimum
    self.maximum = maximum
    self.minimumIntervalMicroseconds = minimumIntervalMicroseconds
    self.function = function
    self.isReadBack = isReadBack
  }
}

/// A value that the manual fixes: read on every new connection, it proves address base and byte order. While it does not
/// hold, no value of the device is recorded.
public struct SelfTest: Hashable, Sendable {
  public enum Expectation: Hashable, Sendable {
    case number(Double)
    case text(String)
  }

  /// The name of a point of the profile.
  public var point: String
  public var expectation: Expectation

  public init(point: String, expectation: Expectation) {
    self.point = point
    self.expectation = expectation
  }
}
