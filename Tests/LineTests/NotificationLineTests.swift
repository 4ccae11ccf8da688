import Console
import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import lotwire

@Suite("Notifications of a line", .serialized)
struct NotificationLineTests {
  /// A press that is out of its limits at once, a board behind a broker, and a customer's address where nobody answers.
  private func configure(_ line: DeviceLine, _ notifications: String) throws {
    try line.configure(specification: "{low: 100, high: 140}")
    let file = line.folder.file("lotwire.yaml")
    try (String(contentsOf: file, encoding: .utf8) + notifications).write(to: file, atomically: true, encoding: .utf8)
  }

  private func subscription(_ name: String, of line: DeviceLine) throws -> SubscriptionStatus? {
    try line.status().notifications.first { $0.name == name }
  }

  private func subscribe(_ line: DeviceLine, _ broker: MosquittoBroker, _ more: [String]) throws -> [String] {
    let process = try ChildProcess(
      name: "mosquitto_sub", path: "/usr/bin/mosquitto_sub",
      arguments: ["-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-t", "plant/alarms", "-c", "-i", "board"]
        + more,
      log: line.folder.file("sub-\(more[0]).log"))
    #expect(try process.waitUntilExit(patienceSeconds: 60) == 0)
    return try process.outputLines()
  }

  @Test(
    "what was owed when the daemon was killed is told after it; what is late is named")
  func killed() throws {
    let line = try DeviceLine()
    let broker = try MosquittoBroker(folder: line.folder.url)
    broker.stop()
    try "the key".write(to: line.folder.file("hook.key"), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: line.folder.file("hook.key").path)
    let brokers = "brokers: [{name: main, host: 127.0.0.1, port: \(broker.port), client_id: lotwire-line}]\n"
    let board = "  - {name: board, mqtt: {broker: main, topic: plant/alarms}}\n"
    let dead = """
        - name: dead
          late_after_seconds: 1
          webhook: {url: "http://127.0.0.1:\(freeLoopbackPort())/hook", secret_file: hook.key}

      """
    try configure(line, brokers + "notifications:\n" + board + dead)
    try line.startDaemon()
    #expect(try DeviceLine.becomes { try subscription("board", of: line)?.lastError?.contains("broker") == true })
    #expect(try DeviceLine.becomes { try subscription("dead", of: line)?.isLate == true })
    #expect(try subscription("board", of: line)?.isLate == false)
    let shown = try line.ask(["status"]).text
    #expect(shown.contains("▲ dead (webhook)") && shown.contains("LATE (over 1 s)"), "\(shown)")
    line.killDaemon()

    try broker.start()
    // The broker keeps the session from here on.
    _ = try subscribe(line, broker, ["-E"])
    try line.startDaemon()
    let message = try #require(try subscribe(line, broker, ["-C", "1"]).first)
    #expect(message.contains(#""id":"lotwire:notification:"#) && message.contains(#""occasion":"raised""#))
    #expect(message.contains(#""subscription":"board""#) && message.contains(#""source":"press.temperature""#))
    #expect(try DeviceLine.becomes { try subscription("board", of: line)?.waitingRows == 0 })
    #expect(
      try line.events(about: .recorder).contains { event in
        if case .delivered(let report) = event { report.connector == "board (mqtt)" } else { false }
      })

    // What waits for a subscription that is taken out goes on to be shown.
    try configure(line, brokers + "notifications:\n" + board)
    #expect(try line.ask(["reload"]).status == 0)
    #expect(try DeviceLine.becomes { try subscription("dead", of: line)?.connector == "none" })
    #expect(try DeviceLine.becomes { try subscription("dead", of: line)?.waitingRows ?? 0 > 0 })
  }
}
