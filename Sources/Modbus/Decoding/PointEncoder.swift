import Devices

/// What is written to a device for a value.
enum EncodedWrite: Hashable, Sendable {
  case coil(Bool)
  /// In the order of the addresses, as they go over the wire.
  case registers([UInt16])
}

/// Why a value is not written.
enum WriteRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case notFinite
  case outOfRange(minimum: Double?, maximum: Double?)
  /// The registers cannot hold it.
  case notRepresentable
  /// The registers count in steps, and the value lies between two of them.
  case betweenSteps(nearest: Double)
  /// An on/off value is 0 or 1.
  case notBinary
  /// One bit can only be written into the word that stands there.
  case needsCurrentWord
  /// Values of this type are not written.
  case unsupportedType

  var description: String {
    switch self {
    case .notFinite: "the value is no number"
    case .outOfRange(let minimum, let maximum):
      "the value is outside \(minimum.map { "\($0)" } ?? "…") to \(maximum.map { "\($0)" } ?? "…")"
    case .notRepresentable: "the value does not fit into the registers of the point"
    case .betweenSteps(let nearest): "the device cannot hold this value exactly; the nearest it can is \(nearest)"
    case .notBinary: "the value of an on/off point is 0 or 1"
    case .needsCurrentWord: "the word that the bit belongs to has not been read"
    case .unsupportedType: "values of this type are not written"
    }
  }
}

/// Turns a value into what is written, or says why not: the inverse of the decoding.
enum PointEncoder {
  /// Share of one step by which a scaled value may miss it: the error of decimal numbers in binary, and no more.
  static let stepTolerance = 1e-6
  /// Whole numbers beyond have neighbours that a binary64 cannot tell apart.
  static let exactLimit = 9_007_199_254_740_992.0

  /// - Parameter currentWord: what stands in the register now, as read; needed for a bit.
  static func encode(
    _ value: Double, for point: WritePoint, currentWord: UInt16? = nil
  ) throws(WriteRefusal) -> EncodedWrite {
    guard value.isFinite else { throw .notFinite }
    if let minimum = point.minimum, value < minimum { throw outOfRange(point) }
    if let maximum = point.maximum, value > maximum { throw outOfRange(point) }
    switch point.type {
    case .bool, .bit:
      guard value == 0 || value == 1 else { throw .notBinary }
      guard case .bit(let bit) = point.type else {
        guard !point.table.holdsRegisters else { throw .unsupportedType }
        return .coil(value == 1)
      }
      guard let currentWord else { throw .needsCurrentWord }
      let swaps = RegisterSwaps(point.wordOrder, registers: 1)
      let mask: UInt64 = 1 << UInt64(bit)
      let word = swaps.applied(to: UInt64(currentWord))
      return .registers(words(swaps.applied(to: value == 1 ? word | mask : word & ~mask), 1))
    default:
      let count = point.type.registerCount
      let swaps = RegisterSwaps(point.wordOrder, registers: count)
      return .registers(words(swaps.applied(to: try bits(value, point)), count))
    }
  }

  /// The point as it is read: before a write, and back after it.
  static func readPoint(_ point: WritePoint) -> ProfilePoint {
    ProfilePoint(
      name: point.name, table: point.table, address: point.address, asPrinted: point.asPrinted, type: point.type,
      wordOrder: point.wordOrder, scale: point.scale, offset: point.offset, unit: point.unit)
  }

  // MARK: Inside

  private static func outOfRange(_ point: WritePoint) -> WriteRefusal {
    .outOfRange(minimum: point.minimum, maximum: point.maximum)
  }

  /// The bits of the value in its type's width.
  private static func bits(_ value: Double, _ point: WritePoint) throws(WriteRefusal) -> UInt64 {
    switch point.type {
    case .int16: UInt64(UInt16(bitPattern: try whole(value, point)))
    case .uint16: UInt64(try whole(value, point) as UInt16)
    case .int32: UInt64(UInt32(bitPattern: try whole(value, point)))
    case .uint32: UInt64(try whole(value, point) as UInt32)
    case .int64: UInt64(bitPattern: try whole(value, point))
    case .uint64: try whole(value, point)
    case .float16:
      UInt64(Float16(try real(value, point, least: Double(Float16.leastNormalMagnitude), Float16.self)).bitPattern)
    case .float32:
      UInt64(Float(try real(value, point, least: Double(Float.leastNormalMagnitude), Float.self)).bitPattern)
    case .float64: try real(value, point, least: 0, Double.self).bitPattern
    case .bcd(let digits): try decimal(value, point, digits)
    case .bool, .bit, .bitField, .int8, .uint8, .text, .dateTime: throw .unsupportedType
    }
  }

  /// `(value - offset) / scale`; a scale such as 0.1 is applied as a multiplication by 10.
  private static func unscaled(_ value: Double, _ point: WritePoint) -> Double {
    let scale = DecimalScale(point.scale)
    let number = value - point.offset
    return scale.scaling == .divides ? number * scale.factor : number / scale.factor
  }

  private static func whole<Number: FixedWidthInteger>(
    _ value: Double, _ point: WritePoint
  ) throws(WriteRefusal) -> Number {
    let number = unscaled(value, point)
    guard number.isFinite else { throw .notRepresentable }
    let rounded = number.rounded()
    // What rounding may have made of the value and of its offset, in steps; a quarter of a step cannot be told any more.
    let rounding = (abs(value) + abs(point.offset)) / abs(point.scale) * 0x1p-51
    let isPlain = point.scale == 1 && point.offset == 0
    guard abs(rounded) <= exactLimit, isPlain || rounding <= 0.25,
      abs(number - rounded) <= (isPlain ? 0 : max(stepTolerance, rounding))
    else {
      throw .betweenSteps(nearest: scaled(rounded, point))
    }
    guard let exact = Number(exactly: rounded) else { throw .notRepresentable }
    return exact
  }

  private static func decimal(
    _ value: Double, _ point: WritePoint, _ digits: Int
  ) throws(WriteRefusal) -> UInt64 {
    let number: UInt64 = try whole(value, point)
    var limit: UInt64 = 1
    for _ in 0..<digits { limit *= 10 }
    guard number < limit else { throw .notRepresentable }
    return BinaryCodedDecimal.bits(number, digits: digits)
  }

  /// The number, where the float neither overflows nor loses its digits at the bottom of its range.
  private static func real<Number: BinaryFloatingPoint>(
    _ value: Double, _ point: WritePoint, least: Double, _ type: Number.Type
  ) throws(WriteRefusal) -> Double {
    let number = unscaled(value, point)
    guard number.isFinite, Number(number).isFinite else { throw .notRepresentable }
    guard number == 0 || abs(number) >= least else { throw .betweenSteps(nearest: scaled(0, point)) }
    return number
  }

  private static func scaled(_ number: Double, _ point: WritePoint) -> Double {
    DecodeStep(readPoint(point), start: point.address, pointIndex: 0).scaled(number)
  }

  private static func words(_ bits: UInt64, _ count: Int) -> [UInt16] {
    (0..<count).map { UInt16(truncatingIfNeeded: bits >> UInt64((count - 1 - $0) * 16)) }
  }
}
