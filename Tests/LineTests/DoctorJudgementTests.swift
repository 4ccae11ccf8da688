import Devices
import ERP
import Foundation
import Harness
import MQTT
import Shopfloor
import Testing

@testable import lotwire

/// What the doctor makes of what it reads, without a broker.
@Suite("Judgements of the doctor") struct DoctorJudgementTests {
  private static let day: Int64 = 86_400_000_000

  @Test(
    "certificates are judged by the days that are left",
    arguments: [(365, "ok"), (31, "ok"), (29, "attention"), (0, "attention"), (-1, "fault")])
  func certificates(days: Int64, severity: String) throws {
    let now = try #require(Timestamp(iso8601: "2026-11-21T10:00:00Z"))
    // The certificate itself is made by the tests of the message room; here its words are judged.
    let text = try Self.certificate(days: 10)
    var validity = try #require(CertificateValidity.all(inPEM: text).first)
    validity.notBefore = now.advanced(byMicroseconds: -400 * Self.day)
    validity.notAfter = now.advanced(byMicroseconds: days * Self.day + 1)
    let finding = BrokerCertificateCheck.judge("b").finding(validity, Words("certificate", "证书"), "x", now)
    #expect(finding.severity.rawValue == severity, "\(finding.found.english)")
    validity.notBefore = now.advanced(byMicroseconds: 1)
    #expect(BrokerCertificateCheck.judge("b").finding(validity, Words("c", "c"), "x", now).severity == .fault)
  }

  /// A certificate in PEM that is valid from now on.
  private static func certificate(days: Int) throws -> String {
    let folder = try TemporaryFolder("doctor-certificate")
    let made = try ChildProcess(
      name: "openssl", path: "/usr/bin/openssl",
      arguments: [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=broker",
        "-days", "\(days)", "-keyout", folder.file("key").path, "-out", folder.file("certificate").path,
      ], log: folder.file("log"))
    #expect(try made.waitUntilExit(patienceSeconds: 60) == 0)
    return try String(contentsOf: folder.file("certificate"), encoding: .utf8)
  }

  @Test("an authority that has expired does no harm beside the one that followed it; in a chain it does")
  func authorities() throws {
    let folder = try TemporaryFolder("doctor-authorities")
    let file = folder.file("authorities")
    let (old, new) = (try Self.certificate(days: 10), try Self.certificate(days: 400))
    func judged(_ text: String, isAuthorities: Bool, days: Int64) throws -> Finding.Severity {
      try Data(text.utf8).write(to: file)
      let now = SystemClock().now().utc.advanced(byMicroseconds: days * Self.day)
      return BrokerCertificateCheck.judge("b").file(file.path, isAuthorities: isAuthorities, now).severity
    }
    #expect(try judged(old + new, isAuthorities: true, days: 100) == .ok)
    #expect(try judged(old + new, isAuthorities: true, days: 1) == .attention)
    #expect(try judged(old + new, isAuthorities: true, days: 380) == .attention)
    #expect(try judged(old + new, isAuthorities: true, days: 401) == .fault)
    #expect(try judged(old, isAuthorities: true, days: 11) == .fault)
    #expect(try judged(old + new, isAuthorities: false, days: 100) == .fault)
  }

