import Devices
import Foundation
import Harness
import Modbus
import Shopfloor
import Testing

@testable import faults

/// Modbus/TCP Security between simulator and driver, with certificates made for the test by openssl.
@Suite struct TLSTests {
  /// An authority and two certificates of it.
  private struct Certificates {
    let folder: URL

    init(_ folder: TemporaryFolder) throws {
      self.folder = folder.url
      try openssl([
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=test authority", "-keyout", path("ca.key"), "-out", path("ca.pem"),
      ])
      try issue("device", "subjectAltName=DNS:localhost,IP:127.0.0.1")
      try issue("client", "extendedKeyUsage=clientAuth")
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func issue(_ name: String, _ extensions: String) throws {
      try openssl([
        "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
        "-keyout", path("\(name).key"), "-out", path("\(name).csr"),
      ])
      try extensions.write(toFile: path("\(name).ext"), atomically: true, encoding: .utf8)
      try openssl([
        "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial",
        "-days", "2", "-extfile", path("\(name).ext"), "-out", path("\(name).pem"),
      ])
    }

    private func openssl(_ arguments: [String]) throws {
      let process = try ChildProcess(
        name: "openssl", path: "/usr/bin/openssl", arguments: arguments,
        log: folder.appendingPathComponent("openssl.log"))
      let status = try process.waitUntilExit(patienceSeconds: 30)
      guard status == 0 else { throw PeerRoom.SetupFault(description: "openssl \(arguments[0]) ended with \(status)") }
    }
  }

  private func qualities(
    _ port: Int, _ settings: ModbusDevicePlan.TLSSettings, until wanted: Quality
  ) async throws -> Set<Quality> {
    let profile = DeviceProfile(
      name: "tls", vendor: "Maker", model: "M1", status: .simulated,
      points: [
        ProfilePoint(
          name: "a", table: .holding, address: 30, type: .float32, wordOrder: .abcd, pollIntervalMicroseconds: 100_000)
      ])
    let plan = ModbusDevicePlan(
      device: try .init("secure"), profile: profile, endpoint: .tls(host: "127.0.0.1", port: port, settings), unit: 1,
      parameters: [("a", ParameterIndex(0))])
    let inbox = CollectingInbox()
    let source = try ModbusSource(devices: [plan], inbox: inbox, eventLoopThreads: 1, seed: 1)
    source.start()
    _ = await inbox.wait(seconds: 20) { $0.flatMap(\.readings).contains { $0.quality == wanted } }
    source.stop()
    return Set(inbox.batches.flatMap(\.readings).map(\.quality))
  }

  @Test func onlyAClientWithACertificateReadsValues() async throws {
    let folder = try TemporaryFolder("tls")
    let certificates = try Certificates(folder)
    let device = try PeerRoom.device(
      .tcp, folder,
      [
        "--tls-certificate", certificates.path("device.pem"), "--tls-key", certificates.path("device.key"),
        "--tls-client-ca", certificates.path("ca.pem"),
      ])
    let port = device.simulator.ports[0]
    var settings = ModbusDevicePlan.TLSSettings(
      caFile: certificates.path("ca.pem"), certificateFile: certificates.path("client.pem"),
      keyFile: certificates.path("client.key"))
    settings.serverName = "localhost"
    #expect(try await qualities(port, settings, until: .good).contains(.good))
    let served = try device.simulator.journal().rows.count
    #expect(served > 0)
    (settings.certificateFile, settings.keyFile) = (nil, nil)
    #expect(try await qualities(port, settings, until: .badNotConnected) == [.badNotConnected])
    #expect(try device.simulator.journal().rows.count == served)
  }
}
