import Foundation
import Harness

extension TemporaryFolder {
  /// A file that its owner alone may read.
  func secret(_ name: String, _ text: String, permissions: Int = 0o600) throws -> String {
    let url = file(name)
    try text.write(to: url, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: url.path)
    return url.path
  }

  /// Self-signed for 127.0.0.1, so that it is its own authority: the path of `cert.pem`, beside `key.pem`.
  func selfSignedCertificate() throws -> String {
    let openssl = try ChildProcess(
      name: "openssl", path: "/usr/bin/openssl",
      arguments: [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", file("key.pem").path, "-out",
        file("cert.pem").path,
      ], log: file("openssl.log"))
    guard try openssl.waitUntilExit(patienceSeconds: 60) == 0 else {
      throw ChildProcess.Failure(description: "openssl made no certificate")
    }
    return file("cert.pem").path
  }
}
