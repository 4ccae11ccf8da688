import ArgumentParser
import Devices
import Foundation
import Glibc
import Shopfloor

struct ProfilesShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what is known of a device, with the source of every register.",
    discussion: """
      Modbus: the address stands as it is on the wire, in decimal and hexadecimal, and as the manual prints it.
      Devices that send messages: their topics, what is read from a message, and what an installation must say.
      """)

  @OptionGroup var options: ProfilesOption

  @Argument(help: "The name of a profile (heat-sealer, lotwire/heat-sealer) or a file.")
  var name: String

  @Option(
    help: ArgumentHelp("What stands for an argument of a message profile; may be repeated.", valueName: "name=value"))
  var with: [String] = []

  @Flag(help: "As JSON, for programs.")
  var json = false

  func run() async throws {
    try await reporting {
      let profile = try LoadedProfile.load(options.entry(name), arguments: Self.arguments(with))
      printLine(json ? try profile.json : profile.text)
    }
  }

  /// nil where nothing is said: then the placeholders stay.
  static func arguments(_ texts: [String]) throws -> [String: String]? {
    var arguments: [String: String] = [:]
    for text in texts {
      guard let sign = text.firstIndex(of: "=") else {
        throw CommandFailure(
          "\"\(displayable(text, maximumCharacters: 60))\" says no argument. Write --with name=value.", EX_USAGE)
      }
      arguments[String(text[..<sign])] = String(text[text.index(after: sign)...])
    }
    return arguments.isEmpty ? nil : arguments
  }
}

/// A profile for people.
struct ProfileText {
  let profile: DeviceProfile

  init(_ profile: DeviceProfile) { self.profile = profile }

  var text: String {
    var blocks = [head, "POINTS\n" + points]
    if !profile.selfTests.isEmpty { blocks.append("SELF-TEST ON EVERY CONNECTION\n" + selfTests) }
    if !profile.writes.isEmpty { blocks.append("WRITE POINTS (off unless the plant allows them)\n" + writes) }
    if !assumptions.isEmpty { blocks.append("ASSUMPTIONS\n" + assumptions) }
    if !meanings.isEmpty { blocks.append("CODES, BITS AND NOTES\n" + meanings) }
    return blocks.joined(separator: "\n\n")
  }

  private var head: String {
    var lines = [
      "\(profile.vendor) \(profile.model)",
      "profile \(profile.name), \(profile.status.rawValue): \(profile.status.meaning)",
      "asked with \(rules)",
    ]
    lines += profile.requests.deniedRanges.map { "never touched: \(Self.range($0.range)), \($0.reason)" }
    lines += profile.sources.map { "source \($0.id): \($0.title)" }
    lines += profile.notes.map { "note: \($0)" }
    return lines.joined(separator: "\n")
  }

  private var rules: String {
    let rules = profile.requests
    var parts = ["at most \(rules.maximumCount(of: .holding)) registers and \(rules.maximumCount(of: .coil)) bits"]
    if rules.maximumCount(of: .input) != rules.maximumCount(of: .holding) {
      parts.append("at most \(rules.maximumCount(of: .input)) input registers")
    }
    parts.append(rules.bridgesGaps ? "holes read over" : "no hole read over")
    if rules.registerMultiple > 1 { parts.append("multiples of \(rules.registerMultiple) registers") }
    if rules.pauseMicroseconds > 0 { parts.append("\(Self.seconds(rules.pauseMicroseconds)) s between requests") }
    if rules.pauseAfterConnectMicroseconds > 0 {
      parts.append("\(Self.seconds(rules.pauseAfterConnectMicroseconds)) s after connecting")
    }
    parts.append("\(Self.seconds(rules.responseTimeoutMicroseconds)) s for a reply")
    if rules.pipelineDepth > 1 { parts.append("\(rules.pipelineDepth) requests at once") }
    if rules.closesAfterPoll { parts.append("closed after every poll") }
    parts += rules.readableRanges.map { "readable \(Self.range($0))" }
    return parts.joined(separator: ", ")
  }

  private var points: String {
    var rows = [
      ["NAME", "TABLE", "WIRE", "HEX", "PRINTED", "TYPE", "ORDER", "SCALE", "UNIT", "RANGE", "EVERY", "SOURCE"]
    ]
    for point in profile.points {
      rows.append([
        point.name, point.table.rawValue, "\(point.address)", Self.hexadecimal(point.address),
        point.asPrinted ?? "-", Self.type(point.type), Self.order(point.wordOrder, point.type), Self.scale(point),
        point.unit.isEmpty ? "-" : point.unit, Self.range(point.minimum, point.maximum),
        "\(Self.seconds(point.pollIntervalMicroseconds)) s", point.source ?? "-",
      ])
    }
    return TextTable.text(rows, indent: "  ")
  }

