import Devices
import Foundation
import Testing

@testable import MQTT

@Suite struct JSONScannerTests {
  static let readable: [(String, JSONValue)] = [
    ("1", .number("1")), (" -0.5e+10 ", .number("-0.5e+10")), ("\"a\\u00e9\\n\"", .string("a\u{E9}\n")),
    ("\"\\ud83d\\ude00\"", .string("😀")), ("[]", .array([])), ("{}", .object([])), ("null", .null),
    ("[true,false]", .array([.bool(true), .bool(false)])),
    (
      "{\"a\":{\"b\":[1]}}",
      .object([.init(name: "a", value: .object([.init(name: "b", value: .array([.number("1")]))]))])
    ),
    ("\u{FEFF}1", .number("1")), ("NaN", .notANumber), ("[-Infinity]", .array([.notANumber])),
    ("18446744073709551615", .number("18446744073709551615")),
  ]

  @Test(arguments: readable)
  func reads(_ text: String, _ expected: JSONValue) throws {
    #expect(try JSONScanner.value(of: Array(text.utf8)) == expected)
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "1e", "\"", "\"\\x\"", "\"\\ud83d\"",
    "\"\\ud83dx\"", "\"a\nb\"", "tru", "nulll", "[1 2]", "1 1", "'a'", "NaNa", "{\"a\" 1}", "-",
  ])
  func refuses(_ text: String) {
    #expect(throws: JSONScanner.Fault.self) { try JSONScanner.value(of: Array(text.utf8)) }
  }

  @Test func refusesBytesThatAreNoText() {
    #expect(throws: JSONScanner.Fault.self) { try JSONScanner.value(of: [0x22, 0xFF, 0x22]) }
  }

  @Test func depthIsBounded() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    #expect(throws: Never.self) { try JSONScanner.value(of: nested(JSONScanner.maximumDepth)) }
    #expect(throws: JSONScanner.Fault.tooDeep(offset: 65)) { try JSONScanner.value(of: nested(200_000)) }
  }

  /// Damaged texts: we take none that Foundation's reader refuses, apart from the bare words that it does not know.
  @Test func takesNothingThatFoundationRefuses() throws {
    var generator = SeededGenerator(seed: 3)
    let original = Array(
      #"{"a":{"b":[1,-2.5e3,{"c":"x\u00e9\\"}],"t":"2026-11-21T04:00:00Z"},"ok":true,"n":null,"e":[],"o":{}}"#.utf8)
    var taken = 0
    for _ in 0..<4_000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0x20...0x7E, using: &generator)
        case 1: bytes.remove(at: place)
        default: bytes.insert(bytes[Int.random(in: bytes.indices, using: &generator)], at: place)
        }
      }
      guard (try? JSONScanner.value(of: bytes)) != nil else { continue }  // A refusal is what we expect of most.
      taken += 1
      #expect(throws: Never.self, "\(String(decoding: bytes, as: UTF8.self))") {
        try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
      }
    }
    #expect(taken > 100)
  }
}

@Suite struct JSONPathTests {
  static let document = #"{"a":{"b":[{"c":1},{"c":2}]},"temperature:0":{"tC":21.5},"x.y":3,"d":1,"d":2}"#

  @Test(arguments: [
    ("a.b[1].c", "2"), ("a.b[0].c", "1"), (#"["temperature:0"].tC"#, "21.5"), ("temperature:0.tC", "21.5"),
    (#"["x.y"]"#, "3"),
  ])
  func leadsTo(_ path: String, _ number: String) throws {
    let json = try JSONScanner.value(of: Array(Self.document.utf8))
    #expect(json.value(at: try JSONPath(path)) == .number(number))
  }

  /// "d" stands twice: nobody can say which one the sensor meant.
  @Test(arguments: ["a.b[2].c", "a.c", "a.b.c", "d", "a[0]"])
  func leadsNowhere(_ path: String) throws {
    let json = try JSONScanner.value(of: Array(Self.document.utf8))
    #expect(json.value(at: try JSONPath(path)) == nil)
  }

  @Test(arguments: ["", ".a", "a.", "a..b", "a[", "a[]", "a[-1]", "a[x]", "a]b", "a[0]b", #"["a]"#, "a[٣]"])
  func refuses(_ path: String) {
    #expect(throws: JSONPathFault.self) { try JSONPath(path) }
  }

  @Test func elementsFromTheRoot() throws {
    let json = try JSONScanner.value(of: Array("[[1,2],[3]]".utf8))
    #expect(json.value(at: try JSONPath("[0][1]")) == .number("2"))
  }
}
