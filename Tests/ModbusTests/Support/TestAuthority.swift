import Foundation
import Harness

/// Certificates made for one test with the openssl command: an authority, what it signed, and a stranger.
struct TestAuthority {
  struct Failure: Error { var words: String }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder("certificates")
    try authority("authority")
    try authority("stranger")
    try sign("server", by: "authority", extensions: "subjectAltName=IP:127.0.0.1")
    try sign("client", by: "authority")
    try sign("intruder", by: "stranger")
  }

  func certificate(_ name: String) -> String { folder.file("\(name).pem").path }
  func key(_ name: String) -> String { folder.file("\(name).key").path }

  private func authority(_ name: String) throws {
    try openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
      "/CN=\(name)", "-keyout", key(name), "-out", certificate(name),
    ])
  }

  private func sign(_ name: String, by authority: String, extensions: String = "basicConstraints=CA:FALSE") throws {
    let request = folder.file("\(name).csr").path
    let extensionFile = folder.file("\(name).ext")
    try extensions.write(to: extensionFile, atomically: true, encoding: .utf8)
    try openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)", "-keyout",
      key(name), "-out", request,
    ])
    try openssl([
      "x509", "-req", "-in", request, "-CA", certificate(authority), "-CAkey", key(authority), "-CAcreateserial",
      "-days", "2", "-extfile", extensionFile.path, "-out", certificate(name),
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
