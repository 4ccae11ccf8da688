import ArgumentParser
import Devices
import Foundation
import NIOSSL

/// What is simulated and how it misbehaves.
struct PLCDeviceOptions: ParsableArguments {
  @Option(help: "Device profile to serve, with values that move inside each point's range.")
  var profile: String?

  @Option(help: "Heat sealers of a scenario file, such as Simulators/Scenarios/sealer-steady.yaml.")
  var scenario: String?

  @Option(
    name: [.customLong("count"), .customLong("devices")], help: "Number of devices; their unit ids are 1 and on.")
  var count = 1

  @Option(help: "Of the values of a profile; the same seed, unit and time give the same values.")
  var seed: UInt64 = 1

  @Option(help: "Scenario seconds per real second, in place of the scenario's own speed.")
  var speed: Double?

  @Option(help: "File with a list of quirks; Simulators/Scenarios/plc-quirks.yaml shows every one.")
  var quirks: String?

  @Option(
    name: .customLong("quirk"),
    help: "One quirk, such as late_reply or \"exception, code: 2, addresses: 10-12\"; may be given again.")
  var quirkTexts: [String] = []

  @Flag(help: "Accept functions 5, 6, 15 and 16 on the write points of the profile.")
  var allowWrites = false

  @Option(help: "Append every reply with values, and every write, to this CSV file.")
  var journal: String?

  func validate() throws {
    guard (profile == nil) != (scenario == nil) else {
      throw ValidationError("Give either --profile or --scenario.")
    }
    guard (1...20_000).contains(count) else { throw ValidationError("--count must be 1 to 20000.") }
    if let speed, speed <= 0 { throw ValidationError("--speed must be above 0.") }
  }

  func plc() throws -> SimulatedPLC {
    var quirks: [Quirk] = []
    if let file = self.quirks { quirks += try Quirk.load(text: text(of: file), file: file) }
    quirks += try quirkTexts.map(Quirk.load(argument:))
    let journal = try journal.map(ReplyJournal.init(path:))
    if let file = scenario {
      var scenario = try SealerScenario.load(text: text(of: file), file: file)
      scenario.speed = speed ?? scenario.speed
      return SimulatedPLC(
        memory: SealerMemory(scenario: scenario), devices: count, quirks: scenario.faults + quirks, journal: journal,
        speed: scenario.speed, seed: scenario.seed)
    }
    let file = profile ?? ""
    let profile = try DeviceProfile.load(text: text(of: file), file: file)
    return SimulatedPLC(
      memory: ProfileMemory(profile, seed: seed), devices: count, quirks: quirks, journal: journal,
      allowsWrites: allowWrites, speed: speed ?? 1, seed: seed)
  }

  private func text(of file: String) throws -> String { try String(contentsOfFile: file, encoding: .utf8) }
}

/// Where the devices are reached.
struct PLCLinkOptions: ParsableArguments {
  @Option(help: "Address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "TCP port; 0 picks a free one.")
  var port = 0

  @Flag(help: "A port for each device, answering any unit id: PORT, PORT+1, ... or free ones.")
  var separatePorts = false

  @Option(help: "Write the ports to this file, one a line.")
  var portsFile: String?

  @Option(help: "Serve Modbus RTU on this tty instead of TCP.")
  var rtu: String?

  @Flag(help: "RTU frames over TCP, as simple serial servers send them.")
  var rtuOverTcp = false

  @Option(help: "Modbus/TCP Security: the server's certificate chain (PEM).")
  var tlsCertificate: String?

  @Option(help: "The private key of the certificate (PEM).")
  var tlsKey: String?

  @Option(help: "Accept only clients with a certificate of this authority (PEM).")
  var tlsClientCa: String?

  @Option(help: "Threads that serve all connections.")
  var threads = 1

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port must be 0 to 65535.") }
    guard (1...16).contains(threads) else { throw ValidationError("--threads must be 1 to 16.") }
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-certificate and --tls-key belong together.")
    }
  }

  func listenerSettings() throws -> PLCListener.Settings {
    var settings = PLCListener.Settings(host: host, framing: rtuOverTcp ? .rtu : .tcp)
    guard let certificate = tlsCertificate, let key = tlsKey else { return settings }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
    configuration.minimumTLSVersion = .tlsv12
    if let authority = tlsClientCa {
      configuration.trustRoots = .file(authority)
      configuration.certificateVerification = .noHostnameVerification
    }
    settings.tls = try NIOSSLContext(configuration: configuration)
    return settings
  }
}
