import Foundation
import Harness
import Testing

@testable import ERP

@Suite struct BearerTokenTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("token") }

  func file(_ content: String, mode: Int) throws -> String {
    let url = folder.file("token-\(UUID().uuidString)")
    try content.write(to: url, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
    return url.path
  }

  @Test func isTrimmed() throws {
    #expect(try BearerToken.read(from: file(" abc-DEF.1~\r\n", mode: 0o600)) == "abc-DEF.1~")
  }

  @Test(arguments: ["", "\n", "two words", "a\nHost: x", "schlüssel", String(repeating: "x", count: 9_000)])
  func isNoToken(_ content: String) throws {
    let path = try file(content, mode: 0o600)
    #expect(throws: ERPFailure.self) { try BearerToken.read(from: path) }
  }

  @Test func openToEveryAccount() throws {
    let path = try file("secret-token", mode: 0o644)
    do throws(ERPFailure) {
      _ = try BearerToken.read(from: path)
      Issue.record("a token that everybody can read was taken")
    } catch {
      #expect(error.remedy.contains("chmod 600"))
      #expect(!error.description.contains("secret-token"))
    }
  }

  @Test func missing() {
    #expect(throws: ERPFailure.self) { try BearerToken.read(from: folder.file("none").path) }
  }
}
