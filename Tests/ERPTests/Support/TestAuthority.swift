import Foundation
import Harness

/// Certificates made for the tests of this process with the openssl command: an authority, what it signed, a stranger.
final class TestAuthority: Sendable {
  struct Failure: Error { var words: String }

  /// Made once: openssl takes a while for each key.
  static let shared = Result { try TestAuthority() }

  // Written in init alone, and read as paths afterwards.
  nonisolated(unsafe) private let folder: TemporaryFolder

  private init() throws {
    folder = try TemporaryFolder("erp-certificates")
    try authority("authority")
    try authority("stranger")
    try sign("server", by: "authority", name: "IP:127.0.0.1")
    try sign("elsewhere", by: "authority", name: "DNS:erp.example")
    try sign("expired-server", by: "authority", name: "IP:127.0.0.1", days: -1)
    try sign("client", by: "authority", name: "DNS:line")
    try sign("expired", by: "authority", name: "DNS:line", days: -1)
    try sign("intruder", by: "stranger", name: "DNS:line")
  }

  func certificate(_ name: String) -> String { folder.file("\(name).pem").path }
  func key(_ name: String) -> String { folder.file("\(name).key").path }

  private func authority(_ name: String) throws {
    try openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
      "/CN=\(name)", "-keyout", key(name), "-out", certificate(name),
    ])
  }

  private func sign(_ file: String, by authority: String, name: String, days: Int = 2) throws {
    let extensions = folder.file("\(file).ext")
    try "subjectAltName=\(name)".write(to: extensions, atomically: true, encoding: .utf8)
    let request = folder.file("\(file).csr").path
    try openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(file)", "-keyout",
      key(file), "-out", request,
    ])
    try openssl([
      "x509", "-req", "-in", request, "-CA", certificate(authority), "-CAkey", key(authority), "-CAcreateserial",
      "-days", "\(days)", "-extfile", extensions.path, "-out", certificate(file),
    ])
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key(file))
  }

  private func openssl(_ arguments: [String]) throws {
    let log = folder.file("openssl.log")
    let process = try ChildProcess(name: "openssl", path: "/usr/bin/openssl", arguments: arguments, log: log)
    guard try process.waitUntilExit(patienceSeconds: 60) == 0 else {
      throw Failure(words: try String(contentsOf: log, encoding: .utf8))
    }
  }
}
