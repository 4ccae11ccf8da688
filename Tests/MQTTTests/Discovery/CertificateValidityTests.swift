import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

@Suite("Validity of certificates") struct CertificateValidityTests {
  @Test("openssl and we read the same times")
  func sameAsOpenSSL() throws {
    let folder = try TemporaryFolder("certificates")
    let key = folder.file("key.pem").path
    let file = folder.file("certificate.pem").path
    let made = try ChildProcess(
      name: "openssl", path: "/usr/bin/openssl",
      arguments: [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=broker", "-days", "30", "-keyout", key, "-out",
        file,
      ], log: folder.file("make.log"))
    #expect(try made.waitUntilExit(patienceSeconds: 60) == 0)
    let shown = try ChildProcess(
      name: "openssl", path: "/usr/bin/openssl",
      arguments: ["x509", "-in", file, "-noout", "-dates", "-dateopt", "iso_8601"], log: folder.file("dates.log"))
    #expect(try shown.waitUntilExit(patienceSeconds: 60) == 0)
    let text = try String(contentsOf: URL(fileURLWithPath: file), encoding: .utf8)
    let read = try #require(CertificateValidity.all(inPEM: "remark\n" + text + text).first)
    #expect(CertificateValidity.all(inPEM: text + text).count == 2)
    // openssl writes "notBefore=2026-11-21 17:00:00Z".
    let lines = try shown.outputLines()
    for (name, time) in [("notBefore", read.notBefore), ("notAfter", read.notAfter)] {
      let written = String(try #require(lines.first { $0.hasPrefix(name) }).dropFirst(name.count + 1)).replacing(
        " ", with: "T")
      #expect(Timestamp(iso8601: written) == time)
    }
    #expect(read.daysLeft(at: read.notBefore) == 30)
    #expect(read.daysLeft(at: read.notAfter.advanced(byMicroseconds: 1)) == -1)
    // Cut anywhere, it is no certificate, and nothing traps.
    let der = try #require(Data(base64Encoded: Self.body(of: text), options: .ignoreUnknownCharacters))
    #expect(CertificateValidity(der: Array(der)) == read)
    for length in 0..<der.count { _ = CertificateValidity(der: Array(der.prefix(length))) }
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2_000 {
      var damaged = Array(der.prefix(120))
      damaged[Int.random(in: 0..<120, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      _ = CertificateValidity(der: damaged)
    }
  }

  @Test(
    "what is none is none",
    arguments: ["", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----"])
  func none(text: String) {
    #expect(CertificateValidity.all(inPEM: text).isEmpty)
  }

  private static func body(of text: String) -> String {
    text.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
  }
}
