import Devices
import Foundation
import Glibc
import Harness
import MQTT
import Shopfloor
import Testing

@testable import lotwire

/// `lotwire doctor` against Debian's broker, and its judgements by themselves.
@Suite("lotwire doctor") struct DoctorTests {
  private struct Told: Decodable {
    struct Entry: Decodable {
      var check: String
      var subject: String
      var severity: String
      var found: Words
      var lines: [String]
    }

    var findings: [Entry]
    var faults: Int

    func severities(_ check: String) -> [String] { findings.filter { $0.check == check }.map(\.severity) }
    func found(_ check: String) -> String {
      findings.filter { $0.check == check }.map(\.found.english).joined(separator: "\n")
    }
  }

  private static func plant(_ port: Int, _ more: String = "") -> String {
    """
    brokers:
      - {name: main, host: 127.0.0.1, port: \(port), client_id: lotwire-line-1\(more)}
    devices:
      - name: room
        mqtt:
          broker: main
          points: [{name: temperature, topic: room/+/temperature, unit: "°C"}]

    """
  }

  private func doctor(_ file: URL, _ settings: URL, _ more: [String] = []) throws -> (status: Int32, told: Told) {
    let answer = try MQTTWatchProgram.run(
      ["doctor", "--json", "--config", file.path, "--mosquitto-conf", settings.path] + more)
    let told = try JSONDecoder().decode(Told.self, from: Data(answer.output.utf8))
    return (answer.status, told)
  }

  @Test("a line with the shipped settings has nothing to be told, and a probe leaves nothing behind")
  func good() throws {
    let program = try MQTTWatchProgram(extraLines: ["sys_interval 1", "max_inflight_messages 5000"])
    let file = try program.write(Self.plant(program.broker.port))
    let shipped = URL(fileURLWithPath: ConfigurationTests.profiles).deletingLastPathComponent()
      .appendingPathComponent("systemd/mosquitto-lotwire.conf")
    let (status, told) = try doctor(file, shipped, ["--probe"])
    #expect(status == 0 && told.faults == 0, "\(told)")
    for check in [
      "configuration", "ledger.folder", "broker.reached", "broker.version", "broker.queue", "broker.window",
      "broker.persistence", "broker.queue_limit",
    ] {
      #expect(told.severities(check) == ["ok"], "\(check): \(told.found(check))")
    }
    #expect(told.found("broker.queue").contains("all of 1100"))
    #expect(told.found("broker.reached").contains("1 topic filters granted"))
    // Before the first start there is no session, and the question has made none.
    #expect(told.severities("broker.session") == ["attention"])
    program.broker.stop()
    let saved = try Data(contentsOf: program.folder.file("mosquitto.db"))
    for trace in ["lotwire-doctor", "lotwire/doctor", "lotwire-line-1"] {
      #expect(saved.range(of: Data(trace.utf8)) == nil, "\(trace)")
    }
  }

  @Test("a broker as delivered is found out, with the lines that mend it; the end says so")
  func asDelivered() throws {
    let program = try MQTTWatchProgram(extraLines: ["max_queued_messages 1000", "max_queued_bytes 0"])
    let file = try program.write(Self.plant(program.broker.port))
    let settings = program.folder.file("delivered.conf")
    try Data("persistence true\npersistence_location /var/lib/mosquitto/\n".utf8).write(to: settings)
    let (status, told) = try doctor(file, settings, ["--probe"])
    #expect(status == 1 && told.faults >= 2, "\(told)")
    #expect(told.severities("broker.queue") == ["fault"] && told.found("broker.queue").contains("of 1100 messages"))
    #expect(told.findings.first { $0.check == "broker.queue" }?.lines == BrokerSettingsCheck.queueLines)
    #expect(
      told.severities("broker.window") == ["attention"] && told.found("broker.window").contains("sends 20 messages"))
    #expect(told.severities("broker.persistence") == ["attention"])
    #expect(told.severities("broker.queue_limit") == ["fault"])
    let text = try MQTTWatchProgram.run(
      ["doctor", "--config", file.path, "--mosquitto-conf", settings.path, "--language", "zh-CN"])
    #expect(text.status == 1 && text.text.contains("✗ 故障") && text.text.contains("为离线客户端最多保存 1000 条消息"))
    #expect(!text.text.contains("keeps at most") && text.text.contains("max_queued_messages 0"))
  }

  @Test("the running daemon keeps its session while the doctor looks")
  func besidesTheDaemon() throws {
    let program = try MQTTWatchProgram(extraLines: ["sys_interval 1"])
    let station = """
      stations:
        - name: packing
          operation: pack
          parameters: [{name: room.temperature, device: room, point: temperature}]
      """
    let file = try program.write(Self.plant(program.broker.port), "lotwire.yaml")
    let text = try String(contentsOf: file, encoding: .utf8).replacing("stations: []", with: station)
    try text.write(to: file, atomically: true, encoding: .utf8)
    let daemon = try ChildProcess(
      name: "lotwire",
      path: URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("lotwire")
        .path,
      arguments: ["run", "--config", file.path], log: program.folder.file("daemon.log"))
    defer { daemon.end() }
    try daemon.waitForLine(containing: "recording", patienceSeconds: 60)
    var told: Told?
    // The control socket opens, and the session stands, a moment after recording has begun.
    for _ in 0..<30 {
      told = try doctor(file, program.folder.file("mosquitto.conf"), ["--probe"]).told
      if told?.found("broker.session").contains("connected to") == true { break }
      usleep(500_000)
    }
    #expect(
      told?.found("broker.session").contains("the daemon runs: connected to") == true, "\(String(describing: told))")
    #expect(told?.severities("broker.queue") == ["ok"])
    let log = try daemon.outputLines().joined(separator: "\n")
    #expect(!log.contains("thrown") && !log.contains("lost our session"), "\(log)")
  }

  @Test("no broker, a wrong password and a faulty configuration are faults in words")
  func faults() throws {
    let program = try MQTTWatchProgram()
    let none = program.folder.file("none.conf")
    let (status, told) = try doctor(try program.write(Self.plant(freeLoopbackPort())), none)
    #expect(status == 1 && told.severities("broker.reached") == ["fault"])
    #expect(told.found("broker.reached").contains("refused"), "\(told)")
    #expect(told.severities("broker.settings") == ["attention"])

    let passwords = program.folder.file("passwords")
    try Data("reader:none\n".utf8).write(to: passwords)
    try Data("wrong\n".utf8).write(to: program.folder.file("password"))
    let strict = try MQTTWatchProgram(extraLines: ["allow_anonymous false", "password_file \(passwords.path)"])
    let user = ", username: reader, password_file: \(program.folder.file("password").path)"
    let refused = try doctor(try strict.write(Self.plant(strict.broker.port, user)), none, ["--probe"])
    #expect(refused.status == 1 && refused.told.found("broker.reached").contains("check user, password"))

    let faulty = try doctor(try program.write("devices: [{name: x}]\n"), none)
    #expect(faulty.status == 1 && faulty.told.severities("configuration") == ["fault"])
    #expect(faulty.told.found("configuration").contains("has no connection"), "\(faulty.told)")
    let blocked = try program.write("")
    let text = try String(contentsOf: blocked, encoding: .utf8)
      .replacing("data: \(program.folder.file("data").path)", with: "data: /dev/null/ledger")
    try text.write(to: blocked, atomically: true, encoding: .utf8)
    let folder = try doctor(blocked, none)
    #expect(folder.status == 1 && folder.told.severities("ledger.folder") == ["fault"], "\(folder.told)")
  }
}
