import Devices
import Shopfloor

/// The byte form of the reading batches of one commit, version 1. One blob a commit; packed per parameter later.
///
/// ```
/// group   := 0x01 count:variable batch*
/// batch   := device:variable receivedAt:zigzag(delta) monotonic:zigzag(delta) hasKey:byte key:fixed64? count:variable
///            reading*
/// reading := flags:byte parameter:zigzag(delta) time:zigzag(to receivedAt) quality:byte? detail:variable?
///            value? rawCount:byte? raw:variable?
/// ```
/// Deltas run over the group (receivedAt, monotonic) and the batch (parameter). A value that is exactly a float32 takes
/// four bytes, a small whole number one to eight; raw words that are just that float's bits take none.
struct ReadingBatchCodec: Sendable {
  static let version: UInt8 = 1
  /// Bound of one commit's blob when it is read back, in batches.
  static let maximumBatchesPerGroup = 1_000_000

  private enum Flag {
    static let valueNone: UInt8 = 0
    static let valueFloat32: UInt8 = 1
    static let valueFloat64: UInt8 = 2
    static let valueInteger: UInt8 = 3
    static let valueMask: UInt8 = 3
    static let quality: UInt8 = 4
    static let detail: UInt8 = 8
    static let rawIsFloat32: UInt8 = 16
    static let rawStored: UInt8 = 32
  }

  private var writer = ByteWriter()

  init() {}

  /// Encodes the batches; `deviceNumber` gives the ledger's number of a device.
  mutating func encode(_ batches: [ReadingBatch], deviceNumber: (DeviceName) -> UInt32) -> [UInt8] {
    writer.removeAll()
    writer.byte(Self.version)
    writer.variable(UInt64(batches.count))
    var receivedAt: Int64 = 0
    var monotonic: Int64 = 0
    for batch in batches {
      writer.variable(UInt64(deviceNumber(batch.device)))
      writer.zigzag(batch.receivedAt.microseconds &- receivedAt)
      writer.zigzag(batch.monotonicMicroseconds &- monotonic)
      receivedAt = batch.receivedAt.microseconds
      monotonic = batch.monotonicMicroseconds
      writer.byte(batch.messageKey == nil ? 0 : 1)
      if let key = batch.messageKey { writer.fixed64(key) }
      writer.variable(UInt64(batch.readings.count))
      var parameter: Int64 = 0
      for reading in batch.readings {
        encode(reading, previousParameter: parameter, receivedAt: receivedAt)
        parameter = Int64(reading.parameter.rawValue)
      }
    }
    return writer.bytes
  }

  @inline(__always)
  private mutating func encode(_ reading: Reading, previousParameter: Int64, receivedAt: Int64) {
    var flags = Flag.valueNone
    let narrow = Float(reading.value)
    if reading.quality.hasValue {
      // The sign of a negative zero is a value too: it goes as a float.
      if let whole = Int64(exactly: reading.value), abs(whole) < 1 << 20, whole != 0 || reading.value.sign == .plus {
        flags = Flag.valueInteger
      } else {
        flags = Double(narrow) == reading.value ? Flag.valueFloat32 : Flag.valueFloat64
      }
    }
    if reading.quality != .good { flags |= Flag.quality }
    if reading.detail != 0 { flags |= Flag.detail }
    if reading.rawWordCount != 0 {
      let implied =
        flags & Flag.valueMask == Flag.valueFloat32 && reading.rawWordCount == 2
        && reading.raw == UInt64(narrow.bitPattern)
      flags |= implied ? Flag.rawIsFloat32 : Flag.rawStored
    }
    writer.byte(flags)
    writer.zigzag(Int64(reading.parameter.rawValue) - previousParameter)
    writer.zigzag(reading.time.microseconds &- receivedAt)
    if flags & Flag.quality != 0 { writer.byte(reading.quality.rawValue) }
    if flags & Flag.detail != 0 { writer.variable(UInt64(reading.detail)) }
    switch flags & Flag.valueMask {
    case Flag.valueInteger: writer.zigzag(Int64(reading.value))
    case Flag.valueFloat32: writer.fixed32(narrow.bitPattern)
    case Flag.valueFloat64: writer.fixed64(reading.value.bitPattern)
    default: break
    }
    if flags & Flag.rawStored != 0 {
      writer.byte(reading.rawWordCount)
      writer.variable(reading.raw)
    }
  }

