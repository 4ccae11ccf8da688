import Devices

/// How one point is taken out of a block's reply, worked out once when the block is planned: plain numbers, so that going
/// through them allocates and counts nothing.
struct DecodeStep: Sendable {
  enum Kind: UInt8, Sendable {
    case coil, unsigned, signed, float16, float32, float64, bcd, unixSeconds, unixMilliseconds, dateFields, text
  }

  enum Scaling: UInt8, Sendable {
    case none
    /// `raw / factor + offset`: a scale such as 0.1 becomes a division by 10, so that 1805 gives 180.5 and not the
    /// nearest multiple of the binary 0.1.
    case divides
    case multiplies
  }

  var kind: Kind
  var scaling: Scaling
  var swaps: RegisterSwaps
  /// Registers that are kept in `Reading.raw`: at most 4, none for coils.
  var keptWords: UInt8
  /// Where the number lies in the ordered bits: dropped from the top, then from the bottom.
  var dropsHigh: UInt8
  var dropsLow: UInt8
  /// Byte of the first register in the data; for coils the bit.
  var place: Int32
  var sentinelStart: Int32
  var sentinelCount: Int32
  var parameterStart: Int32
  var parameterCount: Int32
  var pointIndex: Int32
  /// Where another point of the poll finds this value as its scale; -1: nowhere.
  var recordsSlot: Int32 = -1
  /// Where the scale of this value is found; -1: it has none. `Int32.max`: it has one that nobody reads.
  var needsSlot: Int32 = -1
  var factor: Double
  var offset: Double
  var minimum: Double
  var maximum: Double

  /// - Parameters:
  ///   - start: address of the block's first register or coil.
  ///   - pointIndex: of the point in the block.
  init(_ point: ProfilePoint, start: Int, pointIndex: Int) {
    let registers = point.type.registerCount
    let (kind, lowest, width) = Self.shape(of: point)
    self.kind = kind
    keptWords = kind == .coil ? 0 : UInt8(min(registers, 4))
    swaps = kind == .text ? [] : RegisterSwaps(point.wordOrder, registers: kind == .dateFields ? 1 : registers)
    dropsHigh = UInt8(64 - lowest - width)
    dropsLow = UInt8(64 - width)
    place = Int32(point.address - start) * (kind == .coil ? 1 : 2)
    sentinelStart = 0
    sentinelCount = 0
    parameterStart = 0
    parameterCount = 0
    self.pointIndex = Int32(pointIndex)
    let isNumber = !point.type.isBinary && kind.rawValue < Kind.unixSeconds.rawValue
    let scale = DecimalScale(isNumber ? point.scale : 1)
    (scaling, factor) = (scale.scaling, scale.factor)
    offset =
      if case .dateTime(let layout) = point.type {
        // The device's clock to UTC.
        Double(layout.utcOffsetMinutes) * -60
      } else {
        isNumber ? point.offset : 0
      }
    minimum = point.minimum ?? -.infinity
    maximum = point.maximum ?? .infinity
  }

  /// The kind, and where in the ordered bits its number lies.
  private static func shape(of point: ProfilePoint) -> (kind: Kind, lowest: Int, width: Int) {
    guard point.table.holdsRegisters else { return (.coil, 0, 1) }
    switch point.type {
    case .bool: return (.unsigned, 0, 1)
    case .bit(let bit): return (.unsigned, bit, 1)
    case .bitField(let lowest, let width): return (.unsigned, lowest, width)
    case .int8(let half): return (.signed, half == .high ? 8 : 0, 8)
    case .uint8(let half): return (.unsigned, half == .high ? 8 : 0, 8)
    case .int16, .int32, .int64: return (.signed, 0, point.type.registerCount * 16)
    case .uint16, .uint32, .uint64: return (.unsigned, 0, point.type.registerCount * 16)
    case .float16: return (.float16, 0, 16)
    case .float32: return (.float32, 0, 32)
    case .float64: return (.float64, 0, 64)
    case .bcd(let digits): return (.bcd, 0, digits * 4)
    case .text: return (.text, 0, 64)
    case .dateTime(let layout):
      switch layout.form {
      case .unixSeconds(let registers): return (.unixSeconds, 0, registers * 16)
      case .unixMilliseconds: return (.unixMilliseconds, 0, 64)
      case .fields: return (.dateFields, 0, 16)
      }
    }
  }

  /// `number * scale + offset`, the scale applied as ``Scaling`` says.
  @inline(__always) func scaled(_ number: Double) -> Double {
    switch scaling {
    case .none: number + offset
    case .divides: number / factor + offset
    case .multiplies: number * factor + offset
    }
  }
}

/// A scale as it is applied: as a division where it is the inverse of a whole number.
struct DecimalScale: Hashable, Sendable {
  var scaling: DecodeStep.Scaling
  var factor: Double

  init(_ scale: Double) {
    let divisor = (1 / scale).rounded()
    if scale == 1 {
      (scaling, factor) = (.none, 1)
    } else if abs(divisor) > 1, divisor.isFinite, 1 / divisor == scale {
      (scaling, factor) = (.divides, divisor)
    } else {
      (scaling, factor) = (.multiplies, scale)
    }
  }
}
