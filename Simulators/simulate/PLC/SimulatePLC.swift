import ArgumentParser
import Devices
import Foundation
import Glibc
import NIOCore
import NIOPosix

struct SimulatePLC: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plc",
    abstract: "Modbus devices: any device profile, or the heat sealers of a scenario; over TCP, TLS or RTU.",
    discussion: """
      simulate plc --profile DeviceProfiles/keller/series30.yaml --count 1000 --separate-ports --ports-file ports.txt
      simulate plc --scenario Simulators/Scenarios/sealer-steady.yaml --count 2 --port 5020
      simulate plc --profile FILE --quirk late_reply --quirk "exception, code: 2, addresses: 10-12, at_seconds: 5"
      """)

  @OptionGroup var device: PLCDeviceOptions
  @OptionGroup var link: PLCLinkOptions

  func validate() throws {
    try device.validate()
    try link.validate()
    guard link.separatePorts || device.count <= 247 else {
      throw ValidationError("--count above 247 needs --separate-ports: there are no more unit ids.")
    }
    guard link.port == 0 || !link.separatePorts || link.port + device.count <= 65_536 else {
      throw ValidationError("--port \(link.port) leaves no room for \(device.count) ports.")
    }
  }

  func run() async throws {
    raiseDescriptorLimit()
    let plc = try device.plc()
    let end = EndSignal()
    if let rtu = link.rtu {
      try PLCSerialServer(path: rtu, plc: plc).start()
      say("serving on \(rtu)")
    } else {
      try await listen(plc)
    }
    await end.wait()
    say(usage(of: plc))
  }

  private func listen(_ plc: SimulatedPLC) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: link.threads)
    let settings = try link.listenerSettings()
    var ports: [Int] = []
    for device in 1...(link.separatePorts ? plc.deviceCount : 1) {
      let listener = PLCListener(
        plc: plc, settings: settings, onlyDevice: link.separatePorts ? device : nil, eventLoop: group.next())
      ports.append(try await listener.start(port: link.port == 0 ? 0 : link.port + device - 1).get())
    }
    if let file = link.portsFile {
      try ports.map { "\($0)\n" }.joined().write(toFile: file, atomically: true, encoding: .utf8)
    }
    if ports.count > Self.portsWorthALine {
      say("listening on \(link.host), \(ports.count) ports from \(ports.min() ?? 0) to \(ports.max() ?? 0)")
    } else {
      for port in ports { say("listening on \(link.host):\(port)") }
    }
  }

  /// More ports than these are printed as one line.
  static let portsWorthALine = 64

  private func usage(of plc: SimulatedPLC) -> String {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let microseconds = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + $1.tv_sec * 1_000_000 + Int($1.tv_usec) }
    let each = plc.answeredRequests == 0 ? 0 : Double(microseconds) / Double(plc.answeredRequests)
    return "answered \(plc.answeredRequests) requests; "
      + "\(microseconds / 1_000) ms of CPU, \((each * 10).rounded() / 10) us each"
  }

  /// A port and a connection for each of a thousand devices are more than the usual 1024 descriptors.
  private func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
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
