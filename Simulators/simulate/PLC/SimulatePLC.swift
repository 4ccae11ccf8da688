import ArgumentParser
import Devices
import Foundation
import Glibc

struct SimulatePLC: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plc",
    abstract: "Heat sealers on Modbus/TCP or a serial line: DeviceProfiles/lotwire/heat-sealer.yaml.")

  @Option(help: "Scenario file, such as Simulators/Scenarios/sealer-steady.yaml.")
  var scenario: String

  @Option(help: "Number of sealers; their unit ids are 1 and following.")
  var devices = 1

  @Option(help: "TCP port on 127.0.0.1; 0 picks a free one.")
  var port = 0

  @Flag(help: "A port for each sealer, answering any unit id: PORT, PORT+1, ... or free ones.")
  var separatePorts = false

  @Option(help: "Serve Modbus RTU on this tty instead of TCP.")
  var rtu: String?

  @Option(help: "Append every reply with values to this CSV file.")
  var journal: String?

  @Option(help: "Scenario seconds per real second, in place of the scenario's own speed.")
  var speed: Double?

  func validate() throws {
    guard (1...247).contains(devices) else { throw ValidationError("--devices must be 1 to 247.") }
    guard (0...65_535).contains(port) else { throw ValidationError("--port must be 0 to 65535.") }
    if let speed, speed <= 0 { throw ValidationError("--speed must be above 0.") }
  }

  func run() async throws {
    let text = try String(contentsOfFile: scenario, encoding: .utf8)
    var loaded = try SealerScenario.load(text: text, file: scenario)
    loaded.speed = speed ?? loaded.speed
    let plc = SimulatedPLC(scenario: loaded, devices: devices, journal: try journal.map(ReplyJournal.init(path:)))
    let end = EndSignal()
    if let rtu {
      try PLCSerialServer(path: rtu, plc: plc).start()
      say("serving on \(rtu)")
    } else {
      for device in 1...(separatePorts ? devices : 1) {
        let server = try PLCSocketServer(
          port: port == 0 ? 0 : port + device - 1, plc: plc, onlyDevice: separatePorts ? device : nil)
        server.start()
        say("listening on 127.0.0.1:\(server.port)")
      }
    }
    await end.wait()
  }

  /// One line to standard output at once, for those who wait for it.
  private func say(_ text: String) {
    FileHandle.standardOutput.write(Data("simulate plc: \(text)\n".utf8))
  }
}

/// Waits for SIGTERM or SIGINT; made before there is anything to end.
private final class EndSignal {
  private let sources: [any DispatchSourceSignal]
  private let stream: AsyncStream<Void>

  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
    self.stream = stream
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { continuation.yield() }
      source.activate()
      return source
    }
  }

  func wait() async {
    for await _ in stream { return }
  }
}