  @Test("secrets, certificates and folders of the ERP are judged without asking it")
  func erp() throws {
    let now = try #require(Timestamp(iso8601: "2026-11-21T10:00:00Z"))
    let folder = try TemporaryFolder("doctor-erp")
    func write(_ name: String, _ text: String, _ mode: Int) throws -> String {
      try Data(text.utf8).write(to: folder.file(name))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file(name).path)
      return folder.file(name).path
    }
    func judged(_ way: ERPEntry.Way) -> [String] {
      ERPAccessCheck.findings(ERPEntry(way: way, pollMicroseconds: 1), now)
        .map { "\($0.check) \($0.severity.rawValue)" }
    }
    func tryton(_ password: String, _ tls: ERPTLSSettings? = nil) -> ERPEntry.Way {
      .tryton(
        TrytonSettings(
          baseURL: "https://127.0.0.1:1", database: "d", user: "u", passwordFile: password, tls: tls))
    }
    let secret = try write("secret", "s3cret\n", 0o600)
    #expect(judged(tryton(secret)) == ["erp.secret ok"])
    #expect(judged(tryton(try write("open", "s3cret\n", 0o644))) == ["erp.secret fault"])
    #expect(judged(tryton(folder.file("missing").path)) == ["erp.secret fault"])
    #expect(
      judged(tryton(secret, ERPTLSSettings(authoritiesFile: secret, certificateFile: nil, keyFile: secret)))
        == ["erp.secret ok", "erp.secret ok", "erp.certificate fault"])
    #expect(
      judged(
        .http(
          HTTPConnectorSettings(
            baseURL: "https://127.0.0.1:1", tokenFile: try write("empty", "", 0o600),
            signing: .init(keyID: "k", keyFile: secret)))) == ["erp.secret fault", "erp.secret ok"])
    #expect(
      judged(.files(FileDropSettings(outboundFolder: folder.url.path, inboundFolder: folder.file("missing").path)))
        == ["erp.folder ok", "erp.folder fault"])
    let told = ERPAccessCheck.findings(ERPEntry(way: tryton(folder.file("open").path), pollMicroseconds: 1), now)
    #expect(told.first?.remedy?.english.contains("chmod 600") == true)
    #expect(!told.contains { "\($0)".contains("s3cret") })
  }

  @Test("dropped messages are a fault, silence asks for attention, another version too")
  func system() {
    var system = BrokerSystem()
    system.version = "mosquitto version 2.0.11"
    system.messagesDropped = 0
    let good = BrokerSystemCheck.findings(system, "b")
    #expect(good.allSatisfy { $0.severity == .ok } && good.count == 3)
    system.messagesDropped = 7
    system.version = "mosquitto version 2.1.2"
    let bad = BrokerSystemCheck.findings(system, "b")
    #expect(bad.map(\.check) == ["broker.version", "broker.system", "broker.dropped"])
    #expect(bad.map(\.severity) == [.attention, .ok, .fault])
    #expect(bad[2].found.english.contains("7 messages") && bad[2].found.chinese.contains("7 条"))
    #expect(BrokerSystemCheck.findings(nil, "b").map(\.severity) == [.attention])
  }

  @Test(
    "settings are judged by what a crash and an absence cost",
    arguments: [
      ("persistence true\nautosave_interval 1\nmax_queued_messages 0\nmax_queued_bytes 1000000\n", ["ok", "ok"]),
      ("persistence true\nautosave_interval 1\nmax_queued_messages 0\n", ["ok", "attention"]),
      ("persistence true\n", ["attention", "fault"]),
      ("persistence true\nautosave_interval 0\n", ["attention", "fault"]),
      ("persistence true\nautosave_interval 5\nautosave_on_changes true\n", ["attention", "fault"]),
      ("", ["fault", "fault"]),
      (
        "persistence true\nautosave_interval 1\nmax_queued_messages 0\nmax_queued_bytes 9\npersistent_client_expiration 1d\n",
        ["ok", "ok", "attention"]
      ),
    ])
  func settings(text: String, severities: [String]) {
    var settings = MosquittoSettings()
    settings.read(text, file: "m.conf")
    #expect(BrokerSettingsCheck.findings(settings, "m.conf").map(\.severity.rawValue) == severities)
  }

  @Test("the files of an included folder are read in the order of their names, only those that end with .conf")
  func included() throws {
    let folder = try TemporaryFolder("doctor-settings")
    let included = folder.file("conf.d")
    try FileManager.default.createDirectory(at: included, withIntermediateDirectories: true)
    try Data("persistence true\nmax_queued_messages 5\ninclude_dir \(included.path)\n".utf8).write(
      to: folder.file("m.conf"))
    try Data("max_queued_messages 6\n".utf8).write(to: included.appendingPathComponent("b.conf"))
    try Data("max_queued_messages 7\n".utf8).write(to: included.appendingPathComponent("Z.conf"))
    try Data("max_queued_messages 8\n".utf8).write(to: included.appendingPathComponent("c.conf.off"))
    let settings = try BrokerSettingsCheck.read(folder.file("m.conf"))
    #expect(settings.maximumQueuedMessages == 6 && settings.isPersistent)
    #expect(settings.values["max_queued_messages"]?.file.hasSuffix("b.conf") == true)
  }

  @Test("every finding is said in both languages, with a shape for each severity")
  func text() {
    let finding = Finding(
      "a.b", "broker x", .fault, Words("is away", "离线"), meaning: Words("nothing comes", "没有数据"),
      remedy: Words("look", "检查"), lines: ["persistence true"])
    #expect(
      FindingText(finding, language: nil).text == """
        ✗ fault  broker x: is away
            nothing comes
            → look
          故障  broker x: 离线
            没有数据
            → 检查
                persistence true
        """)
    #expect(FindingText(finding, language: .chinese).text.hasPrefix("✗ 故障  broker x: 离线"))
    #expect(Set([Finding.Severity.ok, .attention, .fault].map(\.sign)).count == 3)
    #expect(FindingText.summary([finding], language: .english) == "1 checks: 1 faults, 0 that ask for attention")
  }
}