  /// Decodes a blob; throws where it is damaged.
  static func decode(_ bytes: [UInt8], device: (UInt32) -> DeviceName?) throws(ByteReader.Damage) -> [ReadingBatch] {
    var reader = ByteReader(bytes)
    guard try reader.byte() == version else {
      throw ByteReader.Damage(offset: 0, reason: "the form of these readings is not known")
    }
    let batchCount = try reader.count(atMost: maximumBatchesPerGroup)
    var batches: [ReadingBatch] = []
    batches.reserveCapacity(min(batchCount, 4096))
    var receivedAt: Int64 = 0
    var monotonic: Int64 = 0
    for _ in 0..<batchCount {
      let number = try reader.count(atMost: Int(UInt32.max))
      guard let name = device(UInt32(number)) else {
        throw ByteReader.Damage(offset: reader.offset, reason: "device number \(number) is not registered")
      }
      receivedAt &+= try reader.zigzag()
      monotonic &+= try reader.zigzag()
      let key: UInt64? = try reader.byte() == 0 ? nil : try reader.fixed64()
      let count = try reader.count(atMost: maximumReadingsPerBatch)
      var readings: [Reading] = []
      readings.reserveCapacity(min(count, 4096))
      var parameter: Int64 = 0
      for _ in 0..<count {
        let reading = try decodeReading(&reader, previousParameter: parameter, receivedAt: receivedAt)
        parameter = Int64(reading.parameter.rawValue)
        readings.append(reading)
      }
      batches.append(
        ReadingBatch(
          device: name, receivedAt: Timestamp(microseconds: receivedAt), monotonicMicroseconds: monotonic,
          messageKey: key, readings: readings))
    }
    guard reader.isAtEnd else {
      throw ByteReader.Damage(offset: reader.offset, reason: "there are bytes after the last reading")
    }
    return batches
  }

  private static func decodeReading(
    _ reader: inout ByteReader, previousParameter: Int64, receivedAt: Int64
  ) throws(ByteReader.Damage) -> Reading {
    let flags = try reader.byte()
    let parameter = previousParameter &+ (try reader.zigzag())
    guard let index = UInt32(exactly: parameter) else {
      throw ByteReader.Damage(offset: reader.offset, reason: "parameter number \(parameter) cannot be")
    }
    let time = Timestamp(microseconds: receivedAt &+ (try reader.zigzag()))
    var quality = Quality.good
    if flags & Flag.quality != 0 {
      let code = try reader.byte()
      guard let known = Quality(rawValue: code) else {
        throw ByteReader.Damage(offset: reader.offset, reason: "quality \(code) is not known")
      }
      quality = known
    }
    let detail = flags & Flag.detail != 0 ? UInt16(try reader.count(atMost: Int(UInt16.max))) : 0
    var value = 0.0
    var raw: UInt64 = 0
    var rawWordCount: UInt8 = 0
    switch flags & Flag.valueMask {
    case Flag.valueInteger: value = Double(try reader.zigzag())
    case Flag.valueFloat32:
      let bits = try reader.fixed32()
      value = Double(Float(bitPattern: bits))
      if flags & Flag.rawIsFloat32 != 0 { (raw, rawWordCount) = (UInt64(bits), 2) }
    case Flag.valueFloat64: value = Double(bitPattern: try reader.fixed64())
    default: break
    }
    if flags & Flag.rawStored != 0 {
      rawWordCount = try reader.byte()
      raw = try reader.variable()
    }
    return Reading(
      parameter: ParameterIndex(index), time: time, quality: quality, value: value, detail: detail, raw: raw,
      rawWordCount: rawWordCount)
  }
}
