import Foundation

/// The folders of Tests/Cases/spc-charts: each holds a `case.json` with what goes in, what must come out, and whence.
enum ChartCaseFolder {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Cases/spc-charts")

  static func decode<Content: Decodable>(_ type: Content.Type, _ name: String) throws -> Content {
    let url = root.appendingPathComponent(name).appendingPathComponent("case.json")
    return try JSONDecoder().decode(Content.self, from: Data(contentsOf: url))
  }

  /// The names of the folders, in order, that are no tables of constants.
  static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.path).filter { !$0.hasPrefix("constants") }.sorted()
  }
}
