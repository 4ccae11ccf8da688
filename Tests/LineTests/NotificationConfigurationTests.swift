import Devices
import Foundation
import Harness
import Notifications
import Shopfloor
import Testing

@testable import lotwire

@Suite("Configuration of notifications")
struct NotificationConfigurationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("notifications") }

  static let brokers = "brokers: [{name: main, host: 127.0.0.1, client_id: lotwire-line-1}]\n"
  static let good = """
    notifications:
      - name: quality
        minimum_priority: medium
        kinds: [control_signal, specification]
        on: [raised, escalated]
        escalation_to: [shift leader]
        email:
          smtp: mail.plant.example
          tls: starttls
          from: lotwire@plant.example
          to: [quality@plant.example, night@plant.example]
          user: line-1
          password_file: mail.password
          ca_file: ca.pem
      - name: acme
        customer: Acme Medical
        thresholds:
          - {station: sealer-1, characteristic: temperature.mean, low: 172, high: 188}
          - {station: sealer-1, characteristic: temperature.mean, high: 190}
        late_after_seconds: 60
        webhook: {url: "https://hooks.acme.example/lotwire?token=hidden", secret_file: acme.key}
      - name: board
        mqtt: {broker: main, topic: plant/line-1/alarms}
    alarms: {escalation: [{after_minutes: 10, to: shift leader}]}

    """

  private func read(_ notifications: String) throws -> PlantConfiguration {
    let file = folder.file("lotwire.yaml")
    try (ConfigurationTests.good + Self.brokers + notifications).write(to: file, atomically: true, encoding: .utf8)
    return try ConfigurationReader.read(file)
  }

  @Test("what decides is in the plan, what is wired is in the wiring, and no secret in either")
  func good() throws {
    let plant = try read(Self.good)
    let plans = try #require(plant.plan.notifications)
    #expect(
      plans[0]
        == NotificationPlan(
          name: "quality", occasions: [.raised, .escalated], kinds: [.specification, .controlSignal],
          minimumPriority: .medium, escalationTo: ["shift leader"]))
    #expect(
      plans[1]
        == NotificationPlan(
          name: "acme", customer: "Acme Medical",
          thresholds: [
            CustomerThreshold(station: "sealer-1", characteristic: "temperature.mean", low: 172, high: 188),
            CustomerThreshold(station: "sealer-1", characteristic: "temperature.mean", low: nil, high: 190),
          ]))
    #expect(plans[2] == NotificationPlan(name: "board"))
    #expect(plant.notifications.map(\.lateAfterMicroseconds) == [300_000_000, 60_000_000, 300_000_000])
    guard case .email(let mail) = plant.notifications[0].receiver else {
      Issue.record("\(plant.notifications[0])")
      return
    }
    #expect(mail.host == "mail.plant.example" && mail.port == 587 && mail.encryption == .starttls)
    #expect(mail.passwordFile == folder.file("mail.password").path)
    #expect(mail.authoritiesFile == folder.file("ca.pem").path)
    let wiring = plant.plan.wiring.filter { $0.name.hasPrefix("notification ") }
    #expect(
      wiring.map(\.description) == [
        "email over mail.plant.example:587 (starttls, with user) from lotwire@plant.example to "
          + "quality@plant.example, night@plant.example, late after 300 s",
        "webhook https://hooks.acme.example/lotwire, signed, late after 60 s",
        "mqtt main: plant/line-1/alarms, late after 300 s",
      ])
  }

  @Test("nobody is told unless it is asked for, and the plan is as it was")
  func none() throws {
    #expect(try read("").plan.notifications == nil)
  }

  @Test(
    "mail servers",
    arguments: [
      ("mail.example:2525", "starttls", "mail.example", 2_525), ("mail.example", "implicit", "mail.example", 465),
      ("\"[::1]:25\"", "none", "::1", 25), ("\"[::1]\"", "none", "::1", 25),
    ])
  func servers(smtp: String, tls: String, host: String, port: Int) throws {
    let plant = try read(
      "notifications: [{name: a, email: {smtp: \(smtp), tls: \(tls), from: a@b.example, to: [c@d.example]}}]\n")
    guard case .email(let mail)? = plant.notifications.first?.receiver else {
      Issue.record("no mail")
      return
    }
    #expect(mail.host == host && mail.port == port)
  }

  /// What is changed in the good one, and what the person is told. The first line of the list is 21.
  static let faults: [(replace: String, with: String, line: Int, says: String)] = [
    ("- name: quality", "- name: \"my notes\"", 21, "cannot be a name here"),
    ("- name: board", "- name: acme", 41, "notification acme stands twice"),
    ("minimum_priority: medium", "minimum_priority: urgent", 22, "Write one of: low, medium, high"),
    ("control_signal, spec", "control_signals, spec", 23, "alarm_limit, control_signal"),
    ("on: [raised, escalated]", "on: []", 24, "the list is empty"),
    ("[shift leader]", "[]", 25, "nobody is named"),
    ("[shift leader]", "[shift leeder]", 25, "Write one or more of: shift leader"),
    ("to: shift leader}]}", "to: manager}]}", 25, "the ladder calls nobody of the name \"shift leader\""),
    ("smtp: mail.plant.example", "smtp: \"mail.plant.example:99999\"", 27, "is no mail server"),
    ("tls: starttls", "tls: maybe", 28, "Write one of: starttls, implicit, none"),
    ("tls: starttls", "tls: none", 31, "for everybody to read"),
    ("from: lotwire@plant.example", "from: \"Line <lotwire@plant.example>\"", 29, "is no mail address"),
    ("night@plant.example", "\"night@plant.example\\r\\nBcc: x@y.z\"", 30, "is no mail address"),
    ("      password_file: mail.password\n", "", 31, "the user has no password"),
    ("      user: line-1\n", "", 31, "nobody has this password"),
    ("customer: Acme Medical", "customer: \"Acme \"", 35, "begins or ends with a blank"),
    (
      "station: sealer-1, characteristic: temperature.mean, low", "station: sealer-9, characteristic: t, low", 37,
      "Write one of: sealer-1"
    ),
    ("low: 172, high: 188", "low: 192, high: 188", 37, "is above high"),
    (", low: 172, high: 188", "", 37, "there is no limit"),
    ("late_after_seconds: 60", "late_after_seconds: 0", 39, "outside 1.0 to"),
    ("https://hooks", "ftp://hooks", 40, "is not an http or https address"),
    ("https://hooks", "https://user:secret@hooks", 40, "is not an http or https address"),
    (", secret_file: acme.key", "", 40, "the key \"secret_file\" is missing"),
    ("broker: main", "broker: mian", 42, "Write one of: main"),
    ("topic: plant/line-1/alarms", "topic: \"plant/#\"", 42, "no wildcard"),
    ("    mqtt: {broker: main, topic: plant/line-1/alarms}", "    late_after_seconds: 5", 41, "goes nowhere"),
    ("    late_after_seconds: 60", "    mqtt: {broker: main, topic: a}", 34, "goes 2 ways: webhook, mqtt"),
    ("    customer: Acme", "    custommer: Acme", 35, "Write \"customer\""),
  ]

  @Test("a fault is named with its line, and what to write instead", arguments: faults.indices)
  func faulty(index: Int) throws {
    let fault = Self.faults[index]
    #expect(Self.good.contains(fault.replace), "the case changes nothing")
    let issues = #expect(throws: DocumentIssues.self) {
      try read(Self.good.replacing(fault.replace, with: fault.with, maxReplacements: 1))
    }
    let found = issues?.issues ?? []
    #expect(found.contains { "\($0)".contains(fault.says) }, "\(found)")
    #expect(found.contains { $0.line == fault.line && "\($0)".contains(fault.says) }, "\(found)")
  }
}
