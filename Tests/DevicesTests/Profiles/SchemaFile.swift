import Foundation
import Testing

/// A schema of `DeviceProfiles/`, and the independent validator that holds files to it.
struct SchemaFile {
  static let cases = DeviceProfileTests.folder.deletingLastPathComponent()
    .appendingPathComponent("Tests/Cases/profiles")

  private let file: URL
  private let schema: [String: Any]

  init(_ name: String) throws {
    file = DeviceProfileTests.folder.appendingPathComponent(name)
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    schema = try #require(object as? [String: Any])
  }

  /// The object at a path of keys and of positions in lists.
  private func object(_ path: String) throws -> [String: Any] {
    var value: Any = schema
    for step in path.split(separator: "/") {
      if let position = Int(step) {
        value = try #require(
          (value as? [Any]).flatMap { $0.indices.contains(position) ? $0[position] : nil }, "\(path)")
      } else {
        value = try #require((value as? [String: Any])?[String(step)], "\(path)")
      }
    }
    return try #require(value as? [String: Any], "\(path)")
  }

  /// The only keys that a block may have.
  func keys(_ path: String) throws -> Set<String> {
    let block = try object(path)
    #expect(block["additionalProperties"] as? Bool == false, "\(path) lets unknown keys pass")
    return Set(try object(path + "/properties").keys)
  }

  /// The only words that a value may be.
  func words(_ path: String) throws -> Set<String> {
    Set(try #require(try object(path)["enum"] as? [String]))
  }

  /// Runs jsonschema (Debian's python3-jsonschema) over files.
  func validate(_ files: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-B", Self.cases.appendingPathComponent("validate.py").path, file.path] + files
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
