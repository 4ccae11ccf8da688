import Foundation
import Shopfloor
import Testing

@testable import ERP

@Suite struct TrytonCodecTests {
  /// What Python's encoder of Tryton writes, and what it means.
  static let both: [(String, TrytonValue)] = [
    ("null", .null), ("true", .flag(true)), ("-12", .integer(-12)), ("9223372036854775807", .integer(.max)),
    ("0.5", .number(0.5)), ("\"\\u8584\\u819c \\ud83d\\ude00 \\\"\\\\\\/\\n\"", .text("薄膜 😀 \"\\/\n")),
    (#"{"__class__":"Decimal","decimal":"12.50"}"#, .decimal("12.50")),
    (#"{"__class__":"Decimal","decimal":"1E+2"}"#, .decimal("1E+2")),
    (#"{"__class__":"date","year":2024,"month":2,"day":29}"#, .date(year: 2024, month: 2, day: 29)),
    (
      #"{"__class__":"datetime","year":2026,"month":11,"day":21,"hour":4,"minute":20,"second":48,"microsecond":1}"#,
      .instant(Timestamp(microseconds: 1_795_234_848_000_001))
    ),
    (#"{"__class__":"timedelta","seconds":42.5}"#, .duration(seconds: 42.5)),
    (#"{"__class__":"bytes","base64":"AAEC\n/w==\n"}"#, .bytes([0, 1, 2, 255])),
    (
      #"[1,[{"a":{"b":[{"__class__":"Decimal","decimal":"0"}]}}],[]]"#,
      .list([.integer(1), .list([.object(["a": .object(["b": .list([.decimal("0")])])])]), .list([])])
    ),
    (#"{"__class__":"time","hour":1}"#, .object(["__class__": .text("time"), "hour": .integer(1)])),
    (" [ ] ", .list([])), ("{}", .object([:])), ("-0.0", .number(-0.0)), ("1e3", .number(1000)),
    ("9223372036854775808", .number(9_223_372_036_854_775_808)),
  ]

  @Test(arguments: both) func readsWhatTrytonWrites(text: String, value: TrytonValue) throws {
    #expect(try TrytonCodec.decode(Array(text.utf8)) == value)
    #expect(try TrytonCodec.decode(TrytonCodec.encode(value)) == value)
  }

  @Test(arguments: [
    "nul", "tru e", "01", "1.", ".5", "+1", "1e", "NaN", "Infinity", "-", "\"\\x\"", "\"\\ud800\"", "\"\\udc00a\"",
    "[1,]", "[1 2]", "{\"a\" 1}", "{a:1}", "{\"a\":1,\"a\":2}", "[1] x", "\"\\u12g4\"", "1e999",
    #"{"__class__":"Decimal","decimal":"NaN"}"#, #"{"__class__":"Decimal","decimal":12.5}"#,
    #"{"__class__":"Decimal","decimal":"1,5"}"#, #"{"__class__":"date","year":2026,"month":2,"day":29}"#,
    #"{"__class__":"date","year":2026,"month":2}"#, #"{"__class__":"timedelta","seconds":"1"}"#,
    #"{"__class__":"datetime","year":2026,"month":2,"day":2,"hour":24,"minute":0,"second":0,"microsecond":0}"#,
    #"{"__class__":"bytes","base64":"A"}"#, #"{"__class__":"bytes","base64":"????"}"#,
  ]) func refusesWhatIsMalformed(text: String) {
    #expect(throws: TrytonCodecFault.self) { try TrytonCodec.decode(Array(text.utf8)) }
  }

  @Test func everyAnswerThatWasCutIsKnownAsCut() throws {
    let whole = #"{"id":1,"result":[{"a":"x\"\u00e4","d":{"__class__":"Decimal","decimal":"1.5"}},true,null,-1.5e3]}"#
    let bytes = Array(whole.utf8)
    _ = try TrytonCodec.decode(bytes)
    for length in 0..<bytes.count {
      do throws(TrytonCodecFault) {
        _ = try TrytonCodec.decode(Array(bytes.prefix(length)))
        Issue.record("\(length) bytes are taken for the whole")
      } catch {
        #expect(error.isCut, "\(length): \(error)")
      }
    }
  }

  @Test func refusesBadUTF8AndDeepNesting() {
    #expect(throws: TrytonCodecFault.self) { try TrytonCodec.decode([0x22, 0xFF, 0x22]) }
    let depth = TrytonText.maximumDepth
    let deep = String(repeating: "[", count: depth + 2) + String(repeating: "]", count: depth + 2)
    #expect(throws: TrytonCodecFault.self) { try TrytonCodec.decode(Array(deep.utf8)) }
  }

  @Test func refusesToWriteWhatJSONCannotSay() {
    for value: TrytonValue in [
      .number(.nan), .duration(seconds: .infinity), .decimal("1,5"), .decimal("NaN"),
      .date(year: 2026, month: 2, day: 30), .instant(Timestamp(microseconds: .min / 2)),
    ] {
      #expect(throws: TrytonCodecFault.self) { try TrytonCodec.encode(.list([value])) }
    }
  }

  @Test func writesTheSameBytesForTheSameValue() throws {
    let value = TrytonValue.object(["b": .integer(1), "a": .text("\u{1}\u{1F}\n\"\\/é"), "c": .bytes([0xFF])])
    #expect(
      String(decoding: try TrytonCodec.encode(value), as: UTF8.self)
        == #"{"a":"\u0001\u001f\u000a\"\\/é","b":1,"c":{"__class__":"bytes","base64":"/w=="}}"#)
  }

  @Test func instantsBeforeAndAfter1970GoBothWays() throws {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<500 {
      // From year 1 to 9999.
      let time = Timestamp(
        microseconds: Int64.random(in: -62_135_596_800_000_000..<253_402_300_800_000_000, using: &generator))
      #expect(try TrytonCodec.decode(TrytonCodec.encode(.instant(time))) == .instant(time))
    }
  }

  @Test func largeContentComesBackUnchanged() throws {
    var generator = SeededGenerator(seed: 9)
    let content = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let lines = Data(content).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
    let escaped = lines.replacingOccurrences(of: "\n", with: "\\n")
    let text = #"{"__class__":"bytes","base64":"\#(escaped)\n"}"#
    #expect(try TrytonCodec.decode(Array(text.utf8)) == .bytes(content))
  }
}
