import Devices
import Foundation
import Harness
import NIOSSL
import Shopfloor
import Testing

@testable import ERP

/// https to Tryton: which certificate is not accepted, why, and that it is written down once.
@Suite struct TrytonCertificateTests {
  let authority: TestAuthority
  let folder: TemporaryFolder

  init() throws {
    authority = try TestAuthority.shared.get()
    folder = try TemporaryFolder("tryton-certificates")
    try "secret\n".write(to: folder.file("password"), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: folder.file("password").path)
  }

  /// A server that logs everybody in.
  private func server(_ certificate: String, wantsCertificate: Bool = false) throws -> LoopbackHTTPServer {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(authority.certificate(certificate)).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: authority.key(certificate), format: .pem)))
    if wantsCertificate {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .file(authority.certificate("authority"))
    }
    return try LoopbackHTTPServer(security: try NIOSSLContext(configuration: configuration)) { request in
      // What cannot be read is no call.
      guard case .object(let call)? = try? TrytonCodec.decode(request.body), case .integer(let id)? = call["id"] else {
        return .answer(400)
      }
      let result = call["method"] == .text("common.db.login") ? #"[7,"t",null]"# : "{}"
      return .answer(200, Array(#"{"id":\#(id),"result":\#(result)}"#.utf8))
    }
  }

  private func link(_ server: LoopbackHTTPServer, _ tls: ERPTLSSettings, _ notes: KeptNotes) -> TrytonLink {
    TrytonLink(
      TrytonSettings(
        baseURL: "https://127.0.0.1:\(server.port)", database: "factory", user: "lotwire",
        passwordFile: folder.file("password").path, tls: tls), journal: notes)
  }

  private func problem(_ link: TrytonLink) async -> String? {
    do throws(ERPFailure) {
      _ = try await link.call("production.search", [], context: [:])
      return nil
    } catch {
      return "\(error.code.rawValue) \(error.problem)"
    }
  }

  @Test(arguments: [
    ("expired-server", "authority", "the certificate of the ERP expired at 20"),
    ("elsewhere", "authority", "does not carry the name or address"),
    ("server", "stranger", "not signed by an authority that we believe"),
  ]) func theServersCertificateIsLookedAt(certificate: String, believes: String, words: String) async throws {
    let server = try server(certificate)
    let notes = KeptNotes()
    let link = link(server, ERPTLSSettings(authoritiesFile: authority.certificate(believes)), notes)
    for _ in 0..<3 {
      let problem = await problem(link)
      #expect(problem?.contains(words) ?? false && problem?.hasPrefix("erp.unauthorized") ?? false, "\(problem ?? "")")
    }
    #expect(notes.notes.map(\.kind) == [.certificateRefused])
    // Nothing was sent, so that no log-in counts.
    #expect(await link.logInGuard == LogInGuard(pause: 600_000_000))
    await link.close()
  }

  @Test func oursIsShownAndAnExchangedOneCountsWithoutARestart() async throws {
    let server = try server("server", wantsCertificate: true)
    let notes = KeptNotes()
    let own = ERPTLSSettings(
      authoritiesFile: authority.certificate("authority"), certificateFile: folder.file("own.pem").path,
      keyFile: folder.file("own.key").path)
    func put(_ name: String) throws {
      for (from, to) in [(authority.certificate(name), "own.pem"), (authority.key(name), "own.key")] {
        try Data(contentsOf: URL(fileURLWithPath: from)).write(to: folder.file(to), options: .atomic)
      }
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file("own.key").path)
    }
    try put("expired")
    let link = link(server, own, notes)
    let problem = await problem(link)
    #expect(problem?.contains("expired on") ?? false, "\(problem ?? "")")
    try put("client")
    #expect(await self.problem(link) == nil)
    #expect(notes.notes.map(\.kind) == [.certificateRefused, .certificateAccepted])
    await link.close()
  }
}
