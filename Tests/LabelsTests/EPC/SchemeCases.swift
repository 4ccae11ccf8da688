import Foundation

/// A case folder of the label schemes: `Tests/Cases/<area>/<name>/case.json` with rows of one shape.
struct SchemeCases<Row: Decodable> {
  var rows: [Row]

  init(area: String, name: String) throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Cases/\(area)/\(name)/case.json")
    rows = try JSONDecoder().decode(Document.self, from: Data(contentsOf: path)).rows
  }

  private struct Document: Decodable {
    var says: String
    var rows: [Row]
  }
}
