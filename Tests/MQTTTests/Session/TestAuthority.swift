import Foundation
import Harness

/// Certificates made for one test with the openssl command: an authority, what it signed, and a stranger.
struct TestAuthority {
  struct Failure: Error { var words: String }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder("mqtt-certificates")
    try authority("authority")
    try authority("stranger")
    try sign("server", by: "authority", name: "DNS:localhost")
    try sign("elsewhere", by: "authority", name: "DNS:broker.example")
    try sign("expired", by: "authority", name: "DNS:localhost", days: -1)
    try sign("client", by: "authority", name: "DNS:line")
    try sign("intruder", by: "stranger", name: "DNS:line")
  }

  func certificate(_ name: String) -> URL { folder.file("\(name).pem") }
  func key(_ name: String) -> URL { folder.file("\(name).key") }

  private func authority(_ name: String) throws {
    try openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
      "/CN=\(name)", "-keyout", key(name).path, "-out", certificate(name).path,
    ])
  }

  private func sign(_ file: String, by authority: String, name: String, days: Int = 2) throws {
    let request = folder.file("\(file).csr").path
    let extensionFile = folder.file("\(file).ext")
    try "subjectAltName=\(name)".write(to: extensionFile, atomically: true, encoding: .utf8)
    try openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(file)", "-keyout",
      key(file).path, "-out", request,
    ])
    try openssl([
      "x509", "-req", "-in", request, "-CA", certificate(authority).path, "-CAkey", key(authority).path,
      "-CAcreateserial", "-days", "\(days)", "-extfile", extensionFile.path, "-out", certificate(file).path,
    ])
  }

  private func openssl(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let words = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(words: String(decoding: words, as: UTF8.self)) }
  }
}
