import Foundation
import Testing

/// The page for authors of connectors shows the skeleton that is run through the suite, and every case and code by name.
@Suite struct ConnectorsPageTests {
  private let page: String

  init() throws { page = try String(contentsOf: roomFile("CONNECTORS.md"), encoding: .utf8) }

  @Test func theSkeletonIsTheOneThatIsTried() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("SkeletonConnector.swift")
    #expect(page.contains("```swift\n" + (try String(contentsOf: file, encoding: .utf8)) + "```\n"))
  }

  @Test func everyFailureCodeIsExplained() throws {
    let codes = try String(contentsOf: roomFile("Delivery/ERPFailure.swift"), encoding: .utf8)
      .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { $0.hasPrefix("case ") && $0.contains(" = \"erp.") }
      .compactMap { $0.split(separator: " ").dropFirst().first }
    #expect(codes.count >= 8)
    for code in codes { #expect(page.contains("| `\(code)` |"), "\(code)") }
  }
}
