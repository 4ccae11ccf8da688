import Foundation
import Testing

/// EDGE.md names a test for every assertion; each of them exists.
@Suite struct EdgeDocumentTests {
  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
  }

  /// The words between backticks.
  private static func quoted(_ cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// The sources of a suite, by its name.
  private static func source(of suite: String) throws -> String? {
    let folder = repository.appendingPathComponent("Tests/MQTTTests/Sparkplug")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
    let file = files?.first { $0.lastPathComponent == "\(suite).swift" }
    return try file.map { try String(contentsOf: $0, encoding: .utf8) }
  }

  @Test func everyTestThatIsNamedExists() throws {
    let rows = try Self.text("Sources/MQTT/Sparkplug/EDGE.md").split(separator: "\n")
      .map { $0.split(separator: "|", omittingEmptySubsequences: false) }.filter { $0.count == 5 }
    var named = 0
    for row in rows {
      var suite = ""
      for name in Self.quoted(row[3]) {
        let parts = name.split(separator: ".").map(String.init)
        if parts[0].hasSuffix("Tests") { suite = parts[0] }
        let source = try #require(try Self.source(of: suite), "no suite \(suite)")
        guard let function = parts.last, function != suite else { continue }
        #expect(source.contains("func \(function)("), "\(suite) has no \(function)")
        named += 1
      }
    }
    #expect(named > 40)
  }

  @Test func noAssertionIsClaimedAndNotClaimed() throws {
    let parts = try Self.text("Sources/MQTT/Sparkplug/EDGE.md").components(separatedBy: "## Not claimed")
    try #require(parts.count == 2)
    func assertions(_ text: String) -> Set<String> {
      Set(
        text.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { line in
          Self.quoted(line.split(separator: "|")[0]).filter { !$0.hasPrefix("-") }
        })
    }
    #expect(assertions(parts[0]).isDisjoint(with: assertions(parts[1])))
    #expect(assertions(parts[0]).count > 60)
  }
}
