public import Devices
import Shopfloor

/// Lines of CSV for readings, one each. What is the same for all readings of a parameter is composed once.
public struct ReadingCSV {
  private var heads: [ParameterIndex: [UInt8]] = [:]
  private let runs: [[UInt8]]
  private var second: (number: Int64, text: [UInt8]) = (Int64.min, [])

  /// - Parameter runs: what `run` places in ``lines(_:_:)`` stand for.
  public init(_ parameters: [RegisteredParameter], runs: [String] = []) {
    for parameter in parameters {
      let fields = [parameter.station.text, parameter.name.text, parameter.unit, parameter.device.text]
      heads[parameter.index] = Array(("," + fields.map(CSVText.text).joined(separator: ",") + ",").utf8)
    }
    self.runs = runs.map { Array(CSVText.text($0).utf8) }
  }

  /// `raw` is the register words in hexadecimal, four digits each, the most significant first.
  public var header: [UInt8] { Array("time,station,parameter,unit,device,value,quality,detail,raw,run\r\n".utf8) }

  public mutating func lines(_ readings: [Reading], _ places: [Int32?]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(readings.count * 100)
    for (reading, run) in zip(readings, places) {
      appendTime(reading.time, to: &bytes)
      bytes += heads[reading.parameter] ?? Array(",,,,,".utf8)
      if reading.quality.hasValue { bytes += CSVText.number(reading.value).utf8 }
      bytes.append(UInt8(ascii: ","))
      bytes += reading.quality.name.utf8
      bytes.append(UInt8(ascii: ","))
      if reading.detail != 0 { bytes += String(reading.detail).utf8 }
      bytes.append(UInt8(ascii: ","))
      bytes += (reading.rawText ?? "").utf8
      bytes.append(UInt8(ascii: ","))
      if let run { bytes += runs[Int(run)] }
      bytes += [0x0D, 0x0A]
    }
    return bytes
  }

  /// ISO 8601 in UTC with microseconds; the part up to the second is kept from one reading to the next.
  private mutating func appendTime(_ time: Timestamp, to bytes: inout [UInt8]) {
    let parts = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let number = parts.remainder < 0 ? parts.quotient - 1 : parts.quotient
    if number != second.number {
      // "2026-11-21T04:20:48.000001Z" without its six decimals and its Z.
      second = (number, Array(time.description.utf8.dropLast(7)))
    }
    bytes += second.text
    var fraction = parts.remainder < 0 ? parts.remainder + 1_000_000 : parts.remainder
    var digits: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (48, 48, 48, 48, 48, 48)
    withUnsafeMutableBytes(of: &digits) { digits in
      for place in (0..<6).reversed() {
        digits[place] = UInt8(48 + fraction % 10)
        fraction /= 10
      }
      bytes += digits
    }
    bytes.append(UInt8(ascii: "Z"))
  }
}

extension Reading {
  /// The register words in hexadecimal, four digits each; nil where the transport has none.
  var rawText: String? {
    guard rawWordCount > 0 else { return nil }
    let digits = String(raw, radix: 16, uppercase: true)
    let width = 4 * Int(rawWordCount)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
