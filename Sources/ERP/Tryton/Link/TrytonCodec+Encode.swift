import FoundationEssentials
import Shopfloor

extension TrytonCodec {
  /// The value in Tryton's JSON, members sorted by name, so that the same value gives the same bytes.
  ///
  /// - Throws: where the value holds a number that JSON cannot say, or a decimal or date that is none.
  static func encode(_ value: TrytonValue) throws(TrytonCodecFault) -> [UInt8] {
    var bytes: [UInt8] = []
    try write(value, into: &bytes)
    return bytes
  }

  private static func write(_ value: TrytonValue, into bytes: inout [UInt8]) throws(TrytonCodecFault) {
    switch value {
    case .null: bytes += "null".utf8
    case .flag(let flag): bytes += (flag ? "true" : "false").utf8
    case .integer(let number): bytes += String(number).utf8
    case .number(let number): try write(number, into: &bytes)
    case .decimal(let text):
      guard isDecimal(text) else { throw fault("\"\(oneLine(text))\" is no decimal", bytes) }
      bytes += #"{"__class__":"Decimal","decimal":"\#(text)"}"#.utf8
    case .text(let text): write(text, into: &bytes)
    case .date(let year, let month, let day):
      guard Timestamp(iso8601: dateText(year, month, day)) != nil else {
        throw fault("\(dateText(year, month, day)) is no date", bytes)
      }
      bytes += #"{"__class__":"date","year":\#(year),"month":\#(month),"day":\#(day)}"#.utf8
    case .instant(let time): try write(time, into: &bytes)
    case .duration(let seconds):
      bytes += #"{"__class__":"timedelta","seconds":"#.utf8
      try write(seconds, into: &bytes)
      bytes += "}".utf8
    case .bytes(let content):
      bytes += #"{"__class__":"bytes","base64":""#.utf8
      bytes += Data(content).base64EncodedData()
      bytes += #""}"#.utf8
    case .list(let elements): try write(elements, into: &bytes)
    case .object(let members): try write(members, into: &bytes)
    }
  }

  private static func write(_ elements: [TrytonValue], into bytes: inout [UInt8]) throws(TrytonCodecFault) {
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      try write(element, into: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private static func write(_ members: [String: TrytonValue], into bytes: inout [UInt8]) throws(TrytonCodecFault) {
    bytes.append(UInt8(ascii: "{"))
    for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      write(member.key, into: &bytes)
      bytes.append(UInt8(ascii: ":"))
      try write(member.value, into: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private static func write(_ number: Double, into bytes: inout [UInt8]) throws(TrytonCodecFault) {
    guard number.isFinite else { throw fault("\(number) cannot be said in JSON", bytes) }
    bytes += String(number).utf8
  }

  /// Years 1 to 9999, as Python has them.
  private static func write(_ time: Timestamp, into bytes: inout [UInt8]) throws(TrytonCodecFault) {
    let digits = time.description.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
    guard digits.count == 7, (1...9_999).contains(digits[0]), !time.description.hasPrefix("-") else {
      throw fault("\(time) is beyond the years of Tryton", bytes)
    }
    let names = ["year", "month", "day", "hour", "minute", "second", "microsecond"]
    bytes += #"{"__class__":"datetime""#.utf8
    for (name, value) in zip(names, digits) { bytes += #","\#(name)":\#(value)"#.utf8 }
    bytes += "}".utf8
  }

  private static func write(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: bytes += ((byte < 16 ? "\\u000" : "\\u00") + String(byte, radix: 16)).utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func fault(_ why: String, _ bytes: [UInt8]) -> TrytonCodecFault {
    TrytonCodecFault(why: why, place: bytes.count)
  }
}
