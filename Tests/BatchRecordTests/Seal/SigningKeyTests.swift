import Foundation
import Shopfloor
import Testing

@testable import BatchRecord

/// A folder that goes away with its owner.
private final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "lotwire-key-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // Left-over files in the temporary folder harm nobody.
    try? FileManager.default.removeItem(atPath: path)
  }
}

private func mode(of path: String) throws -> Int {
  try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
}

@Suite struct SigningKeyTests {
  @Test func isMadeOnceAndLoadedAgain() throws {
    let folder = try Folder()
    let path = folder.path + "/seal.key"
    #expect(try SigningKey.load(from: path) == nil)
    let made = try SigningKey.loadOrCreate(at: path)
    #expect(try mode(of: path) == 0o600)
    #expect(try SigningKey.loadOrCreate(at: path).verifyingKey == made.verifyingKey)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["seal.key"])
  }

  @Test func twoThatStartAtOnceGetTheSameKey() async throws {
    let folder = try Folder()
    let path = folder.path + "/seal.key"
    let keys = try await withThrowingTaskGroup(of: VerifyingKey.self) { group in
      for _ in 0..<16 { group.addTask { try SigningKey.loadOrCreate(at: path).verifyingKey } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(keys.count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["seal.key"])
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o601]) func refusesWhatOthersMayRead(permissions: Int) throws {
    let folder = try Folder()
    let path = folder.path + "/seal.key"
    _ = try SigningKey.loadOrCreate(at: path)
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    let fault = SigningKeyFault.readableByOthers(path: path, mode: "0" + String(permissions, radix: 8))
    #expect(throws: fault) { try SigningKey.loadOrCreate(at: path) }
    #expect(fault.description.contains("chmod 600 '\(path)'"))
  }

  @Test(arguments: [
    "", "hello", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAA\n-----END PRIVATE KEY-----\n",
    String(repeating: "x", count: 9_000),
  ])
  func refusesWhatIsNoKeyAndKeepsIt(content: String) throws {
    let folder = try Folder()
    let path = folder.path + "/seal.key"
    let isWritten = FileManager.default.createFile(
      atPath: path, contents: Data(content.utf8), attributes: [.posixPermissions: 0o600])
    #expect(isWritten)
    #expect(throws: SigningKeyFault.notAKey(path: path)) { try SigningKey.loadOrCreate(at: path) }
    #expect(FileManager.default.contents(atPath: path) == Data(content.utf8))
  }

  @Test func refusesLinksAndFolders() throws {
    let folder = try Folder()
    let path = folder.path + "/seal.key"
    _ = try SigningKey.loadOrCreate(at: path)
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: path)
    for other in [folder.path + "/link", folder.path] {
      #expect(throws: SigningKeyFault.notAFile(path: other)) { try SigningKey.loadOrCreate(at: other) }
    }
  }

  @Test func saysWhereItCannotWrite() throws {
    let folder = try Folder()
    #expect(throws: SigningKeyFault.self) { try SigningKey.loadOrCreate(at: folder.path + "/none/seal.key") }
  }

  /// RFC 8032 section 7.1, test 1, and its RFC 8410 wrapping as other tools write it.
  @Test func keysAndSignaturesAreThoseOfTheStandard() throws {
    let seed = try #require(
      Hexadecimal.bytes(of: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    let key = try #require(SigningKey(seed: seed))
    #expect(
      Hexadecimal.text(of: key.verifyingKey.bytes) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    #expect(
      Hexadecimal.text(of: try key.signature(of: []))
        == "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    #expect(key.keyID == "21fe31dfa154a261")
    #expect(VerifyingKey(text: key.verifyingKey.pem) == key.verifyingKey)
    #expect(VerifyingKey(text: " \(key.verifyingKey.base64)\n") == key.verifyingKey)
    #expect(SigningKey(pem: key.pem)?.verifyingKey == key.verifyingKey)
    #expect(VerifyingKey(text: key.pem) == nil)
    #expect(VerifyingKey(text: "abc") == nil)
  }

  @Test func sealingTwiceGivesTheSameFileAndItsNotice() throws {
    let key = SigningKey()
    let document = BatchRecordAssembler.assemble(evidence: EvidenceBuilder.eventful().evidence, revision: 1)
    let sealed = try RecordSeal.seal(document, with: key)
    #expect(try RecordSeal.seal(document, with: key) == sealed)
    #expect(sealed.notice.lot == "LOT-7" && sealed.notice.revision == 1)
    #expect(sealed.notice.keyID == key.keyID && sealed.notice.byteCount == sealed.bytes.count)
    #expect(sealed.notice.digestSHA256 == document.digestSHA256)
    #expect(sealed.notice.exceptionCount == document.exceptionCount)
    #expect(sealed.notice.throughSequence == document.throughSequence)
    #expect(sealed.idempotencyKey == "lotwire:record:LOT-7:1:\(document.digestSHA256.prefix(16))")
  }

  @Test func whatCannotBeReadBackIsNotSealed() {
    let unreadable = BatchRecordDocument(
      lot: "L", revision: 0, throughSequence: 1, exceptionCount: 0, record: .object(["time": .integer(.max)]))
    #expect(throws: RecordSealFault.self) { try RecordSeal.seal(unreadable, with: SigningKey()) }
  }
}
