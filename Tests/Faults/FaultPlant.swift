import Devices
import Foundation
import Harness
import Modbus
import Shopfloor

/// Simulated devices, some healthy and some with the fault of a case, and the driver that polls them all.
final class FaultPlant {
  struct Size: Sendable {
    var healthyDevices: Int
    var faultyDevices: Int
    var seconds: Double
  }

  /// A polled device and where it says what it served.
  struct Station: Sendable {
    var device: DeviceName
    var isFaulty: Bool
    /// Its number in its simulator.
    var number: Int
    var firstIndex: UInt32
  }

  /// Two blocks of the same length: but for the transaction id their replies cannot be told apart.
  ///
  /// - Parameter timeoutSeconds: healthy devices get a long one, so that a busy machine does not make them faulty.
  static func profileText(timeoutSeconds: Double) -> String {
    let points = (0..<8).map { number in
      "  - {name: p\(number), table: holding, address: \(number < 4 ? number * 2 : 92 + number * 2), "
        + "as_printed: none, type: float32, word_order: ABCD, range: {min: 0, max: 100}}"
    }
    return """
      name: fault-plant
      vendor: Maker
      model: M1
      transport: modbus
      status: simulated
      defaults: {poll_seconds: 0.1, response_timeout_seconds: \(timeoutSeconds)}
      points:
      \(points.joined(separator: "\n"))
      """
  }

  static let healthyTimeoutSeconds = 10.0

  static let indexesPerDevice: UInt32 = 16
  /// A run with patience waits for more than these.
  static let leastHealthyBatches = 15

  let stations: [Station]
  let inbox = CollectingInbox()
  let profile: DeviceProfile
  private let folder: TemporaryFolder
  private let healthy: PLCSimulator
  private let faulty: PLCSimulator
  private let proxies: [FaultProxy]
  private let deadPorts: [DeadPort]
  private let cable: SerialCable?
  private let source: ModbusSource
  private let fault: FaultCase?

  /// - Parameter fault: nil: the same devices and links, and nothing wrong with them.
  init(_ faultCase: FaultCase, isFaulty: Bool, size: Size) throws {
    let fault = isFaulty ? faultCase : nil
    let folder = try TemporaryFolder("faults")
    let profileFile = folder.file("profile.yaml")
    let profiles = try [faultCase.timeoutSeconds, Self.healthyTimeoutSeconds].map { timeout in
      let text = Self.profileText(timeoutSeconds: timeout)
      try text.write(to: profileFile, atomically: true, encoding: .utf8)
      return try DeviceProfile.load(text: text, file: profileFile.path)
    }
    profile = profiles[0]
    func simulator(_ name: String, _ count: Int, _ link: [String], _ quirks: [String]) throws -> PLCSimulator {
      try PLCSimulator(
        folder: folder.url, name: name,
        arguments: ["--profile", profileFile.path, "--count", "\(count)"] + link + quirks.flatMap { ["--quirk", $0] })
    }
    let cable = faultCase.link == .serial ? try SerialCable(folder: folder.url) : nil
    let overTCP = faultCase.link == .rtuOverTCP ? ["--rtu-over-tcp"] : []
    let healthy = try simulator("healthy", size.healthyDevices, ["--separate-ports"], [])
    let faulty = try simulator(
      "faulty", size.faultyDevices, cable.map { ["--rtu", $0.left] } ?? ["--separate-ports"] + overTCP,
      fault?.quirks ?? [])
    proxies = faultCase.link == .proxy ? faulty.ports.map { FaultProxy(target: $0, seed: UInt64($0)) } : []
    deadPorts = fault?.link == .dead ? faulty.ports.map { _ in DeadPort() } : []
    let ports = !deadPorts.isEmpty ? deadPorts.map(\.port) : !proxies.isEmpty ? proxies.map(\.port) : faulty.ports

    let line = cable.map { ModbusDevicePlan.Endpoint.rtu(path: $0.right, baud: 115_200, parity: .none, stopBits: 1) }
    func faultyEndpoint(_ port: Int) -> ModbusDevicePlan.Endpoint {
      faultCase.link == .rtuOverTCP ? .rtuOverTCP(host: "127.0.0.1", port: port) : .tcp(host: "127.0.0.1", port: port)
    }
    let places: [(isFaulty: Bool, number: Int, endpoint: ModbusDevicePlan.Endpoint)] =
      healthy.ports.enumerated().map { (false, $0 + 1, .tcp(host: "127.0.0.1", port: $1)) }
      + (0..<size.faultyDevices).map { (true, $0 + 1, line ?? faultyEndpoint(ports[$0])) }
    stations = try places.enumerated().map { index, place in
      Station(
        device: try DeviceName("\(place.isFaulty ? "faulty" : "healthy")-\(place.number)"), isFaulty: place.isFaulty,
        number: place.number, firstIndex: UInt32(index) * Self.indexesPerDevice)
    }
    let plans = zip(stations, places).map { [profile] station, place in
      ModbusDevicePlan(
        device: station.device, profile: profiles[place.isFaulty ? 0 : 1], endpoint: place.endpoint,
        unit: place.isFaulty && line != nil ? UInt8(place.number) : 1,
        parameters: profile.points.enumerated().map { ($1.name, ParameterIndex(station.firstIndex + UInt32($0))) })
    }
    source = try ModbusSource(devices: plans, inbox: inbox, eventLoopThreads: 1, seed: 7)
    (self.fault, self.folder, self.cable, self.healthy, self.faulty) = (fault, folder, cable, healthy, faulty)
  }

