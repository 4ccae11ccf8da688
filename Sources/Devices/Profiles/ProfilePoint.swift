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
