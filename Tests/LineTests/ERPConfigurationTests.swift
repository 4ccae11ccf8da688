import Devices
import ERP
import Foundation
import Harness
import Shopfloor
import Testing

@testable import lotwire

@Suite("Configuration of the ERP")
struct ERPConfigurationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("erp") }

  static let good = """
    erp:
      poll_seconds: 20
      drain_per_second: 12.5
      compare_every_hours: 0
      compare_days: 30
      tryton:
        url: https://erp.example:8000/
        database: factory
        user: lotwire
        password_file: tryton.password
        language: zh_CN
        tls: {ca_file: ca.pem, certificate_file: line.pem, key_file: line.key}
        operations: {Sealing: seal, "Final check": inspection}
        customer_supplied_category: 客供料
        quarantine_location: QUA
        accept_warnings: ["*have no origin*"]
        timeout_seconds: 45

    """

  private func read(_ erp: String) throws -> PlantConfiguration {
    let file = folder.file("lotwire.yaml")
    try (ConfigurationTests.good + erp).write(to: file, atomically: true, encoding: .utf8)
    return try ConfigurationReader.read(file)
  }

  private func place(_ name: String) -> String { folder.file(name).path }

  @Test("everything about Tryton is read, and the wiring says what decides and no secret")
  func good() throws {
    let erp = try #require(try read(Self.good).erp)
    var expected = TrytonSettings(
      baseURL: "https://erp.example:8000", database: "factory", user: "lotwire",
      passwordFile: place("tryton.password"), language: "zh_CN",
      tls: ERPTLSSettings(
        authoritiesFile: place("ca.pem"), certificateFile: place("line.pem"), keyFile: place("line.key")),
      operations: ["Sealing": "seal", "Final check": "inspection"], customerSuppliedCategory: "客供料",
      quarantineLocation: "QUA", acceptedWarnings: ["*have no origin*"])
    expected.requestTimeoutMicroseconds = 45_000_000
    #expect(erp.way == .tryton(expected))
    #expect(
      erp.serviceSettings
        == ERPServiceSettings(
          pollMicroseconds: 20_000_000, drainRowsPerSecond: 12.5, compareEveryMicroseconds: nil, comparedDays: 30))
    #expect(
      erp.wiringText
        == "tryton https://erp.example:8000, database factory, user lotwire, language zh_CN, operations Final check = "
        + "inspection, Sealing = seal, customer-supplied 客供料, quarantine QUA, warnings confirmed: *have no origin*, "
        + "certificate \(place("line.pem")), believing \(place("ca.pem")); backlog at most 12.5 rows a second; "
        + "never compared; compared for 30 days")
    #expect(erp.connectorName == "tryton")
  }

  @Test("little is needed, and the rest is as documented")
  func little() throws {
    let erp = try #require(
      try read("erp: {tryton: {url: 'http://10.0.0.5:8000', database: f, user: u, password_file: p}}").erp)
    #expect(
      erp.way
        == .tryton(
          TrytonSettings(baseURL: "http://10.0.0.5:8000", database: "f", user: "u", passwordFile: place("p"))))
    #expect(erp.serviceSettings == ERPServiceSettings())
    #expect(erp.wiringText == "tryton http://10.0.0.5:8000, database f, user u")
  }

  static let base = "url: 'https://e.example', database: f, user: u, password_file: p"

  /// What is wrong, and a word of the complaint.
  @Test(
    "what is wrong is refused with its reason",
    arguments: [
      ("erp: {}", "no connector"), ("erp: {tryton: {database: f, user: u, password_file: p}}", "url"),
      ("erp: {tryton: {url: 'https://e', user: u, password_file: p}}", "database"),
      ("erp: {tryton: {url: 'https://e', database: f, password_file: p}}", "user"),
      ("erp: {tryton: {url: 'https://e', database: f, user: u}}", "password_file"),
      ("erp: {tryton: {url: 'ftp://e', database: f, user: u, password_file: p}}", "not the http or https address"),
      (
        "erp: {tryton: {url: 'https://u:p@e', database: f, user: u, password_file: p}}", "not the http or https address"
      ),
      (
        "erp: {tryton: {url: 'https://e?x=1', database: f, user: u, password_file: p}}", "not the http or https address"
      ),
      ("erp: {tryton: {url: 'https://e', database: f, user: 'a:b', password_file: p}}", "colon"),
      ("erp: {tryton: {url: 'https://e', database: \"f\\n\", user: u, password_file: p}}", "U+000A"),
      ("erp: {tryton: {\(base), password: secret}}", "password"),
      ("erp: {tryton: {\(base), operations: [Sealing]}}", "table"),
      ("erp: {tryton: {\(base), operations: {}}}", "table"),
      ("erp: {tryton: {\(base), operations: {A: seal, B: seal}}}", "both called seal"),
      ("erp: {tryton: {\(base), operations: {A: ' seal'}}}", "blank"),
      ("erp: {tryton: {\(base), accept_warnings: ['*']}}", "every warning"),
      ("erp: {tryton: {\(base), accept_warnings: ['']}}", "every warning"),
      ("erp: {tryton: {\(base), accept_warnings: move}}", "list"),
      ("erp: {tryton: {\(base), timeout_seconds: 0}}", "timeout_seconds"),
      ("erp: {tryton: {\(base), tls: {certificate_file: c}}}", "go together"),
      ("erp: {tryton: {url: 'http://e', database: f, user: u, password_file: p, tls: {ca_file: c}}}", "https"),
      ("erp: {files: {outbound: o}, tryton: {\(base)}}", "several connectors"),
      ("erp: {drain_per_second: 0, tryton: {\(base)}}", "rows per second"),
      ("erp: {compare_every_hours: 0.5, tryton: {\(base)}}", "hours"),
      ("erp: {compare_days: 0, tryton: {\(base)}}", "days"),
    ])
  func bad(text: String, complaint: String) {
    do {
      _ = try read(text + "\n")
      Issue.record("\(text) was taken")
    } catch {
      #expect("\(error)".contains(complaint), "\(error)")
    }
  }
}
