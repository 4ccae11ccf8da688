import Devices
import Foundation

/// The folders of Tests/Cases: one case each, as data.
enum CaseFolders {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Cases")

  /// Names of the cases of an area, ascending.
  static func names(_ area: String) -> [String] {
    let folder = root.appendingPathComponent(area)
    // An area that cannot be listed has no cases, and the tests refuse an empty area.
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return found.filter { !$0.hasPrefix(".") }.sorted()
  }

  static func document(_ area: String, _ name: String) throws -> DocumentNode {
    let file = root.appendingPathComponent(area).appendingPathComponent(name).appendingPathComponent("case.yaml")
    return try DocumentNode.parse(String(contentsOf: file, encoding: .utf8), file: file.path).0
  }
}

/// Why a case file is no case.
struct CaseFault: Error, CustomStringConvertible {
  var description: String

  init(_ node: DocumentNode, _ problem: String) { description = "line \(node.line): \(problem)" }
}

extension DocumentNode {
  func text(_ key: String) -> String? { self[key]?.string("Write a text") }

  func double(_ key: String) -> Double? { self[key]?.number("Write a number") }
}

extension PointType {
  /// "float32", "bit 3", "bits 4+8", "int8 high", "bcd 8", "text 4 high_byte_first ascii", "unix_seconds 2",
  /// "date year/month/day +480".
  init?(caseText: String) {
    let words = caseText.split(separator: " ").map(String.init)
    let plain: [String: PointType] = [
      "bool": .bool, "int16": .int16, "uint16": .uint16, "int32": .int32, "uint32": .uint32, "int64": .int64,
      "uint64": .uint64, "float16": .float16, "float32": .float32, "float64": .float64,
    ]
    guard let kind = words.first else { return nil }
    if let type = plain[kind], words.count == 1 {
      self = type
      return
    }
    let offset = words.dropFirst().first { $0.hasPrefix("+") || $0.hasPrefix("-") }.flatMap { Int($0) } ?? 0
    let argument = words.count > 1 ? words[1] : ""
    switch kind {
    case "bit": self = .bit(Int(argument) ?? -1)
    case "bits":
      let parts = argument.split(separator: "+").compactMap { Int($0) }
      guard parts.count == 2 else { return nil }
      self = .bitField(lowest: parts[0], width: parts[1])
    case "int8", "uint8":
      guard let half = RegisterHalf(rawValue: argument) else { return nil }
      self = kind == "int8" ? .int8(half) : .uint8(half)
    case "bcd": self = .bcd(digits: Int(argument) ?? 0)
    case "text":
      guard words.count == 4, let registers = Int(argument), let layout = TextLayout.Characters(rawValue: words[2]),
        let encoding = TextLayout.Encoding(rawValue: words[3])
      else { return nil }
      self = .text(TextLayout(registers: registers, characters: layout, encoding: encoding))
    case "unix_seconds":
      self = .dateTime(
        DateTimeLayout(form: .unixSeconds(registers: Int(argument) ?? 0), utcOffsetMinutes: offset))
    case "unix_milliseconds": self = .dateTime(DateTimeLayout(form: .unixMilliseconds, utcOffsetMinutes: offset))
    case "date":
      let fields = argument.split(separator: "/").compactMap { DateTimeLayout.Field(rawValue: String($0)) }
      self = .dateTime(DateTimeLayout(form: .fields(fields), utcOffsetMinutes: offset))
    default: return nil
    }
  }
}
