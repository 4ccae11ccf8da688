import Foundation
import Glibc
import Testing

@testable import Devices

/// What counts as a password, token or key in a file, and what nobody may put there.
@Suite struct SecretFileTests {
  private static let maximumBytes = 64

  /// Calls the body with the path of a file of this content.
  private func with<Value>(
    _ content: [UInt8], mode: Int = 0o600, _ body: (String) throws -> Value
  ) throws -> Value {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID().uuidString)")
    // What is left behind is a file of a few bytes in the folder for such.
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(content).write(to: url)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
    return try body(url.path)
  }

  private func read(_ form: SecretFile.Form, _ path: String) -> Result<[UInt8], SecretFile.Fault> {
    do throws(SecretFile.Fault) {
      return .success(try SecretFile(path, what: "token", form, maximumBytes: Self.maximumBytes).read())
    } catch {
      return .failure(error)
    }
  }

  @Test(arguments: [
    (SecretFile.Form.token, " abc-DEF.1~\r\n", "abc-DEF.1~"),
    (.password, " with blanks \n", " with blanks "), (.password, "密码 ü\r\n", "密码 ü"), (.password, "plain", "plain"),
    (.firstLine, "key\nand a remark\n", "key"), (.firstLine, " two words \r\n", " two words "),
    (.token, String(repeating: "x", count: 64), String(repeating: "x", count: 64)),
    (.password, String(repeating: "x", count: 64) + "\r\n", String(repeating: "x", count: 64)),
    (.firstLine, String(repeating: "x", count: 64) + "\n and more", String(repeating: "x", count: 64)),
  ])
  func oneSecret(form: SecretFile.Form, content: String, secret: String) throws {
    let found = try with(Array(content.utf8)) { read(form, $0) }
    #expect(try found.get() == Array(secret.utf8))
  }

  @Test(arguments: [
    (SecretFile.Form.token, "two words", "something other than one token"), (.token, "a\nHost: x", "something other"),
    (.token, "schlüssel", "something other"), (.token, "\n", "is empty"), (.token, "", "is empty"),
    (.password, "one\ntwo", "something other"), (.password, "a\u{7F}", "something other"),
    (.password, "\n", "is empty"),
    (.firstLine, "\nsecond", "is empty"), (.firstLine, "a\0b", "something other"),
    (.token, String(repeating: "x", count: 65), "longer than 64 bytes"),
    (.password, String(repeating: "x", count: 65) + "\r\n", "longer than"),
    (.firstLine, String(repeating: "x", count: 300), "longer than"),
  ])
  func noSecret(form: SecretFile.Form, content: String, words: String) throws {
    let found = try with(Array(content.utf8)) { read(form, $0) }
    #expect(throws: SecretFile.Fault.self) { try found.get() }
    guard case .failure(let fault) = found else { return }
    #expect(fault.problem.contains(words) && !fault.remedy.isEmpty, "\(fault)")
  }

  @Test func bytesThatAreNoTextAreNoPassword() throws {
    #expect(throws: SecretFile.Fault.self) { try with([0xFF, 0xFE]) { read(.password, $0) }.get() }
    #expect(try with([0xFF, 0xFE, 0x0A]) { read(.firstLine, $0) }.get() == [0xFF, 0xFE])
  }

  @Test(arguments: SecretFile.Form.allCases)
  func aFileThatIsOpenToEveryAccountIsRefusedWithoutSayingTheSecret(form: SecretFile.Form) throws {
    for mode in [0o644, 0o604, 0o602, 0o601] {
      let (found, isPrivate) = try with(Array("hush-hush".utf8), mode: mode) { path in
        // An error is what is looked for.
        (read(form, path), (try? SecretFile.checkIsPrivate(path, what: "key")) != nil)
      }
      guard case .failure(let fault) = found else {
        Issue.record("a secret that everybody can read was taken")
        continue
      }
      #expect(fault.remedy.contains("chmod 600") && !"\(fault)".contains("hush") && !isPrivate)
    }
    #expect(try with(Array("hush-hush".utf8), mode: 0o640) { read(form, $0) }.get() == Array("hush-hush".utf8))
  }

  @Test func whatIsNoFileIsSaid() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("secrets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // As above.
    defer { try? FileManager.default.removeItem(at: folder) }
    let pipe = folder.appendingPathComponent("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [folder.path, pipe, folder.appendingPathComponent("none").path] {
      for form in SecretFile.Form.allCases {
        guard case .failure(let fault) = read(form, path) else {
          Issue.record("\(path) was taken for a secret")
          continue
        }
        #expect(fault.problem.contains(path.hasSuffix("none") ? "No such file" : "is not a regular file"))
      }
      #expect(throws: SecretFile.Fault.self) { try SecretFile.checkIsPrivate(path, what: "key") }
    }
  }
}
