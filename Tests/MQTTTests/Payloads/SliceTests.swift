import Devices
import Testing

@testable import MQTT

@Suite struct SliceTests {
  /// Slow and obvious: the bits as a list, bit 0 first, as an IODD counts them.
  static func bits(of bytes: [UInt8]) -> [Bool] {
    bytes.reversed().flatMap { byte in (0..<8).map { byte >> UInt8($0) & 1 == 1 } }
  }

  static func reference(_ slice: ByteSlice, _ bytes: [UInt8]) -> SliceNumber {
    let all = bits(of: bytes)
    let field: [Bool]
    switch slice.place {
    case .bits(let offset, let length):
      guard offset >= 0, (1...64).contains(length), offset <= all.count, length <= all.count - offset else {
        return .unreadable
      }
      let own = Array(all[offset..<(offset + length)])
      field = slice.isLittleEndian && offset % 8 == 0 && length % 8 == 0 ? reversedBytes(own) : own
    case .bytes(let start, let count):
      guard start >= 0, (1...8).contains(count), start <= bytes.count, count <= bytes.count - start else {
        return .unreadable
      }
      let own = bytes[start..<(start + count)]
      field = bits(of: slice.isLittleEndian ? own.reversed() : Array(own))
    }
    let pattern = pattern(field)
    switch slice.number {
    case .unsigned: return .value(Double(pattern))
    case .signed:
      let extended = field + Array(repeating: field[field.count - 1], count: 64 - field.count)
      return .value(Double(Int64(bitPattern: Self.pattern(extended))))
    case .float:
      let value: Double
      switch field.count {
      case 16: value = Double(Float16(bitPattern: UInt16(pattern)))
      case 32: value = Double(Float(bitPattern: UInt32(pattern)))
      case 64: value = Double(bitPattern: pattern)
      default: return .unreadable
      }
      return value.isFinite ? .value(value) : .notANumber
    }
  }

  static func pattern(_ bits: [Bool]) -> UInt64 {
    bits.enumerated().reduce(UInt64(0)) { $0 | ($1.element ? 1 << UInt64($1.offset) : 0) }
  }

  static func reversedBytes(_ bits: [Bool]) -> [Bool] {
    stride(from: 0, to: bits.count, by: 8).reversed().flatMap { Array(bits[$0..<($0 + 8)]) }
  }

  @Test func slicesAreThoseOfTheReference() {
    var generator = SeededGenerator(seed: 17)
    var (values, refusals) = (0, 0)
    for _ in 0..<40_000 {
      let bytes = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let isByBits = Bool.random(using: &generator)
      let odd = [Int.min, -1, 0, Int.max, Int.max / 8].randomElement(using: &generator) ?? 0
      let first =
        Int.random(in: 0..<20, using: &generator) == 0
        ? odd : Int.random(in: 0...(isByBits ? 70 : 9), using: &generator)
      let second =
        Int.random(in: 0..<20, using: &generator) == 0
        ? odd : Int.random(in: 0...(isByBits ? 65 : 9), using: &generator)
      let slice = ByteSlice(
        encoding: .raw, place: isByBits ? .bits(offset: first, length: second) : .bytes(at: first, count: second),
        number: ByteSlice.Number.allCases.randomElement(using: &generator) ?? .unsigned,
        isLittleEndian: Bool.random(using: &generator))
      let expected = Self.reference(slice, bytes)
      #expect(slice.number(in: bytes) == expected, "\(slice) \(bytes)")
      if case .value = expected { values += 1 } else { refusals += 1 }
    }
    #expect(values > 5_000 && refusals > 5_000)
  }

  @Test(
    arguments: [
      ("03C5", [0x03, 0xC5]), ("03c5", [0x03, 0xC5]), ("0x03C5", [0x03, 0xC5]), ("03 C5", [0x03, 0xC5]),
      (" 0x03 0xC5\n", [0x03, 0xC5]), ("", []), ("3C5", nil), ("0x", nil), ("03G5", nil), ("03-C5", nil), ("٠٣", nil),
    ] as [(String, [UInt8]?)])
  func readsHexadecimal(_ text: String, _ bytes: [UInt8]?) {
    let slice = ByteSlice(encoding: .hexadecimal, place: .bytes(at: 0, count: 1), number: .unsigned)
    #expect(slice.bytes(of: Array(text.utf8)[...]) == bytes)
  }

  /// The examples of RFC 4648 section 10, and what senders make of them.
  @Test(
    arguments: [
      ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
      ("Zm9vYmFy", "foobar"), ("Zm8", "fo"), ("Zg", "f"), (" Zm9v\n", "foo"), ("Z", nil), ("Zg=", nil), ("Zm9v=", nil),
      ("Zm=v", nil), ("Zm9v====", nil), ("Zm 9v", nil), ("Zm9!", nil),
    ] as [(String, String?)])
  func readsBase64(_ text: String, _ expected: String?) {
    let slice = ByteSlice(encoding: .base64, place: .bytes(at: 0, count: 1), number: .unsigned)
    #expect(slice.bytes(of: Array(text.utf8)[...]) == expected.map { Array($0.utf8) })
  }

  @Test func readsBothAlphabets() {
    let slice = ByteSlice(encoding: .base64, place: .bytes(at: 0, count: 1), number: .unsigned)
    #expect(slice.bytes(of: Array("+/-_".utf8)[...]) == [0xFB, 0xFF, 0xBF].map { UInt8($0) })
  }

  @Test func floatsOfThreeWidths() throws {
    func point(_ encoding: ByteSlice.Encoding, _ count: Int, _ isLittle: Bool = false) throws -> MessageMapping {
      let slice = ByteSlice(
        encoding: encoding, place: .bytes(at: 0, count: count), number: .float, isLittleEndian: isLittle)
      return try MessageMapping("t", [try MessagePoint("a", nil, form: .slice(slice))])
    }
    var half = DecodingBench([try point(.hexadecimal, 2)])
    #expect(half.take("3E00").shown == ["0=1.5"] && half.take("7C00").shown == ["0:not_a_number"])
    var single = DecodingBench([try point(.raw, 4, true)])
    #expect(single.take([0x00, 0x00, 0xC0, 0x3F]).shown == ["0=1.5"] && single.take([0, 0, 0]).shown == ["0:payload"])
    var double = DecodingBench([try point(.base64, 8)])
    #expect(double.take("P/gAAAAAAAA=").shown == ["0=1.5"] && double.take("P/gAAAAAAA").shown == ["0:payload"])
    var three = DecodingBench([try point(.raw, 3)])
    #expect(three.take([1, 2, 3]).shown == ["0:payload"])
    // A byte order mark belongs to texts: raw bytes may begin like one.
    var raw = DecodingBench([
      try MessageMapping(
        "t",
        [
          try MessagePoint(
            "a", nil, form: .slice(ByteSlice(encoding: .raw, place: .bytes(at: 0, count: 3), number: .unsigned)))
        ])
    ])
    #expect(raw.take([0xEF, 0xBB, 0xBF]).shown == ["0=\(Double(0xEF_BBBF))"])
  }
}
