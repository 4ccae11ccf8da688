import Foundation

/// The files of this checkout that people write, found from where this file was compiled.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every file below a folder of the repository, without build products; empty where the folder does not exist.
  static func files(below folder: String) throws -> [SourceFile] {
    let start = root.appendingPathComponent(folder)
    guard let walk = FileManager.default.enumerator(at: start, includingPropertiesForKeys: [.isRegularFileKey]) else {
      return []
    }
    var found: [SourceFile] = []
    for case let url as URL in walk {
      if url.lastPathComponent == ".build" || url.lastPathComponent == "__pycache__" {
        walk.skipDescendants()
      } else if try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
        if let file = SourceFile(url: url, root: root) { found.append(file) }
      }
    }
    return found.sorted { $0.path < $1.path }
  }

  static func swiftFiles(below folder: String) throws -> [SourceFile] {
    try files(below: folder).filter { $0.path.hasSuffix(".swift") }
  }

  static func file(_ path: String) throws -> SourceFile {
    SourceFile(path: path, text: try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8))
  }

  /// Everything that is committed, by the folders and files at the top of the repository.
  static func everyFile() throws -> [SourceFile] {
    let folders = [".ci", "Benchmarks", "DeviceProfiles", "Simulators", "Sources", "Tests", "systemd"]
    return try folders.flatMap(files(below:))
      + ["CHANGELOG.md", "Makefile", "Package.swift", "README.md"].map(file)
  }

  /// Names of the folders directly below a folder.
  static func folders(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      at: root.appendingPathComponent(folder), includingPropertiesForKeys: [.isDirectoryKey]
    )
    .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
    .map(\.lastPathComponent).sorted()
  }
}

/// One text file, with its path from the root of the repository.
struct SourceFile {
  var path: String
  var lines: [String]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
  }

  /// Nil where the file is no text.
  init?(url: URL, root: URL) {
    guard let data = FileManager.default.contents(atPath: url.path), let text = String(bytes: data, encoding: .utf8)
    else { return nil }
    self.init(path: String(url.path.dropFirst(root.path.count + 1)), text: text)
  }
}

/// Something that a rule of this repository does not allow: where, and what to do.
struct Finding: CustomStringConvertible, Equatable {
  var path: String
  /// From 1.
  var line: Int
  var problem: String

  var description: String { "\(path):\(line): \(problem)" }
}

/// All findings as one text, empty where there is none: what a failed expectation shows.
func report(_ findings: [Finding]) -> String { findings.map(\.description).joined(separator: "\n") }
