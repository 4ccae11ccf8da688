import Foundation
import Testing

/// README.md names a test for every assertion that the host claims; each of them exists.
@Suite struct SparkplugHostDocumentTests {
  private static let repository = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  private static let page = "Sources/MQTT/Sparkplug/README.md"

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
  }

  /// The words between backticks.
  private static func quoted(_ cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// The cells of the rows of the tables under a heading, up to the next one.
  private static func rows(under heading: String) throws -> [[Substring]] {
    let parts = try text(page).components(separatedBy: heading)
    try #require(parts.count == 2, "\(heading) stands once on the page")
    let section = parts[1].components(separatedBy: "\n#")[0]
    let lines = section.split(separator: "\n").filter { $0.hasPrefix("|") }
    // The first two are the head of the table.
    return lines.dropFirst(2).map { line in
      Array(line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast())
    }
  }

  private static func source(of suite: String) throws -> String {
    let folders = ["Host", "Wire"].map { "Tests/MQTTTests/Sparkplug/\($0)/\(suite).swift" }
    let path = try #require(
      folders.first {
        FileManager.default.fileExists(atPath: repository.appendingPathComponent($0).path)
      }, "no suite \(suite)")
    return try text(path)
  }

  /// "-birth-topic" goes on where the assertion before it began.
  private static func assertions(of cell: Substring) -> [String] { quoted(cell).filter { !$0.hasPrefix("-") } }

  @Test func everyTestThatIsNamedExists() throws {
    let usual = try ["Session", "Message", "Peer"].map { try Self.source(of: "SparkplugHost\($0)Tests") }.joined()
    var named = 0
    for row in try Self.rows(under: "### Claimed for the host") {
      try #require(row.count == 3)
      let tests = Self.quoted(row[2])
      #expect(!tests.isEmpty, "\(row[0]) has no test")
      for name in tests {
        let parts = name.split(separator: ".").map(String.init)
        let source = parts[0].hasSuffix("Tests") ? try Self.source(of: parts[0]) : usual
        named += 1
        guard let function = parts.last, !function.hasSuffix("Tests") else { continue }
        #expect(source.contains("func \(function)("), "there is no \(name)")
      }
    }
    #expect(named > 35)
  }

  @Test func noAssertionIsClaimedAndNotClaimed() throws {
    let claimed = Set(try Self.rows(under: "### Claimed for the host").flatMap { Self.assertions(of: $0[0]) })
    let notClaimed = Set(try Self.rows(under: "### Not claimed").flatMap { Self.assertions(of: $0[0]) })
    #expect(claimed.count > 25 && notClaimed.count > 5)
    #expect(claimed.isDisjoint(with: notClaimed))
  }
}
