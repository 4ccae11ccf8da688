import Foundation
import Glibc
import PlainCModbus

/// What runs in a process of its own, so that its processor time, its memory and its descriptors are its own. The same
/// program, started with `child` and the task as JSON.
enum ChildTask: Codable {
  /// Answers Modbus requests until its input ends; its only output is its port.
  case server
  /// Polls and says as JSON what came of it.
  case poll(Contestant, PollPlan)
  /// Publishes or reads messages.
  case messages(MessageTask, MessagePlan)
  /// Builds, asks, seals or opens a large ledger.
  case ledger(LedgerTask)

  enum Contestant: String, Codable {
    /// Plain C over libmodbus, with blobs in SQLite where the plan names a database.
    case floor
    /// The Modbus room alone, or with the recorder and the ledger where the plan names a database.
    case lotwire
  }

  static let marker = "child"
  /// Of the C library's allocator (mallopt(3)): few arenas, and large blocks that are given back when they are freed.
  static let memorySettings = [
    "MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "262144", "MALLOC_TRIM_THRESHOLD_": "262144",
  ]

  /// Carries out a task in this process.
  static func run(_ text: String) async throws {
    switch try JSONDecoder().decode(ChildTask.self, from: Data(text.utf8)) {
    case .server:
      let problem = plain_serve()
      guard problem == 0 else { throw BenchFault("the Modbus server ended: \(String(cString: strerror(problem)))") }
    case .poll(let contestant, let plan):
      plain_raise_descriptor_limit()
      var outcome: PollOutcome
      switch (contestant, plan.database) {
      case (.floor, _): outcome = try PollingFloor.run(plan)
      case (.lotwire, nil): outcome = try ModbusContestant.run(plan)
      case (.lotwire, let path?): outcome = try await LineContestant.run(plan, path: path)
      }
      outcome.peakBytes = Memory.bytes("VmHWM")
      print(String(decoding: try JSONEncoder().encode(outcome), as: UTF8.self))
    case .messages(let task, let plan): try await task.run(plan)
    case .ledger(let task): try await task.run()
    }
  }

  /// This task as a process that is ready to be started.
  func process() throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    // What a plan took on its way to the disk goes back to the system; see README.md.
    process.environment = ProcessInfo.processInfo.environment.merging(Self.memorySettings) { given, _ in given }
    process.arguments = [Self.marker, String(decoding: try JSONEncoder().encode(self), as: UTF8.self)]
    return process
  }

  /// Runs a poll to its end.
  static func poll(_ contestant: Contestant, _ plan: PollPlan) throws -> PollOutcome {
    let process = try ChildTask.poll(contestant, plan).process()
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchFault("the child process \(contestant) ended with status \(process.terminationStatus)")
    }
    return try JSONDecoder().decode(PollOutcome.self, from: text)
  }
}

/// The Modbus server in its process.
final class ModbusServer {
  let port: Int
  private let process: Process
  private let input = Pipe()

  init() throws {
    process = try ChildTask.server.process()
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = input
    try process.run()
    var line: [UInt8] = []
    while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
      line.append(byte)
    }
    guard let port = Int(String(decoding: line, as: UTF8.self)) else {
      throw BenchFault("the Modbus server did not say its port")
    }
    self.port = port
  }

  func stop() {
    // A server that is gone already needs no end of its input.
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

enum Memory {
  /// A line of /proc/self/status, such as VmRSS (now) or VmHWM (the most so far), in bytes; 0 where it is missing.
  static func bytes(_ name: String) -> Int {
    // Without the file the figure stays 0, which the table shows.
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
      return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }.map {
        $0 * 1_024
      } ?? 0
    }
    return 0
  }
}