  private var selfTests: String {
    profile.selfTests.map { test in
      switch test.expectation {
      case .number(let number): "  \(test.point) = \(Self.number(number))"
      case .text(let text): "  \(test.point) = \"\(text)\""
      }
    }.joined(separator: "\n")
  }

  private var writes: String {
    var rows = [
      [
        "NAME", "TABLE", "WIRE", "HEX", "PRINTED", "TYPE", "ORDER", "RANGE", "UNIT", "FUNCTION", "READ BACK",
        "AT MOST EVERY",
      ]
    ]
    for write in profile.writes {
      rows.append([
        write.name, write.table.rawValue, "\(write.address)", Self.hexadecimal(write.address), write.asPrinted ?? "-",
        Self.type(write.type), Self.order(write.wordOrder, write.type), Self.range(write.minimum, write.maximum),
        write.unit.isEmpty ? "-" : write.unit, write.function.rawValue, write.isReadBack ? "yes" : "no",
        "\(Self.seconds(write.minimumIntervalMicroseconds)) s",
      ])
    }
    return TextTable.text(rows, indent: "  ")
  }

  /// Each assumption once, with the points it is about.
  private var assumptions: String {
    var order: [String] = []
    var names: [String: [String]] = [:]
    for point in profile.points {
      guard let assumption = point.assumption else { continue }
      if names[assumption] == nil { order.append(assumption) }
      names[assumption, default: []].append(point.name)
    }
    return order.map { assumption in
      let points = names[assumption] ?? []
      let who = points.count == profile.points.count ? "all points" : points.joined(separator: ", ")
      return "  \(assumption): \(who)"
    }.joined(separator: "\n")
  }

  private var meanings: String {
    profile.points.flatMap { point -> [String] in
      var lines: [String] = []
      if !point.enumeration.isEmpty { lines.append("  \(point.name): " + Self.words(point.enumeration)) }
      if !point.bitNames.isEmpty { lines.append("  \(point.name), bits: " + Self.words(point.bitNames)) }
      if !point.sentinels.isEmpty {
        let raw = point.sentinels.map { sentinel in
          "0x" + String(sentinel.raw, radix: 16, uppercase: true)
            + (sentinel.meaning.map { " \($0.english)" } ?? "")
        }
        lines.append("  \(point.name), no value: " + raw.joined(separator: ", "))
      }
      if let note = point.note { lines.append("  \(point.name): \(note)") }
      return lines
    }.joined(separator: "\n")
  }

  // MARK: Words

  static func hexadecimal(_ address: Int) -> String {
    let digits = String(address, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  static func type(_ type: PointType) -> String {
    switch type {
    case .bit(let bit): "bool, bit \(bit)"
    case .bitField(let lowest, let width): "bits \(lowest)-\(lowest + width - 1)"
    case .text(let layout): "text, \(layout.registers) registers"
    default: type.word
    }
  }

  static func order(_ order: WordOrder?, _ type: PointType) -> String {
    order.map { $0.name(registers: type.registerCount) } ?? "-"
  }

  static func scale(_ point: ProfilePoint) -> String {
    var parts: [String] = []
    if point.scale != 1 { parts.append("× \(number(point.scale))") }
    if let source = point.scaleSource { parts.append("by \(source.point)") }
    if point.offset != 0 { parts.append((point.offset < 0 ? "- " : "+ ") + number(abs(point.offset))) }
    return parts.isEmpty ? "-" : parts.joined(separator: " ")
  }

  static func range(_ minimum: Double?, _ maximum: Double?) -> String {
    switch (minimum, maximum) {
    case (nil, nil): "-"
    case (let low?, nil): "from \(number(low))"
    case (nil, let high?): "to \(number(high))"
    case (let low?, let high?): "\(number(low))…\(number(high))"
    }
  }

  static func range(_ range: AddressRange) -> String {
    "\(range.table.rawValue) \(range.addresses.lowerBound)-\(range.addresses.upperBound - 1)"
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
  }

  static func seconds(_ microseconds: Int64) -> String { number(Double(microseconds) / 1_000_000) }

  private static func words(_ list: [EnumerationWord]) -> String {
    list.map { "\($0.code) \($0.words.english)" }.joined(separator: ", ")
  }
}
