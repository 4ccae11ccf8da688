import Devices
import Foundation
import NIOSSL
import Testing

@testable import Modbus

/// Modbus/TCP Security against a TLS server in this process, with certificates of this test.
@Suite struct TLSTests {
  private let authority: TestAuthority

  init() throws { authority = try TestAuthority() }

  /// A device that wants a client certificate of the authority.
  private func serverContext(minimum: TLSVersion = .tlsv12, maximum: TLSVersion? = nil) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(authority.certificate("server")).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: authority.key("server"), format: .pem)))
    configuration.certificateVerification = .noHostnameVerification
    configuration.trustRoots = .file(authority.certificate("authority"))
    configuration.minimumTLSVersion = minimum
    configuration.maximumTLSVersion = maximum
    return try NIOSSLContext(configuration: configuration)
  }

  private func plan(_ port: Int, _ settings: ModbusDevicePlan.TLSSettings) throws -> ModbusDevicePlan {
    try testPlan(
      testProfile([word("level", 42)], responseTimeoutMicroseconds: 2_000_000),
      .tls(host: "127.0.0.1", port: port, settings))
  }

  private func settings(client: String?, authority name: String = "authority") -> ModbusDevicePlan.TLSSettings {
    ModbusDevicePlan.TLSSettings(
      caFile: authority.certificate(name), certificateFile: client.map { authority.certificate($0) },
      keyFile: client.map { authority.key($0) })
  }

  @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
  func bothSidesProveThemselves(version: TLSVersion) async throws {
    let server = LoopServer()
    defer { server.stop() }
    let port = try server.listen(security: serverContext(minimum: version, maximum: version))
    try await withSource([plan(port, settings(client: "client"))]) { inbox, source in
      #expect(await inbox.wait { $0.filter(\.quality.isGood).count >= 5 })
      #expect(inbox.readings.allSatisfy { !$0.quality.isGood || $0.value == 42 })
      #expect(source.status().first?.state == .online)
    }
  }

  @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
  func aDeviceThatRefusesOurCertificateIsToldInWords(version: TLSVersion) async throws {
    let server = LoopServer()
    defer { server.stop() }
    let port = try server.listen(security: serverContext(minimum: version, maximum: version))
    for (client, words) in [("intruder", "refused our client certificate"), (nil, "client certificate")] {
      try await withSource([plan(port, settings(client: client))]) { inbox, source in
        #expect(await inbox.wait { !$0.isEmpty })
        let told = await eventually { source.status().first?.detail.contains(words) == true }
        #expect(told, "\(client ?? "none"): \(source.status().first?.detail ?? "")")
        #expect(inbox.readings.allSatisfy { $0.quality == .badNotConnected })
      }
    }
  }

  @Test func aDeviceThatWeDoNotKnowIsNotAsked() async throws {
    let server = LoopServer()
    defer { server.stop() }
    let port = try server.listen(security: serverContext())
    try await withSource([plan(port, settings(client: "client", authority: "stranger"))]) { inbox, source in
      #expect(await inbox.wait { !$0.isEmpty })
      #expect(inbox.readings.allSatisfy { $0.quality == .badNotConnected })
      let detail = source.status().first?.detail ?? ""
      #expect(detail.contains("not signed by an authority of ca_file"), "\(detail)")
    }
  }

  @Test func aServerInTheClearIsTold() async throws {
    let server = ScriptedServer { [.send($0.reply(42))] }
    defer { server.stop() }
    try await withSource([plan(server.port, settings(client: "client"))]) { inbox, source in
      #expect(await inbox.wait { !$0.isEmpty })
      #expect(inbox.readings.allSatisfy { $0.quality == .badNotConnected })
      let told = await eventually { source.status().first?.detail.contains("TLS") == true }
      #expect(told)
    }
  }

  @Test(arguments: [
    ModbusDevicePlan.TLSSettings(caFile: "/nowhere/ca.pem"),
    ModbusDevicePlan.TLSSettings(certificateFile: "/nowhere/client.pem"),
    ModbusDevicePlan.TLSSettings(certificateFile: "/nowhere/client.pem", keyFile: "/nowhere/client.key"),
  ])
  func filesThatCannotBeUsedAreRefusedAtTheStart(settings: ModbusDevicePlan.TLSSettings) throws {
    let plan = try plan(802, settings)
    #expect {
      _ = try ModbusSource(devices: [plan], inbox: RecordingInbox())
    } throws: { error in
      (error as? ModbusSetupFault)?.code == "tls-settings"
    }
  }
}
