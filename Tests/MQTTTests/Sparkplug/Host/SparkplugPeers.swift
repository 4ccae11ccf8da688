import Foundation
import Harness

/// Where the Python programs of the Sparkplug tests are.
enum SparkplugPeers {
  private static let repository = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  struct SetupFault: Error, CustomStringConvertible { var description: String }

  static func python(_ environment: String) throws -> String {
    let path = repository.appendingPathComponent(".build/\(environment)/bin/python").path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw SetupFault(description: "there is no \(path): run \"make setup\" first")
    }
    return path
  }

  static func script(_ name: String) -> String {
    repository.appendingPathComponent("Tests/MQTTTests/Sparkplug/Host/Peers/\(name)").path
  }

  /// A Python program that does what it is told, a line each.
  final class Puppet {
    let process: ChildProcess
    private let strings: Pipe
    private var told = 0

    init(_ name: String, environment: String, arguments: [String], folder: TemporaryFolder) throws {
      strings = Pipe()
      process = try ChildProcess(
        name: name, path: try SparkplugPeers.python(environment),
        arguments: ["-u", SparkplugPeers.script(name)] + arguments,
        log: folder.file("\(name)-\(UUID().uuidString.prefix(8)).log"), standardInput: strings.fileHandleForReading)
      try process.waitForLine(containing: "ready")
    }

    /// Returns when it is done.
    func tell(_ words: String) throws {
      let before = try process.outputLines().filter { $0.hasPrefix("done") }.count
      try strings.fileHandleForWriting.write(contentsOf: Data((words + "\n").utf8))
      try eventually("\(words)") { try process.outputLines().filter { $0.hasPrefix("done") }.count > before }
    }
  }
}
