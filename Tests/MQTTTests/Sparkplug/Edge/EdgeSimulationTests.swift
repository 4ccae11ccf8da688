import Devices
import Shopfloor
import Testing

@testable import MQTT

/// Edge node and host over a network that fails: cuts noticed late, wills that come late, hosts that go and come.
/// Whatever happens, in the end the host has every value once at least, and shows the values of now.
@Suite struct EdgeSimulationTests {
  private struct World {
    var driver: EdgeDriver
    var host = ReferenceHost()
    var generator: SeededGenerator
    let hasPrimaryHost: Bool
    /// Every change that was handed in, as the host should see it.
    var expected: [ReferenceHost.Name: [ReferenceHost.Sample]] = [:]
    var latest: [ReferenceHost.Name: ReferenceHost.Sample] = [:]

    var isConnected = false
    /// The connection is dead; the edge node notices then.
    var noticesAt: Int64?
    var will: EdgeDriver.Message?
    /// Wills that the broker publishes later than it could.
    var lateWills: [EdgeDriver.Message] = []
    var hostIsUp = true
    var hostTimestamp: Int64 = 1
    /// What the broker tells of the host, and when.
    var states: [(at: Int64, online: Bool, timestamp: Int64)] = []
    var cuts = 0
    var hostRestarts = 0

    static let names: [ReferenceHost.Name] = [
      .init(device: "seal", metric: "temperature"), .init(device: "seal", metric: "run"),
      .init(device: "oven", metric: "temperature"), .init(device: nil, metric: "alarms"),
    ]

    init(seed: UInt64, hasPrimaryHost: Bool) {
      var plan = EdgeDriver.plan
      plan.primaryHost = hasPrimaryHost ? "scada" : nil
      plan.maximumKeptValues = 1_000_000
      driver = EdgeDriver(plan)
      generator = SeededGenerator(seed: seed)
      self.hasPrimaryHost = hasPrimaryHost
    }

    mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &generator) == 0 }

    // MARK: What the network does

    mutating func carry(_ messages: [EdgeDriver.Message]) {
      for message in messages where noticesAt == nil && hostIsUp { host.receive(message) }
    }

    mutating func step() throws {
      driver.now += Int64.random(in: 1_000...4_000_000, using: &generator)
      try produce()
      try tellStates()
      if isConnected, let noticesAt, driver.now >= noticesAt { try notice() }
      if !isConnected { if chance(3) { try connect() } } else { try live() }
      if chance(10), !lateWills.isEmpty, hostIsUp { host.receive(lateWills.removeFirst()) }
      if hasPrimaryHost, chance(60) { turnHost() }
    }

    private mutating func live() throws {
      if chance(2) { carry(try driver.written()) }
      carry(try driver.tell(.clockMoved))
      if noticesAt == nil, chance(40) { cut() }
      if noticesAt == nil, hostIsUp, host.takeRebirthRequest() || chance(50) { carry(try driver.askForRebirth()) }
      try leaveIfAsked()
    }

    private mutating func cut() {
      cuts += 1
      // Up to twice the keep-alive of 60 s: the library asks after one and gives up after another.
      noticesAt = driver.now + Int64.random(in: 0...120_000_000, using: &generator)
    }

    private mutating func notice() throws {
      try driver.lose()
      isConnected = false
      noticesAt = nil
      guard let will else { return }
      if chance(2) { lateWills.append(will) } else if hostIsUp { host.receive(will) }
    }

    private mutating func leaveIfAsked() throws {
      guard driver.edge.phase == .leaving, isConnected else { return }
      // The good-bye: no will.
      try driver.lose()
      isConnected = false
      noticesAt = nil
    }

    mutating func connect() throws {
      let (will, published) = try driver.connect()
      self.will = will
      isConnected = true
      carry(published)
      guard hasPrimaryHost else { return }
      // Retained: the last that the broker knows.
      let known = states.last(where: { $0.at <= driver.now }) ?? (at: 0, online: true, timestamp: 0)
      carry(try driver.hostState(online: known.online, at: known.timestamp))
      try leaveIfAsked()
    }

    private mutating func turnHost() {
      if hostIsUp {
        hostIsUp = false
        // The broker notices the silence after 1.5 times the keep-alive, less the longest step of this simulation; it
        // tells in the order of what happened.
        let at = max(driver.now + Int64.random(in: 0..<85_000_000, using: &generator), states.last?.at ?? 0)
        states.append((at, false, hostTimestamp))
      } else if let last = states.last, last.at <= driver.now || chance(2) {
        hostIsUp = true
        hostRestarts += 1
        host.restart()
        hostTimestamp += 1
        // A new session of the host ends the old one at once.
        states[states.count - 1].at = min(last.at, driver.now)
        states.append((driver.now, true, hostTimestamp))
      }
    }

    private var told = 0
    private mutating func tellStates() throws {
      while told < states.count, states[told].at <= driver.now {
        defer { told += 1 }
        guard isConnected, noticesAt == nil else { continue }
        carry(try driver.hostState(online: states[told].online, at: states[told].timestamp))
        try leaveIfAsked()
      }
    }

    // MARK: What the line does

    private mutating func produce() throws {
      var values: [SparkplugEdgeValue] = []
      for _ in 0..<Int.random(in: 0...6, using: &generator) {
        driver.now += 1_000
        guard let name = Self.names.randomElement(using: &generator) else { continue }
        let time = Timestamp(microseconds: EdgeDriver.start + driver.now)
        let content = chance(15) ? nil : content(for: name)
        values.append(SparkplugEdgeValue(device: name.device, metric: name.metric, time: time, value: content))
        let sample = ReferenceHost.Sample(
          milliseconds: time.sparkplugMilliseconds, value: content.flatMap { SparkplugValue($0, as: type(of: name)) })
        // No change, and no value where there never was one, are nothing.
        guard latest[name]?.value != sample.value else { continue }
        latest[name] = sample
        expected[name, default: []].append(sample)
      }
      carry(try driver.update(values))
    }

    private func type(of name: ReferenceHost.Name) -> SparkplugDataType {
      switch (name.device, name.metric) {
      case (nil, _): .int32
      case (_, "run"): .string
      case ("oven", _): .float
      default: .double
      }
    }

    private mutating func content(for name: ReferenceHost.Name) -> SparkplugEdgeValue.Content {
      let number = Int64.random(in: 0..<5, using: &generator)
      switch (name.device, name.metric) {
      case (nil, _): return .integer(number - 2)
      case (_, "run"): return .text("R\(number)")
      default: return .number(Double(number) / 2)
      }
    }

    // MARK: The end

    /// Everything works again, for as long as it takes.
    mutating func quiet() throws {
      if hasPrimaryHost, !hostIsUp {
        hostIsUp = true
        host.restart()
        hostTimestamp += 1
        if let last = states.indices.last { states[last].at = min(states[last].at, driver.now) }
        states.append((driver.now, true, hostTimestamp))
      }
      for _ in 0..<20 {
        driver.now += 1_000_000
        if isConnected, noticesAt != nil { try notice() }
        try tellStates()
        if !isConnected { try connect() }
        carry(try driver.written())
        carry(try driver.drain())
        carry(try driver.tell(.clockMoved))
        if host.takeRebirthRequest() { carry(try driver.askForRebirth()) }
      }
      for will in lateWills { host.receive(will) }
    }
  }

  @Test(arguments: 1...15, [false, true]) func theHostSeesEverything(seed: UInt64, hasPrimaryHost: Bool) throws {
    var world = World(seed: seed, hasPrimaryHost: hasPrimaryHost)
    for _ in 0..<800 { try world.step() }
    try world.quiet()
    #expect(world.driver.edge.phase == .born && world.host.session != nil)
    #expect(world.driver.edge.kept.unsentCount == 0 && world.driver.edge.kept.givenUp == 0)
    for name in World.names {
      let expected = world.expected[name] ?? []
      let seen = world.host.seen[name] ?? []
      let missing = expected.filter { !seen.contains($0) }
      #expect(missing.isEmpty, "\(name) misses \(missing.count) of \(expected.count), first \(missing.first as Any)")
      // Null stands in births also for a value that was not known yet.
      let invented = seen.subtracting(expected).filter { $0.value != nil }
      #expect(invented.isEmpty, "\(name) has \(invented.count) values that nobody handed in")
      #expect(world.host.current[name]?.value == expected.last?.value)
    }
    #expect(world.cuts > 1 && (!hasPrimaryHost || world.hostRestarts > 0), "the network was too kind")
  }
}
