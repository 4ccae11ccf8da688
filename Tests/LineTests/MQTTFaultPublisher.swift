import Foundation
import Harness
import Shopfloor

/// Simulated sensors that publish their counts with QoS 1, and the journal of what the broker acknowledged to them.
final class MQTTFaultPublisher {
  struct Message: CustomStringConvertible {
    var number: Int
    /// The instant of publishing, which the message itself tells.
    var time: Timestamp

    var description: String { "\(number) at \(time)" }
  }

  private let journal: URL
  private let process: ChildProcess

  /// - Parameters:
  ///   - name: of its own within the folder; also the client id.
  ///   - sensors: all that publish to this broker.
  init(_ name: String, folder: URL, port: Int, sensors: [MQTTFaultLine.Sensor]) throws {
    journal = folder.appendingPathComponent("\(name).csv")
    let scenario = folder.appendingPathComponent("\(name).yaml")
    let counters = sensors.map { "  - {topic: \($0.topic), every: \($0.everySeconds)}" }
    try "counters:\n\(counters.joined(separator: "\n"))\n".write(to: scenario, atomically: true, encoding: .utf8)
    process = try ChildProcess(
      name: "simulate sensors", path: MQTTFaultLine.simulate,
      arguments: [
        "sensors", "--broker", "127.0.0.1:\(port)", "--scenario", scenario.path, "--journal", journal.path,
        "--client-id", name,
      ], log: folder.appendingPathComponent("\(name).log"))
    try process.waitForLine(containing: "publishing to")
  }

  deinit { process.end() }

  var isRunning: Bool { process.isRunning }

  /// Publishes no more, and waits for the broker's last acknowledgements.
  func end() { process.end() }

  /// What the broker has acknowledged so far, by topic. A line that is not yet whole is left out.
  func acknowledged() throws -> [String: [Message]] {
    let text = String(decoding: try Data(contentsOf: journal), as: UTF8.self)
    let whole = text[..<(text.lastIndex(of: "\n") ?? text.startIndex)]
    var messages: [String: [Message]] = [:]
    for line in whole.split(separator: "\n") {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == 4, let time = Int64(fields[0]), let number = Int(fields[3]) else {
        throw ChildProcess.Failure(description: "\(journal.path) has a line \(line)")
      }
      messages[String(fields[1]), default: []].append(
        Message(number: number, time: Timestamp(microseconds: time)))
    }
    return messages
  }

  func count() throws -> Int { try acknowledged().values.reduce(0) { $0 + $1.count } }
}

extension MessagesLost {
  /// A message tells when it was made; the daemon, up to when it has heard everything. Between them lies the way over the
  /// broker: what was on it when the session ended is missing too. In microseconds.
  private static let longestWay: Int64 = 2_000_000

  /// Whether the ledger tells that this message may be missing.
  func tells(of message: MQTTFaultPublisher.Message) -> Bool {
    message.time.microseconds(since: from) >= -Self.longestWay && message.time <= until
  }
}