  /// Polls for the time of the run and returns what came of it.
  ///
  /// - Parameter patienceSeconds: how much longer it may take until the case has shown what it expects: for tests on
  ///   busy machines.
  func run(seconds: Double, patienceSeconds: Double = 0) async throws -> FaultOutcome {
    let watch = StallWatch()
    source.start()
    var left = seconds
    if let fault, fault.proxyFault != nil {
      _ = await inbox.wait(seconds: patienceSeconds) { batches in
        Set(batches.filter { $0.readings.contains(where: \.quality.isGood) }.map(\.device)).count == stations.count
      }
      let start = min(fault.atSeconds, seconds)
      try await Task.sleep(for: .seconds(start))
      for proxy in proxies { proxy.set(Self.fault(fault)) }
      left -= start
      if fault.forSeconds < left {
        try await Task.sleep(for: .seconds(fault.forSeconds))
        for proxy in proxies { proxy.set(.none) }
        left -= fault.forSeconds
      }
    }
    try await Task.sleep(for: .seconds(max(0, left)))
    _ = await inbox.wait(seconds: patienceSeconds) { batches in
      let shown = FaultOutcome.Shown(batches.filter { isFaulty($0.device) })
      return (fault.map(shown.fulfils) ?? true) && batches.count { !isFaulty($0.device) } > Self.leastHealthyBatches
    }
    source.stop()
    for proxy in proxies { proxy.stop() }
    let stall = watch.stop()
    let journals = [try healthy.journal(), try faulty.journal()]
    try healthy.end()
    try faulty.end()
    return FaultOutcome(
      stations: stations, profile: profile, batches: inbox.batches,
      checks: stations.map {
        ServedCheck(journals[$0.isFaulty ? 1 : 0], unit: $0.number, stallMicroseconds: stall)
      }, longestStallMicroseconds: stall)
  }

  private func isFaulty(_ device: DeviceName) -> Bool { stations.contains { $0.device == device && $0.isFaulty } }

  private static func fault(_ fault: FaultCase) -> FaultProxy.Fault {
    switch fault.proxyFault {
    case .blackhole: .blackhole
    case .reset: .reset
    case .slowBytes: .slowBytes(gapMicroseconds: 20_000)
    // There and back it takes longer than the time-out.
    case .delay: .delay(microseconds: 130_000)
    case .loss: .loss(rate: 0.3)
    case nil: .none
    }
  }
}
