public import Devices
import NIOCore
import NIOPosix
public import Shopfloor
import Synchronization

/// All Modbus devices of a line: one connection for each TCP endpoint, one thread for each serial line, one
/// `ReadingBatch` for each poll of each device; and one-off reads and writes between the polls.
public final class ModbusSource: DeviceSource {
  private enum Phase { case ready, running, stopped }

  /// Where a device is reached.
  private struct Place: Sendable {
    var plan: ModbusDevicePlan
    var unit: Int
    var submit: @Sendable (Errand, Int) -> Void
    var forgetLimits: @Sendable (Int) -> Void
  }

  private let loops: [LinkLoop]
  private let endpoints: [TCPEndpoint]
  private let buses: [SerialBus]
  private let places: [DeviceName: Place]
  private let results: DeviceResults
  private let group: MultiThreadedEventLoopGroup
  private let phase = Mutex(Phase.ready)

  /// - Parameters:
  ///   - devices: devices with the same endpoint share it.
  ///   - inbox: takes a batch for each poll; what it turns away is counted in the device's status.
  ///   - eventLoopThreads: threads that all TCP endpoints share; one serves some thousand.
  ///   - seed: of the jitter in waiting times.
  ///   - onLearned: told what is known of a device whenever that has changed, on a queue of its own.
  /// - Throws: where a point is not in the profile or cannot be read within its rules, two devices want one serial line
  ///   with different settings, or the files of a TLS endpoint cannot be used.
  public init(
    devices: [ModbusDevicePlan], inbox: any RecorderInbox, clock: any WallClock = SystemClock(),
    eventLoopThreads: Int = 1, seed: UInt64 = .random(in: .min ... .max),
    onLearned: @escaping @Sendable (DeviceLimitsLearned) -> Void = { _ in }
  ) throws(ModbusSetupFault) {
    let boards = try EndpointBoards(devices, now: clock.now(), seed: seed)
    let security = try boards.endpoints.map { entry throws(ModbusSetupFault) in try Self.security(entry.endpoint) }
    group = MultiThreadedEventLoopGroup(numberOfThreads: eventLoopThreads)
    let loops = (0..<eventLoopThreads).map { [group] _ in
      LinkLoop(eventLoop: group.next(), inbox: inbox, clock: clock)
    }
    let results = DeviceResults(onLearned: onLearned)
    var endpoints: [TCPEndpoint] = []
    var buses: [SerialBus] = []
    var places: [DeviceName: Place] = [:]
    for (index, entry) in boards.endpoints.enumerated() {
      let submit: @Sendable (Errand, Int) -> Void
      let forgetLimits: @Sendable (Int) -> Void
      switch entry.endpoint {
      case .tcp(let host, let port), .rtuOverTCP(let host, let port), .tls(let host, let port, _):
        let machine = LinkMachine(
          board: entry.board, framing: entry.endpoint.framing, seed: entry.seed &+ 1)
        let loop = loops[index % loops.count]
        let endpoint = loop.adopt { number in
          TCPEndpoint(
            host: host, port: port, security: security[index], machine: machine, loop: loop, number: number,
            results: results)
        }
        endpoints.append(endpoint)
        submit = { endpoint.submit($0, unit: $1) }
        forgetLimits = { endpoint.forgetLimits(unit: $0) }
      case .rtu:
        let bus = SerialBus(
          endpoint: entry.endpoint, board: entry.board, seed: entry.seed &+ 1, inbox: inbox, clock: clock,
          results: results)
        buses.append(bus)
        submit = { bus.submit($0, unit: $1) }
        forgetLimits = { bus.forgetLimits(unit: $0) }
      }
      for (unit, plan) in entry.plans.enumerated() {
        places[plan.device] = Place(plan: plan, unit: unit, submit: submit, forgetLimits: forgetLimits)
      }
    }
    self.loops = loops
    self.endpoints = endpoints
    self.buses = buses
    self.places = places
    self.results = results
  }

  public func start() {
    let begins = phase.withLock { phase in
      defer { if phase == .ready { phase = .running } }
      return phase == .ready
    }
    guard begins else { return }
    for loop in loops { loop.start() }
    for bus in buses { bus.start() }
  }

  /// Must not be called on an event loop of NIO, nor by the completion of a read or a write.
  public func stop() {
    let before = phase.withLock { phase in
      defer { phase = .stopped }
      return phase
    }
    guard before != .stopped else { return }
    if before == .running {
      for future in loops.map({ $0.stop() }) {
        // Stopping a loop's endpoints cannot fail: the future carries no error of its own.
        try? future.wait()
      }
      for bus in buses { bus.stop() }
    }
    results.close()
    // An error here means that the loops are already gone.
    try? group.syncShutdownGracefully()
  }

