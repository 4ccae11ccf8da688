public import Shopfloor

/// One value that a device offers: where it stands, how it is read and what it means.
public struct ProfilePoint: Hashable, Sendable {
  public var name: String
  public var table: RegisterTable
  /// The address on the wire, counted from 0.
  public var address: Int
  /// The address as the manual prints it, so that a reviewer can see the conversion.
  public var asPrinted: String?
  /// The id of the document that says so.
  public var source: String?
  /// What the document leaves open and the author of the profile assumed.
  public var assumption: String?
  public var note: String?
  public var type: PointType
  /// nil for values without bytes to order.
  public var wordOrder: WordOrder?
  /// The value is `raw * scale + offset`, or `raw * scale * (what the scale source says) + offset`.
  public var scale: Double
  public var offset: Double
  public var scaleSource: ScaleSource?
  public var unit: String
  /// Values beyond are no values.
  public var minimum: Double?
  public var maximum: Double?
  /// Raw values that mean "no value".
  public var sentinels: [Sentinel]
  /// What the codes of an enumeration mean, ascending.
  public var enumeration: [EnumerationWord]
  /// What the bits of a status word mean, ascending.
  public var bitNames: [EnumerationWord]
  /// Points of one group come out of one reply or not at all.
  public var atomicGroup: String?
  /// The point must be asked for alone and exactly, because its address answers with a block of its own.
  public var isAskedAlone: Bool
  public var pollIntervalMicroseconds: Int64

  /// How many addresses of its table the point occupies.
  public var addressCount: Int { type.registerCount }
  public var addresses: Range<Int> { address..<(address + addressCount) }

  public init(
    name: String, table: RegisterTable, address: Int, asPrinted: String? = nil, source: String? = nil,
    assumption: String? = nil, note: String? = nil, type: PointType, wordOrder: WordOrder? = nil, scale: Double = 1,
    offset: Double = 0, scaleSource: ScaleSource? = nil, unit: String = "", minimum: Double? = nil,
    maximum: Double? = nil, sentinels: [Sentinel] = [], enumeration: [EnumerationWord] = [],
    bitNames: [EnumerationWord] = [], atomicGroup: String? = nil, isAskedAlone: Bool = false,
    pollIntervalMicroseconds: Int64 = 1_000_000
  ) {
    self.name = name
    self.table = table
    self.address = address
    self.asPrinted = asPrinted
    self.source = source
    self.assumption = assumption
    self.note = note
    self.type = type
    self.wordOrder = wordOrder
    self.scale = scale
    self.offset = offset
    self.scaleSource = scaleSource
    self.unit = unit
    self.minimum = minimum
    self.maximum = maximum
    self.sentinels = sentinels
    self.enumeration = enumeration
    self.bitNames = bitNames
    self.atomicGroup = atomicGroup
    self.isAskedAlone = isAskedAlone
    self.pollIntervalMicroseconds = pollIntervalMicroseconds
  }
}

/// A raw value that says "no value".
public struct Sentinel: Hashable, Sendable {
  /// The bits of the value in its type's width, after its word order was applied.
  public var raw: UInt64
  /// "sensor break"; nil where the manual says no more than "invalid".
  public var meaning: Words?

  public init(_ raw: UInt64, meaning: Words? = nil) {
    self.raw = raw
    self.meaning = meaning
  }
}

/// What a code or a bit number means.
public struct EnumerationWord: Hashable, Sendable {
  public var code: Int64
  public var words: Words

  public init(_ code: Int64, _ words: Words) {
    self.code = code
    self.words = words
  }
}

/// Another point of the same device that says how a value is scaled; it is read in the same poll.
public struct ScaleSource: Hashable, Sendable {
  public enum Meaning: Hashable, Sendable {
    /// The point holds the number of decimal places: the factor is 10 to the power of its negative.
    case decimalPlaces
    /// The point holds the exponent of ten: the factor is 10 to its power.
    case exponent
    /// The point holds the factor.
    case factor
    /// The point holds a code; a code that is not listed gives no value.
    case codes([Int64: Double])
  }

  public var point: String
  public var meaning: Meaning

  public init(point: String, meaning: Meaning) {
    self.point = point
    self.meaning = meaning
  }
}
