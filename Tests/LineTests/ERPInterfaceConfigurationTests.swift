import Devices
import ERP
import Foundation
import Harness
import Testing

@testable import lotwire

/// `erp: http:` and `erp: files:`, and what a person is told where they are wrong.
@Suite("Configuration of the JSON interface and of exchange folders")
struct ERPInterfaceConfigurationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("erp-configuration") }

  private func read(_ erp: String) throws -> PlantConfiguration {
    let file = folder.file("lotwire.yaml")
    try (ConfigurationTests.good + erp).write(to: file, atomically: true, encoding: .utf8)
    return try ConfigurationReader.read(file)
  }

  static let http = """
    erp:
      http:
        url: https://erp.example/lotwire
        token_file: erp-token
        signing: {key_id: line-1, key_file: erp-key}
        tls: {ca_file: ca.pem, certificate_file: own.pem, key_file: own.key}

    """

  @Test("token, signature and certificate may be used together")
  func everything() throws {
    let entry = try #require(try read(Self.http).erp)
    guard case .http(let settings) = entry.way else {
      Issue.record("\(entry)")
      return
    }
    #expect(
      settings
        == HTTPConnectorSettings(
          baseURL: "https://erp.example/lotwire", tokenFile: folder.file("erp-token").path,
          signing: .init(keyID: "line-1", keyFile: folder.file("erp-key").path),
          tls: ERPTLSSettings(
            authoritiesFile: folder.file("ca.pem").path, certificateFile: folder.file("own.pem").path,
            keyFile: folder.file("own.key").path)))
  }

  @Test("folders", arguments: [("", FileDropSettings.Format.json), (", format: batchml", .batchML)])
  func folders(format: String, expected: FileDropSettings.Format) throws {
    let plant = try read("erp:\n  files: {outbound: to-erp, inbound: from-erp, waits_for_ack: true\(format)}\n")
    guard case .files(let settings)? = plant.erp?.way else {
      Issue.record("no folders")
      return
    }
    #expect(
      settings
        == FileDropSettings(
          outboundFolder: folder.file("to-erp").path, inboundFolder: folder.file("from-erp").path, format: expected,
          awaitsAcknowledgement: true))
  }

  /// What is changed in the good one, and what the person is told.
  static let faults: [(replace: String, with: String, says: String)] = [
    ("url: https://erp", "url: ftp://erp", "is not an http or https address"),
    ("url: https://erp", "url: http://erp", "certificates need an https address"),
    ("key_id: line-1, ", "", "the key \"key_id\" is missing"),
    (", key_file: erp-key", "", "the key \"key_file\" is missing"),
    ("key_id: line-1", "key_id: \"line 1\"", "is no name of a key"),
    (", key_file: own.key", "", "certificate and key go together"),
    ("certificate_file: own.pem, ", "", "certificate and key go together"),
    ("ca_file: ca.pem", "ca_fiel: ca.pem", "Write \"ca_file\""),
  ]

  @Test("a fault is named, and what to write instead", arguments: faults.indices)
  func faulty(index: Int) throws {
    let fault = Self.faults[index]
    #expect(Self.http.contains(fault.replace), "the case changes nothing")
    let issues = #expect(throws: DocumentIssues.self) {
      try read(Self.http.replacing(fault.replace, with: fault.with, maxReplacements: 1))
    }
    let found = issues?.issues ?? []
    #expect(found.contains { "\($0)".contains(fault.says) }, "\(found)")
  }

  @Test("a format that nobody writes")
  func format() throws {
    let issues = #expect(throws: DocumentIssues.self) {
      try read("erp:\n  files: {outbound: to-erp, format: b2mml}\n")
    }
    #expect((issues?.issues ?? []).contains { "\($0)".contains("json, batchml") })
  }
}