  public func status() -> [LinkStatus] {
    (endpoints.flatMap { $0.statuses() } + buses.flatMap { $0.statuses() }).sorted { $0.device < $1.device }
  }

  // MARK: One-off requests

  /// Reads points of a device now, between its polls; nothing of it is recorded.
  ///
  /// - Parameters:
  ///   - points: names of points of the device's profile, mapped or not.
  ///   - completion: called exactly once, on a queue of this source; at the latest about ten seconds later, or when the
  ///     source stops.
  public func read(
    device: DeviceName, points: [String],
    completion: @escaping @Sendable (Result<[ModbusPointValue], ModbusErrandFault>) -> Void
  ) {
    let attempted = "read \(points.joined(separator: ", ")) of \(device)"
    submit(device, attempted) { place throws(ModbusErrandFault) in
      let profile = place.plan.profile
      let found = points.compactMap { profile.point($0) }
      guard found.count == points.count, !found.isEmpty else {
        throw Self.unknownPoint(attempted, profile, profile.points.map(\.name))
      }
      do throws(ModbusSetupFault) {
        let plan = try ReadPlan.once(
          found, device: device, profile: profile, rules: place.plan.policy.applied(to: profile.requests))
        return .read(ReadErrand(points: found, plan: plan))
      } catch {
        throw ModbusErrandFault(code: error.code, attempted: attempted, nextStep: error.nextStep)
      }
    } completion: { result in
      switch result {
      case .values(let values): completion(.success(values))
      case .fault(let fault): completion(.failure(fault))
      case .written: preconditionFailure("a read was answered as a write")
      }
    }
  }

  /// Writes a write point of a device, if its plan allows it: the old value is read first, the new one is read back. A
  /// write is never repeated by itself.
  ///
  /// - Parameter completion: as for ``read(device:points:completion:)``.
  public func write(
    device: DeviceName, point: String, value: Double,
    completion: @escaping @Sendable (Result<ModbusWriteOutcome, ModbusErrandFault>) -> Void
  ) {
    let attempted = "write \(value) to \(point) of \(device)"
    submit(device, attempted) { place throws(ModbusErrandFault) in
      let profile = place.plan.profile
      guard let found = profile.write(point) else {
        throw Self.unknownPoint(attempted, profile, profile.writes.map(\.name))
      }
      let denial = WriteErrand.denial(
        point: found, value: value, isAllowed: place.plan.allowedWrites.contains(point), rules: profile.requests)
      if let denial {
        completion(.success(ModbusWriteOutcome(point: point, value: value, result: .denied(denial))))
        return nil
      }
      return .write(WriteErrand(point: found, value: value))
    } completion: { result in
      switch result {
      case .written(let outcome): completion(.success(outcome))
      case .fault(let fault): completion(.failure(fault))
      case .values: preconditionFailure("a write was answered as a read")
      }
    }
  }

  /// What was learned about a device by being refused no longer holds: it is asked for everything again. Whoever calls
  /// this has written that down; it is not told as learned.
  public func forgetLimits(of device: DeviceName) {
    guard let place = places[device], phase.withLock({ $0 == .running }) else { return }
    place.forgetLimits(place.unit)
  }

  // MARK: Inside

  /// - Parameter work: makes the errand; nil where it has its result already.
  private func submit(
    _ device: DeviceName, _ attempted: String, work: (Place) throws(ModbusErrandFault) -> Errand.Work?,
    completion: @escaping DeviceResults.Completion
  ) {
    guard let place = places[device] else {
      completion(
        .fault(
          ModbusErrandFault(
            code: "unknown-device", attempted: attempted,
            nextStep: "Use a Modbus device of the configuration that feeds a parameter")))
      return
    }
    do throws(ModbusErrandFault) {
      guard let work = try work(place) else { return }
      guard phase.withLock({ $0 == .running }) else { throw .stopped(attempted) }
      guard let id = results.expect(attempted, completion) else { return }
      place.submit(Errand(id: id, attempted: attempted, work: work), place.unit)
    } catch {
      completion(.fault(error))
    }
  }

  private static func unknownPoint(_ attempted: String, _ profile: DeviceProfile, _ names: [String])
    -> ModbusErrandFault
  {
    ModbusErrandFault(
      code: "unknown-point", attempted: attempted,
      nextStep: "Use names of profile \(profile.name): \(names.isEmpty ? "it has none" : names.joined(separator: ", "))"
    )
  }

  private static func security(_ endpoint: ModbusDevicePlan.Endpoint) throws(ModbusSetupFault) -> TLSClient? {
    guard case .tls(let host, _, let settings) = endpoint else { return nil }
    return try TLSClient(host: host, settings: settings)
  }
}
