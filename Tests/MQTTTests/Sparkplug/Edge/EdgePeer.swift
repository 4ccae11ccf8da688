import Foundation
import Harness
import Testing

/// A host application in Python: what it saw, a JSON line for each message; what it should do, a line each.
final class EdgePeer {
  struct Metric: Decodable, Hashable {
    enum Value: Decodable, Hashable {
      case flag(Bool)
      case number(Double)
      case text(String)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // Python writes true and false, and they are no numbers; each attempt tells by failing what it is not.
        if let flag = try? container.decode(Bool.self) {
          self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {  // as above
          self = .number(number)
        } else {
          self = .text(try container.decode(String.self))
        }
      }
    }

    var name: String?
    var alias: UInt64?
    var type: String
    var value: Value?
    var historical: Bool
    var null: Bool
    var time: UInt64?
  }

  struct Message: Decodable {
    var kind: String
    var device: String?
    var sequence: UInt64?
    var quality: Int
    var retained: Bool
    var metrics: [Metric]
  }

  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private let process: ChildProcess
  private let orders = Pipe()

  /// - Parameter environment: the folder of the virtual environment below `.build`.
  init(_ script: String, environment: String, _ arguments: [String], _ folder: TemporaryFolder) throws {
    let python = Self.repository.appendingPathComponent(".build/\(environment)/bin/python").path
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw ChildProcess.Failure(description: "there is no \(python): run \"make setup\" first")
    }
    let scripts = Self.repository.appendingPathComponent("Tests/MQTTTests/Sparkplug/Edge/Peers")
    process = try ChildProcess(
      name: script, path: python, arguments: [scripts.appendingPathComponent(script).path] + arguments,
      log: folder.file("\(script)-\(UUID().uuidString.prefix(8)).log"), standardInput: orders.fileHandleForReading)
    try process.waitForLine(containing: "ready")
  }

  func tell(_ order: String) throws {
    try orders.fileHandleForWriting.write(contentsOf: Data((order + "\n").utf8))
  }

  /// Lets it say good-bye.
  func leave() throws {
    try orders.fileHandleForWriting.close()
    #expect(try process.waitUntilExit(patienceSeconds: 30) == 0)
  }

  var messages: [Message] {
    get throws {
      try process.outputLines().filter { $0.hasPrefix("{") }.map {
        try JSONDecoder().decode(Message.self, from: Data($0.utf8))
      }
    }
  }
}
