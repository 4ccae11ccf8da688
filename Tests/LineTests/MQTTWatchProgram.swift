import Foundation
import Harness
import Testing

/// The built program beside a real broker, and Debian's own publisher.
struct MQTTWatchProgram {
  struct Answer {
    var status: Int32
    /// Both outputs.
    var text: String
    var output: String
  }

  let folder: TemporaryFolder
  let broker: MosquittoBroker

  init(extraLines: [String] = []) throws {
    folder = try TemporaryFolder("mqtt-watch")
    broker = try MosquittoBroker(folder: folder.url, extraLines: extraLines)
  }

  static func run(_ arguments: [String], in folder: URL? = nil) throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("lotwire")
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    // Into files: two pipes of which one is read later could fill and hold the program up.
    let outputs = try TemporaryFolder("mqtt-watch-output")
    let (output, errors) = (outputs.file("output"), outputs.file("errors"))
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    let said = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    return Answer(
      status: process.terminationStatus, text: said + String(decoding: try Data(contentsOf: errors), as: UTF8.self),
      output: said)
  }

  /// `lotwire mqtt watch` at the broker.
  func watch(_ arguments: [String]) throws -> Answer {
    try Self.run(["mqtt", "watch", "--host", "127.0.0.1", "--port", "\(broker.port)"] + arguments)
  }

  /// Publishes with QoS 1, kept, and returns after the broker's PUBACK: it comes to whoever looks on later.
  func keep(_ messages: [(topic: String, payload: String)]) throws {
    for message in messages { try keep(message.topic, Array(message.payload.utf8)) }
  }

  func keep(_ topic: String, _ payload: [UInt8]) throws {
    let file = folder.file("payload-\(UUID().uuidString)")
    try Data(payload).write(to: file)
    let publisher = try ChildProcess(
      name: "mosquitto_pub", path: "/usr/bin/mosquitto_pub",
      arguments: ["-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-r", "-t", topic, "-f", file.path],
      log: folder.file("publisher.log"))
    #expect(try publisher.waitUntilExit(patienceSeconds: 30) == 0)
  }

  /// A configuration file around a piece of one.
  func write(_ piece: String, _ name: String = "lotwire.yaml") throws -> URL {
    let file = folder.file(name)
    try """
    site: Suzhou
    line: Pouch line 1
    data: \(folder.file("data").path)
    stations: []
    \(piece)
    """.write(to: file, atomically: true, encoding: .utf8)
    return file
  }
}
