import ERP
import Foundation
import Harness
import Ledger
import NIOSSL
import Shopfloor
import Testing

/// Tokens, signed requests and client certificates, alone and together, against an ERP that insists on them.
@Suite struct HTTPSecurityTests {
  private let authority: TestAuthority
  private let folder: TemporaryFolder
  private static let key = "a-key-of-at-least-thirty-two-characters"

  init() throws {
    authority = try TestAuthority.shared.get()
    folder = try TemporaryFolder("http-security")
  }

  private func erp(
    _ state: MemoryERP.State = .init(), server: String? = nil, wantsCertificate: Bool = false
  ) throws -> MemoryERP {
    guard let server else { return try MemoryERP(state) }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(authority.certificate(server)).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: authority.key(server), format: .pem)))
    if wantsCertificate {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .file(authority.certificate("authority"))
    }
    return try MemoryERP(state, security: try NIOSSLContext(configuration: configuration))
  }

  private func outcome(_ settings: HTTPConnectorSettings, attempts: Int = 1) async -> [String] {
    let connector = HTTPConnector(settings)
    var outcomes: [String] = []
    for _ in 0..<attempts { outcomes.append(await outcome(connector)) }
    await connector.close()
    return outcomes
  }

  private func outcome(_ connector: HTTPConnector) async -> String {
    do throws(ERPFailure) {
      switch try await connector.deliver(outboxRow(1)) {
      case .delivered: return "delivered"
      case .blocked(let reason): return "blocked: \(reason)"
      }
    } catch {
      return "\(error.code.rawValue): \(error.problem)"
    }
  }

  private func https(_ erp: MemoryERP, _ tls: ERPTLSSettings?, timeout: Int64 = 20_000_000) -> HTTPConnectorSettings {
    HTTPConnectorSettings(
      baseURL: "https://127.0.0.1:\(erp.port)", tls: tls, requestTimeoutMicroseconds: timeout)
  }

  private func tls(_ client: String?, believes: String = "authority") -> ERPTLSSettings {
    ERPTLSSettings(
      authoritiesFile: authority.certificate(believes), certificateFile: client.map { authority.certificate($0) },
      keyFile: client.map { authority.key($0) })
  }

  private func signed(_ erp: MemoryERP, keyID: String = "line-1", key: String = key) throws -> HTTPConnectorSettings {
    HTTPConnectorSettings(
      baseURL: erp.address + "/", signing: .init(keyID: keyID, keyFile: try folder.secret("key", key)))
  }

  @Test func signedRequestsAreAcceptedByAVerifierOfItsOwn() async throws {
    let erp = try erp(.init(keys: ["line-1": Array(Self.key.utf8)]))
    #expect(await outcome(try signed(erp), attempts: 2) == ["delivered", "delivered"])
    // Each request had a number of its own.
    #expect(erp.with { $0.nonces.count == $0.requests.values.reduce(0, +) })
    #expect(erp.with { $0.refusedCredentials } == 0)
  }

  @Test func otherKeysClocksAndNamesAreRefusedOnce() async throws {
    let erp = try erp(.init(keys: ["line-1": Array(Self.key.utf8)]))
    let wrong = await outcome(try signed(erp, key: Self.key + "x"))
    #expect(wrong.first?.contains("wrong signature") == true)
    #expect(await outcome(try signed(erp, keyID: "line-2")).first?.contains("unknown key") == true)
    erp.with { $0.unixSeconds = 1_795_000_000 - 301 }
    let late = await outcome(try signed(erp)).first ?? ""
    #expect(late.hasPrefix("erp.unauthorized") && late.contains("the clocks differ"))
    #expect(erp.with { $0.refusedCredentials } == 3)
    #expect(erp.records.isEmpty)
  }

  @Test func keysThatCannotBeUsed() async throws {
    let erp = try erp(.init(keys: ["line-1": Array(Self.key.utf8)]))
    #expect(await outcome(try signed(erp, key: "short")).first?.hasPrefix("erp.local") == true)
    let open = try signed(erp)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.file("key").path)
    let told = await outcome(open).first ?? ""
    #expect(told.contains("every account") && !told.contains(Self.key))
    #expect(erp.with { $0.requests }.isEmpty)
  }

  @Test func aRequestThatIsPlayedAgainIsRefused() throws {
    var nonces: Set<String> = []
    let request = LoopbackHTTPServer.Request(method: "GET", target: "/records?key=a", headers: [:], body: [])
    let signature = RequestSignature(
      keyID: "k", method: "GET", target: "/records?key=a", body: [], unixSeconds: 1_000, nonce: "01")
    func fault(_ change: (inout LoopbackHTTPServer.Request) -> Void = { _ in }, now: Int64 = 1_000) -> String? {
      var request = request
      for (name, value) in signature.headers(key: Array(Self.key.utf8)) { request.headers[name.lowercased()] = value }
      change(&request)
      return ReferenceSignatureCheck.fault(request, keys: ["k": Array(Self.key.utf8)], nonces: &nonces, now: now)
    }
    #expect(fault({ $0.target = "/records?key=b" }) == "wrong signature")
    #expect(fault({ $0.body = [0] }) == "wrong signature")
    #expect(fault({ $0.method = "POST" }) == "wrong signature")
    #expect(fault({ $0.headers["lotwire-time"] = "1001" }) == "wrong signature")
    #expect(fault(now: 1_000 + RequestSignature.replayWindowSeconds + 1) == "the clocks differ")
    #expect(fault() == nil)
    #expect(fault() == "played again")
  }

  @Test func bothSidesProveThemselvesAndTokenAndSignatureGoAlong() async throws {
    let erp = try erp(
      .init(token: "t0ken", keys: ["line-1": Array(Self.key.utf8)]), server: "server", wantsCertificate: true)
    var settings = https(erp, tls("client"))
    settings.tokenFile = try folder.secret("token", "t0ken")
    settings.signing = .init(keyID: "line-1", keyFile: try folder.secret("key", Self.key))
    #expect(await outcome(settings) == ["delivered"])
    settings.signing = nil
    #expect(await outcome(settings).first?.hasPrefix("erp.unauthorized") == true)
  }

  @Test(arguments: [
    ("intruder", "certificate"), (nil, "client certificate"), ("expired", "our certificate"),
  ])
  func certificatesThatTheERPDoesNotTake(client: String?, words: String) async throws {
    let erp = try erp(server: "server", wantsCertificate: true)
    let told = await outcome(https(erp, tls(client))).first ?? ""
    #expect(told.hasPrefix("erp.unauthorized") && told.contains(words), "\(told)")
    if client == "expired" { #expect(told.contains("expired on 2")) }
    #expect(erp.with { $0.requests }.isEmpty)
  }

  @Test(arguments: [
    ("server", "stranger", "not signed by an authority that we believe"),
    ("elsewhere", "authority", "does not carry the name or address"),
    ("expired-server", "authority", "has expired"),
  ])
  func certificatesOfTheERPThatAreNotTaken(server: String, believes: String, words: String) async throws {
    let erp = try erp(server: server)
    let told = await outcome(https(erp, tls(nil, believes: believes))).first ?? ""
    #expect(told.hasPrefix("erp.unauthorized") && told.contains(words), "\(told)")
    #expect(erp.with { $0.requests }.isEmpty)
  }

  @Test func anExchangedCertificateCountsWithoutARestart() async throws {
    let erp = try erp(server: "server", wantsCertificate: true)
    let files = FileManager.default
    func put(_ name: String) throws {
      for (from, to) in [(authority.certificate(name), "own.pem"), (authority.key(name), "own.key")] {
        if files.fileExists(atPath: folder.file(to).path) { try files.removeItem(at: folder.file(to)) }
        try files.copyItem(atPath: from, toPath: folder.file(to).path)
      }
      // Copies keep the time of their original, and a renewed certificate has a time of its own.
      for to in ["own.pem", "own.key"] {
        let time = Date(timeIntervalSince1970: name == "client" ? 1_795_000_000 : 1_794_000_000)
        try files.setAttributes([.modificationDate: time], ofItemAtPath: folder.file(to).path)
      }
    }
    try put("expired")
    let connector = HTTPConnector(
      https(
        erp,
        ERPTLSSettings(
          authoritiesFile: authority.certificate("authority"), certificateFile: folder.file("own.pem").path,
          keyFile: folder.file("own.key").path)))
    let before = await outcome(connector)
    try put("client")
    let after = await outcome(connector)
    await connector.close()
    #expect(before.contains("our certificate") && after == "delivered", "\(before), \(after)")
  }

  @Test func filesThatCannotBeUsed() async throws {
    let erp = try erp(server: "server")
    for (settings, words) in [
      (ERPTLSSettings(authoritiesFile: "/nowhere/ca.pem"), "/nowhere/ca.pem"),
      (ERPTLSSettings(certificateFile: authority.certificate("client")), "only one of certificate and key"),
      (
        ERPTLSSettings(certificateFile: authority.certificate("client"), keyFile: authority.key("intruder")),
        "cannot be used together"
      ),
    ] {
      let told = await outcome(https(erp, settings)).first ?? ""
      #expect(told.hasPrefix("erp.local") && told.contains(words), "\(told)")
    }
    #expect(await outcome(https(try self.erp(), nil)).first?.hasPrefix("erp.unreachable") == true)
  }
}
