import Foundation
import Testing

/// One folder of Tests/Cases/spc-csv: data.csv, the command that charts it (case.txt) and the text that comes out
/// (expected.txt).
struct SpcCase: CustomTestStringConvertible, Sendable {
  var name: String
  var says: String
  var status: Int32
  var arguments: [String]
  var folder: URL

  var testDescription: String { "\(name): \(says)" }

  var expected: String {
    get throws { try String(contentsOf: folder.appendingPathComponent("expected.txt"), encoding: .utf8) }
  }

  var isGauge: Bool { arguments.first == "gauge" }

  static let all: [SpcCase] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Cases/spc-csv")
    // An empty list fails the test that counts the cases.
    let folders = (try? FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)) ?? []
    return folders.sorted { $0.path < $1.path }.compactMap(read)
  }()

  private static func read(_ folder: URL) -> SpcCase? {
    // A folder without its description is none; the test that counts the cases tells.
    guard let text = try? String(contentsOf: folder.appendingPathComponent("case.txt"), encoding: .utf8) else {
      return nil
    }
    var found = SpcCase(name: folder.lastPathComponent, says: "", status: 0, arguments: [], folder: folder)
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      let value = String((parts.count > 1 ? parts[1] : "").drop { $0 == " " })
      switch parts[0] {
      case "says": found.says = value
      case "status": found.status = Int32(value) ?? -1
      case "argument":
        found.arguments.append(value == "{data}" ? folder.appendingPathComponent("data.csv").path : value)
      default: break
      }
    }
    return found
  }
}
