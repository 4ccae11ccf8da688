import Devices
import Shopfloor

/// Turns the data bytes of a matched reply into readings.
enum PointDecoder {
  /// The readings of a block, one for each parameter of each point.
  ///
  /// - Parameter data: as many bytes as `block.request.replyByteCount`.
  static func readings(of block: ReadBlock, data: [UInt8], time: Timestamp) -> [Reading] {
    precondition(data.count == block.request.replyByteCount)
    var readings: [Reading] = []
    readings.reserveCapacity(block.points.count)
    for mapped in block.points {
      let raw = rawValue(of: mapped.point, in: block.request, data)
      for parameter in mapped.parameters {
        readings.append(reading(of: mapped.point, raw: raw, parameter: parameter, time: time))
      }
    }
    return readings
  }

  /// What stands in the registers: the words in the order of their addresses, the first in the higher bits.
  struct RawValue: Hashable, Sendable {
    var words: UInt64
    /// 0 for coils and discrete inputs, which have no words; `words` is then 0 or 1.
    var wordCount: UInt8
  }

  static func rawValue(of point: ProfilePoint, in request: ReadRequest, _ data: [UInt8]) -> RawValue {
    let place = point.address - request.address
    guard point.table.holdsRegisters else {
      // Bits are packed from the least significant up (V1.1b3, 6.1).
      return RawValue(words: UInt64(data[place / 8] >> UInt8(place % 8) & 1), wordCount: 0)
    }
    var words: UInt64 = 0
    for index in place..<(place + point.addressCount) {
      words = words << 16 | UInt64(data[index * 2]) << 8 | UInt64(data[index * 2 + 1])
    }
    return RawValue(words: words, wordCount: UInt8(point.addressCount))
  }

  static func reading(of point: ProfilePoint, raw: RawValue, parameter: ParameterIndex, time: Timestamp) -> Reading {
    let bits = UInt32(truncatingIfNeeded: raw.words)
    let keptWords = raw.wordCount == 0 ? 0 : raw.words
    func bad(_ quality: Quality) -> Reading {
      Reading(
        parameter: parameter, time: time, quality: quality, raw: keptWords, rawWordCount: raw.wordCount)
    }
    func good(_ value: Double) -> Reading {
      guard value.isFinite else { return bad(.badNotANumber) }
      if let minimum = point.minimum, value < minimum { return bad(.badOutOfRange) }
      if let maximum = point.maximum, value > maximum { return bad(.badOutOfRange) }
      return Reading(
        parameter: parameter, time: time, value: value, raw: keptWords, rawWordCount: raw.wordCount)
    }
    let number = (point.wordOrder ?? .abcd).value(first: UInt16(bits >> 16), second: UInt16(bits & 0xFFFF))
    switch point.type {
    case .bool: return good(Double(bits & 1))
    case .bit(let bit): return good(Double(bits >> UInt32(bit) & 1))
    case .int16, .uint16:
      if point.sentinels.contains(where: { $0.raw == UInt64(bits) }) { return bad(.badSentinel) }
      let word = UInt16(truncatingIfNeeded: bits)
      return good(scaled(point.type == .int16 ? Double(Int16(bitPattern: word)) : Double(word), point))
    case .int32, .uint32, .float32:
      if point.sentinels.contains(where: { $0.raw == UInt64(number) }) { return bad(.badSentinel) }
      switch point.type {
      case .int32: return good(scaled(Double(Int32(bitPattern: number)), point))
      case .uint32: return good(scaled(Double(number), point))
      default: return good(scaled(Double(Float(bitPattern: number)), point))
      }
    case .bitField, .int8, .uint8, .int64, .uint64, .float16, .float64, .bcd, .text, .dateTime:
      preconditionFailure("no profile can be read that has a \(point.type)")
    }
  }

  /// `raw * scale + offset`. A scale such as 0.1 is applied as a division by 10, so that 1805 becomes 180.5 and not the
  /// nearest multiple of the binary 0.1.
  static func scaled(_ raw: Double, _ point: ProfilePoint) -> Double {
    if point.scale == 1 { return raw + point.offset }
    let divisor = (1 / point.scale).rounded()
    let product = abs(divisor) > 1 && 1 / divisor == point.scale ? raw / divisor : raw * point.scale
    return product + point.offset
  }
}
