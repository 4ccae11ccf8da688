import Foundation

/// What of the MQTT part runs in a process of its own.
enum MessageTask: String, Codable {
  /// Plain C: acknowledges and keeps nothing.
  case floor
  /// The MQTT room, the recorder and the ledger.
  case lotwire
  /// Publishes; says nothing.
  case publisher

  private static let online = "online"

  /// Tells the parent that messages may be published.
  static func sayOnline() { FileHandle.standardOutput.write(Data("\(online)\n".utf8)) }

  func run(_ plan: MessagePlan) async throws {
    switch self {
    case .publisher: try MessageFloor.publish(plan)
    case .floor: try say(MessageFloor.read(plan))
    case .lotwire: try say(await MessageContestant.run(plan))
    }
  }

  private func say(_ outcome: MessageOutcome) throws {
    FileHandle.standardOutput.write(try JSONEncoder().encode(outcome))
  }

  /// A reader as a process; `whenOnline` is called once it listens.
  func read(_ plan: MessagePlan, whenOnline: () throws -> Void) throws -> MessageOutcome {
    let process = try ChildTask.messages(self, plan).process()
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var line: [UInt8] = []
    while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
      line.append(byte)
    }
    if line == Array(Self.online.utf8) { try whenOnline() }
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchFault("the child process \(rawValue) ended with status \(process.terminationStatus)")
    }
    return try JSONDecoder().decode(MessageOutcome.self, from: text)
  }

  /// Publishes in a process of its own.
  static func publish(_ plan: MessagePlan) throws {
    let process = try ChildTask.messages(.publisher, plan).process()
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    // It says nothing: its output ends when it does.
    _ = try output.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchFault("the publisher ended with status \(process.terminationStatus)")
    }
  }
}
