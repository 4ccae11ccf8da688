import Console
import Foundation
import Harness
import Shopfloor
import Testing

@testable import lotwire

/// A daemon with one station and a scanner on a pseudo-terminal; the test types what is scanned.
private final class WatchedLine {
  let folder: TemporaryFolder
  private var scanner: ChildProcess
  private let typed: FileHandle
  private var daemon: ChildProcess?

  init() throws {
    folder = try TemporaryFolder("watched")
    try """
    site: Suzhou
    line: Pouch line 1
    data: data
    devices:
      - name: scanner-1
        station: sealer-1
        serial: {path: tty}
    stations:
      - {name: sealer-1, operation: seal, parameters: []}
    people:
      - {id: P-1, name: Li Wei, badge: BADGE-1, rights: [operate, disposition], language: zh-CN}
    console: {listen: "127.0.0.1:0"}

    """.write(to: folder.file("lotwire.yaml"), atomically: true, encoding: .utf8)
    let pipe = Pipe()
    typed = pipe.fileHandleForWriting
    scanner = try ChildProcess(
      name: "scanner", path: Self.program("simulate"),
      arguments: ["scanner", "--tty-link", folder.file("tty").path, "--interactive"], log: folder.file("scanner.log"),
      standardInput: pipe.fileHandleForReading)
    try scanner.waitForLine(containing: "ready on")
  }

  deinit {
    daemon?.end()
    scanner.end()
  }

  static func program(_ name: String) -> String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(name).path
  }

  var configuration: String { folder.file("lotwire.yaml").path }

  func startDaemon() throws {
    // A log for each start, so that the line that is waited for is the one of this start.
    let log = folder.file("daemon-\(UUID().uuidString).log")
    let child = try ChildProcess(
      name: "lotwire", path: Self.program("lotwire"), arguments: ["run", "--config", configuration], log: log)
    daemon = child
    try child.waitForLine(containing: "recording")
  }

  /// The clean end has its time: a stop that hangs is a failure.
  func endDaemon() throws -> Int32 {
    guard let daemon else { return -1 }
    kill(daemon.processIdentifier, SIGTERM)
    defer { self.daemon = nil }
    return try daemon.waitUntilExit(patienceSeconds: 20)
  }

  func scan(_ text: String) throws { try typed.write(contentsOf: Data((text + "\n").utf8)) }

  func watch(_ arguments: [String] = [], name: String) throws -> ChildProcess {
    try ChildProcess(
      name: name, path: Self.program("lotwire"),
      arguments: ["station", "watch", "sealer-1", "--config", configuration] + arguments,
      log: folder.file("\(name).log"))
  }
}

@Suite("Watching a station", .serialized)
struct StationWatchTests {
  @Test("a scan is answered at the terminal of its station, over a restart of the daemon, until Ctrl-C")
  func scansAreShown() throws {
    let line = try WatchedLine()
    // Before there is a daemon: the watcher waits for it.
    let watcher = try line.watch(name: "watch")
    try watcher.waitForLine(containing: "Waiting for it")
    let programs = try line.watch(["--json"], name: "json")
    try line.startDaemon()
    try watcher.waitForLine(containing: "Ready")
    try line.scan("BADGE-1")
    try watcher.waitForLine(containing: "[ ✔ 完成 ]")
    try line.scan("L-404")
    try watcher.waitForLine(containing: "[ ✘ 拒绝 ]")
    try watcher.waitForLine(containing: "读到：L-404")
    let text = try programs.waitForLine(containing: "scan.unknown")
    let feedback = try JSONDecoder().decode(StationFeedback.self, from: Data(text.utf8))
    #expect(feedback.read == "L-404" && feedback.person == "Li Wei" && feedback.tone == .refuse)
    #expect(try !watcher.outputLines().contains { $0.contains("BADGE-1") })

    // The stream of a daemon that stops ends at once, and the next daemon is found.
    #expect(try line.endDaemon() == 0)
    try line.startDaemon()
    try line.scan("LOTWIRE:LEAVE")
    try watcher.waitForLine(containing: "再见")

    kill(watcher.processIdentifier, SIGINT)
    #expect(try watcher.waitUntilExit(patienceSeconds: 10) == SIGINT)
    programs.end()
  }

  @Test("a station that is not configured is named, with those that are")
  func unknownStation() throws {
    let line = try WatchedLine()
    try line.startDaemon()
    let child = try ChildProcess(
      name: "watch", path: WatchedLine.program("lotwire"),
      arguments: ["station", "watch", "sealer-9", "--config", line.configuration], log: line.folder.file("unknown.log"))
    #expect(try child.waitUntilExit(patienceSeconds: 30) == 66)
    #expect(try child.outputLines().joined().contains("Configured are: sealer-1."))
  }
}
