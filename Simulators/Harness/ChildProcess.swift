public import Foundation

/// A program that the demo or a test started: its output goes to a file, it is ended by its own pid, and never left
/// behind.
public final class ChildProcess {
  public struct Failure: Error, CustomStringConvertible {
    public var description: String

    public init(description: String) { self.description = description }
  }

  public let name: String
  public let log: URL
  private let process = Process()

  /// Starts the program at `path` with its output appended to `log`.
  public init(
    name: String, path: String, arguments: [String], log: URL, environment: [String: String] = [:],
    standardInput: FileHandle = .nullDevice
  ) throws {
    self.name = name
    self.log = log
    if !FileManager.default.fileExists(atPath: log.path) {
      try Data().write(to: log)
    }
    let output = try FileHandle(forWritingTo: log)
    try output.seekToEnd()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = standardInput
    process.standardOutput = output
    process.standardError = output
    try Self.withSignalsUnblocked { try process.run() }
    try output.close()
  }

  /// A child inherits the signal mask of the thread that starts it, and the threads of Swift's task pool block SIGTERM
  /// and SIGINT: a child started from one could not be asked to end.
  private static func withSignalsUnblocked(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  deinit { end() }

  public var isRunning: Bool { process.isRunning }
  public var processIdentifier: Int32 { process.processIdentifier }
  public var exitStatus: Int32? { process.isRunning ? nil : process.terminationStatus }

  /// Sends SIGKILL and waits: no clean-up of its own runs.
  public func killNow() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Sends SIGTERM, waits up to `patienceSeconds`, then kills.
  public func end(patienceSeconds: Double = 10) {
    guard process.isRunning else { return }
    process.terminate()
    let deadline = Date().addingTimeInterval(patienceSeconds)
    while process.isRunning, Date() < deadline { usleep(10_000) }
    killNow()
  }

  /// Waits for the program to end by itself.
  public func waitUntilExit(patienceSeconds: Double) throws -> Int32 {
    let deadline = Date().addingTimeInterval(patienceSeconds)
    while process.isRunning, Date() < deadline { usleep(10_000) }
    guard !process.isRunning else {
      throw Failure(description: "\(name) did not end within \(patienceSeconds) s; see \(log.path)")
    }
    return process.terminationStatus
  }

  /// The first line of the output from `offset` on that holds `text`; waits for it.
  @discardableResult
  public func waitForLine(containing text: String, patienceSeconds: Double = 30) throws -> String {
    let deadline = Date().addingTimeInterval(patienceSeconds)
    while true {
      if let line = try outputLines().first(where: { $0.contains(text) }) { return line }
      guard process.isRunning else {
        throw Failure(description: "\(name) ended before it said \"\(text)\":\n\(tail())")
      }
      guard Date() < deadline else {
        throw Failure(description: "\(name) did not say \"\(text)\" within \(patienceSeconds) s:\n\(tail())")
      }
      usleep(10_000)
    }
  }

  public func outputLines() throws -> [String] {
    String(decoding: try Data(contentsOf: log), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func tail() -> String {
    // An unreadable log only shortens the message.
    ((try? outputLines()) ?? []).suffix(20).joined(separator: "\n")
  }
}
