import Devices
import Shopfloor

/// The byte form of the readings of one parameter in one segment, in the order of arrival, without their times.
///
/// ```
/// block  := 0x01 parameter:variable clock:variable count:variable
///           qualities:column details:column words:column content
/// content:= 0x00 values                      no reading has raw words
///         | 0x01 oddRaw values               two raw words are the bits of the value's float32
///         | 0x02 sign:byte column values     the raw words as numbers, beside the values
///         | 0x03 sign:byte column scale odd  the values follow from the raw words
/// oddRaw := count:variable (place:variable(delta) raw:variable)*
/// scale  := way:byte factor:fixed64 offset:fixed64        way 0: number / factor + offset, 1: number * factor + offset
/// odd    := count:variable (place:variable(delta) bits:fixed64)*
/// ```
/// `values` stand for the readings whose quality has a value, raw columns for those with raw words; places count within
/// them. `sign` 1: the raw words of a reading are a number in two's complement.
enum ReadingBlock {
  static let version: UInt8 = 1
  /// Bound of one block, in readings; a segment is closed at ``PackingPlan/Bounds/readings`` and one commit more.
  static let maximumReadings = 1 << 22

  enum Content: UInt8 {
    case valuesAlone = 0
    case rawIsFloat32 = 1
    case rawBeside = 2
    case valuesFromRaw = 3
  }

  // MARK: Writing

  static func encode(_ readings: [Reading], parameter: UInt32, clock: Int) -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(version)
    writer.variable(UInt64(parameter))
    writer.variable(UInt64(clock))
    writer.variable(UInt64(readings.count))
    IntegerColumn.encode(readings.map { Int64($0.quality.rawValue) }, into: &writer)
    IntegerColumn.encode(readings.map { Int64($0.detail) }, into: &writer)
    IntegerColumn.encode(readings.map { Int64($0.rawWordCount) }, into: &writer)
    let values = readings.filter(\.quality.hasValue).map(\.value)
    guard readings.contains(where: { $0.rawWordCount > 0 }) else {
      writer.byte(Content.valuesAlone.rawValue)
      ValueColumn.encode(values, into: &writer)
      return writer.bytes
    }
    if !appendFloatBits(readings, values, to: &writer) {
      let numbers = RawNumbers(readings)
      if !appendScaled(readings, numbers, to: &writer) {
        writer.byte(Content.rawBeside.rawValue)
        numbers.append(to: &writer)
        ValueColumn.encode(values, into: &writer)
      }
    }
    return writer.bytes
  }

  /// Writes the content where nearly all raw words are the bits of a float32; false where they are not.
  private static func appendFloatBits(_ readings: [Reading], _ values: [Double], to writer: inout ByteWriter) -> Bool {
    var odd: [(place: Int, raw: UInt64)] = []
    var place = 0
    for reading in readings where reading.rawWordCount > 0 {
      if reading.raw != impliedBits(reading.value) || reading.rawWordCount != 2 || !reading.quality.hasValue {
        odd.append((place, reading.raw))
      }
      place += 1
      guard odd.count <= 1 + readings.count / ValueColumn.oddShare else { return false }
    }
    guard odd.count < place else { return false }
    writer.byte(Content.rawIsFloat32.rawValue)
    writer.variable(UInt64(odd.count))
    var previous = 0
    for (place, raw) in odd {
      writer.variable(UInt64(place - previous))
      writer.variable(raw)
      previous = place
    }
    ValueColumn.encode(values, into: &writer)
    return true
  }

  @inline(__always)
  static func impliedBits(_ value: Double) -> UInt64 { UInt64(Float(value).bitPattern) }

  /// Writes the content where nearly all values follow from the raw words by a scale; false where they do not.
  private static func appendScaled(_ readings: [Reading], _ numbers: RawNumbers, to writer: inout ByteWriter) -> Bool {
    guard let scale = RawScale.find(readings, numbers) else { return false }
    var odd: [(place: Int, value: Double)] = []
    var place = 0
    var next = 0
    for reading in readings {
      var number: Int64 = 0
      if reading.rawWordCount > 0 {
        number = numbers.numbers[next]
        next += 1
      }
      guard reading.quality.hasValue else { continue }
      if scale.value(of: number).bitPattern != reading.value.bitPattern { odd.append((place, reading.value)) }
      place += 1
      guard odd.count <= 1 + readings.count / ValueColumn.oddShare else { return false }
    }
    guard odd.count < place else { return false }
    writer.byte(Content.valuesFromRaw.rawValue)
    numbers.append(to: &writer)
    scale.append(to: &writer)
    writer.variable(UInt64(odd.count))
    var previous = 0
    for (place, value) in odd {
      writer.variable(UInt64(place - previous))
      writer.fixed64(value.bitPattern)
      previous = place
    }
    return true
  }

  // MARK: Statistics

  /// What the header of a block says of its readings. Of equal extremes the first one stands.
  static func header(of readings: [Reading], parameter: UInt32, clock: Int) -> BlockHeader {
    var header = BlockHeader(
      parameter: parameter, clock: clock, firstReading: .max, lastReading: .min, readingCount: readings.count,
      goodCount: 0, minimum: nil, maximum: nil, sum: 0)
    var minimum = Double.infinity
    var maximum = -Double.infinity
    var sum = 0.0
    for reading in readings {
      header.firstReading = min(header.firstReading, reading.time.microseconds)
      header.lastReading = max(header.lastReading, reading.time.microseconds)
      guard reading.quality.isGood else { continue }
      header.goodCount += 1
      if reading.value < minimum { minimum = reading.value }
      if reading.value > maximum { maximum = reading.value }
      sum += reading.value
    }
    if header.goodCount > 0 { (header.minimum, header.maximum) = (minimum, maximum) }
    header.sum = sum.isFinite ? sum : nil
    return header
  }
}
