import Foundation

/// A case folder: `Tests/Cases/spc-capability/<name>/case.json` with rows of one shape, and where they are from.
struct CapabilityCases<Row: Decodable> {
  var rows: [Row]

  init(_ name: String) throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Cases/spc-capability/\(name)/case.json")
    rows = try JSONDecoder().decode(Document.self, from: Data(contentsOf: path)).rows
  }

  private struct Document: Decodable {
    var says: String
    var source: String
    var rows: [Row]
  }
}

/// Relative difference; the absolute one where nothing but 0 is expected.
func relativeError(_ value: Double, _ expected: Double) -> Double {
  expected == 0 ? abs(value) : abs(value / expected - 1)
}
