import Foundation
import Harness
import Testing

@testable import ERP

@Suite struct RequestSignatureTests {
  static let key = "0123456789abcdef0123456789abcdef"

  /// The first is the vector of the room's README.
  static let vectors: [(RequestSignature, code: String)] = [
    (
      RequestSignature(
        keyID: "line-1", method: "GET", target: "/lotwire/records?key=lotwire%3Arecord%3AL-1%3A0%3A0123456789abcdef",
        body: [], unixSeconds: 1_795_000_000, nonce: "00112233445566778899aabbccddeeff"),
      "cde333fcf6640eada2ee3523780d167a23ee941d5e4b0ac94c142af5897adddf"
    ),
    (
      RequestSignature(
        keyID: "line-1", method: "POST", target: "/lotwire/records", body: Array("{\"lot\":\"批-1\"}".utf8),
        unixSeconds: 1_795_000_001, nonce: "ffeeddccbbaa99887766554433221100"),
      "fa400b2844ab73fb8a24e571acd73fd43813e379ee27d690a96e6787ea520951"
    ),
  ]

  @Test(arguments: 0..<2) func vector(_ index: Int) {
    let (signature, code) = Self.vectors[index]
    #expect(signature.code(key: Array(Self.key.utf8)) == code)
    #expect(signature.headers(key: Array(Self.key.utf8)).last?.value == "lotwire-hmac-sha256-1 \(code)")
  }

  /// Python's own hmac computes the same from the words of the README.
  @Test(arguments: 0..<2) func pythonAgrees(_ index: Int) throws {
    let (signature, code) = Self.vectors[index]
    let folder = try TemporaryFolder("signature")
    let text = folder.file("canonical")
    try Data(signature.canonicalText.utf8).write(to: text)
    let log = folder.file("log")
    let python = try ChildProcess(
      name: "python", path: "/usr/bin/python3",
      arguments: [
        "-c",
        "import hmac,sys; print(hmac.new(sys.argv[1].encode(), open(sys.argv[2],'rb').read(), 'sha256').hexdigest())",
        Self.key, text.path,
      ], log: log)
    #expect(try python.waitUntilExit(patienceSeconds: 60) == 0)
    #expect(try String(contentsOf: log, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines) == code)
  }

  @Test func theReadmeShowsTheFirstVector() throws {
    let page = try String(contentsOf: roomFile("README.md"), encoding: .utf8)
    let (signature, code) = Self.vectors[0]
    #expect(page.contains(signature.canonicalText))
    #expect(page.contains("lotwire-hmac-sha256-1 \(code)"))
    #expect(page.contains(Self.key))
  }

  @Test(arguments: [
    ("https://erp.example", "/"), ("https://erp.example/a/b?c=d%20e", "/a/b?c=d%20e"),
    ("http://h:8080?x=1", "/?x=1"),
  ])
  func targets(url: String, target: String) { #expect(RequestSignature.target(of: url) == target) }

  @Test(arguments: ["erp.example/a", "https://erp.example/ä", "https://erp.example/a b", "https://erp.example/a#b"])
  func addressesThatAreRewritten(url: String) { #expect(RequestSignature.target(of: url) == nil) }

  @Test func everyNonceIsAnother() {
    let nonces = (0..<1_000).map { _ in RequestSignature.makeNonce() }
    #expect(Set(nonces).count == 1_000)
    #expect(nonces.allSatisfy { $0.utf8.count == 32 })
  }
}

/// A file of the room's sources.
func roomFile(_ name: String, from file: String = #filePath) -> URL {
  var folder = URL(fileURLWithPath: file)
  while folder.lastPathComponent != "Tests", folder.path != "/" { folder.deleteLastPathComponent() }
  return folder.deletingLastPathComponent().appendingPathComponent("Sources/ERP/\(name)")
}
