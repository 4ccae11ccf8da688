import Devices
import Shopfloor
import Testing

@testable import MQTT

/// A conforming edge node and the host, with a network between them that loses, doubles and delays. A seed that fails is
/// the bug report.
@Suite struct SparkplugHostSimulationTests {
  /// What may happen, one in so many; 0: never.
  private struct Network {
    var loses = 0
    var doubles = 0
    /// Longest delay in milliseconds: shorter than the time for reordering.
    var delays: Int64 = 0
    var restarts = 0
    var cuts = 0
  }

  private struct Simulation {
    private struct Flight {
      var due: Int64
      var number: Int
      var topic: String
      var payload: [UInt8]
    }

    private(set) var room = HostRoom(SimulatedEdge.plan)
    private(set) var edge = SimulatedEdge()
    private var network: Network
    private var generator: SeededGenerator
    private var flights: [Flight] = []
    private var flown = 0
    private var downUntil: Int64?
    private var cutUntil: Int64?
    private(set) var lostData = 0
    private(set) var sentValues: [UInt32: [Int]] = [:]

    init(_ network: Network, seed: UInt64) {
      self.network = network
      generator = SeededGenerator(seed: seed)
      room.connect()
      post(edge.start(at: room.now.utc.milliseconds, using: &generator))
    }

    private var now: Int64 { room.now.utc.milliseconds }

    mutating func run(seconds: Int) {
      for step in 0..<(seconds * 50) {
        room.pass(milliseconds: 20)
        fail()
        if Int.random(in: 0..<4, using: &generator) == 0 { post(edge.data(at: now, using: &generator)) }
        deliver()
        if let deadline = room.machine.deadlineMicroseconds, deadline <= room.now.monotonicMicroseconds || step == 0 {
          room.tell(.clockMoved)
        }
        answer()
      }
    }

    mutating func calm() { network = Network() }

    mutating func trouble(_ network: Network) { self.network = network }

    private mutating func fail() {
      if happens(network.restarts), edge.isUp {
        // The broker sends the will of the old connection before it takes a new one.
        send(edge.crash(), due: now)
        downUntil = now + Int64.random(in: 100...8_000, using: &generator)
      }
      if let downUntil, now >= downUntil {
        self.downUntil = nil
        post(edge.start(at: now, using: &generator))
      }
      if happens(network.cuts), cutUntil == nil {
        room.tell(.lost(reason: "cut"))
        flights = []
        cutUntil = now + Int64.random(in: 100...5_000, using: &generator)
      }
      if let cutUntil, now >= cutUntil {
        self.cutUntil = nil
        room.connect()
      }
    }

    private mutating func post(_ messages: [SimulatedEdge.Message]) {
      for message in messages {
        for metric in message.payload.metrics {
          guard case .long(let value)? = metric.value, metric.name != "bdSeq", message.isData else { continue }
          sentValues[UInt32(Int(value) / SimulatedEdge.step), default: []].append(Int(value))
        }
        if cutUntil != nil || happens(network.loses) {
          if message.isData { lostData += 1 }
          continue
        }
        for _ in 0..<(happens(network.doubles) ? 2 : 1) {
          let delay = network.delays == 0 ? 0 : Int64.random(in: 0...network.delays, using: &generator)
          send(message, due: now + (Bool.random(using: &generator) ? delay : 0))
        }
      }
    }

    private mutating func send(_ message: SimulatedEdge.Message, due: Int64) {
      flown += 1
      flights.append(
        Flight(due: due, number: flown, topic: message.topic, payload: SparkplugCodec.encode(message.payload)))
    }

    private mutating func deliver() {
      let now = now
      let due = flights.filter { $0.due <= now }.sorted { ($0.due, $0.number) < ($1.due, $1.number) }
      flights.removeAll { $0.due <= now }
      guard cutUntil == nil else { return }
      for flight in due { room.tell(.message(topic: flight.topic, payload: flight.payload, isRetained: false)) }
    }

    /// Commands reach the node, or not.
    private mutating func answer() {
      let asked = room.rebirths.count
      room.published = []
      for _ in 0..<asked where cutUntil == nil && !happens(network.loses) { post(edge.birth(at: now)) }
    }

    private mutating func happens(_ oneIn: Int) -> Bool {
      oneIn > 0 && Int.random(in: 0..<oneIn, using: &generator) == 0
    }
  }

  private func noValueIsOfAnotherMetric(_ simulation: Simulation) {
    for reading in simulation.room.readings where reading.quality.hasValue {
      #expect(UInt32(Int(reading.value) / SimulatedEdge.step) == reading.parameter.rawValue, "\(reading)")
    }
  }

  private func theHostKnowsWhatIsNow(_ simulation: Simulation) {
    var last: [UInt32: Reading] = [:]
    for reading in simulation.room.readings { last[reading.parameter.rawValue] = reading }
    #expect(last.count == SimulatedEdge.devices.count * SimulatedEdge.metricsPerDevice)
    for (parameter, value) in simulation.edge.current {
      #expect(last[parameter]?.quality == .good && last[parameter]?.value == Double(value), "parameter \(parameter)")
    }
    #expect(simulation.room.session.scopes.values.allSatisfy { !$0.isInDoubt })
  }

  @Test(arguments: 1...12) func withoutLossEveryValueComesOnceInOrder(_ seed: UInt64) {
    var simulation = Simulation(Network(), seed: seed)
    simulation.run(seconds: 1)
    simulation.trouble(Network(doubles: 10, delays: 1_500))
    simulation.run(seconds: 60)
    simulation.calm()
    simulation.run(seconds: 10)
    noValueIsOfAnotherMetric(simulation)
    theHostKnowsWhatIsNow(simulation)
    #expect(simulation.room.lost.isEmpty)
    #expect(simulation.edge.births <= 4, "no birth is asked for but those at the start")
    var came: [UInt32: [Int]] = [:]
    for reading in simulation.room.readings where came[reading.parameter.rawValue]?.last != Int(reading.value) {
      came[reading.parameter.rawValue, default: []].append(Int(reading.value))
    }
    for (parameter, values) in simulation.sentValues {
      // The births repeat what is known; the first value of a metric is the one of its birth.
      #expect(came[parameter]?.filter { $0 % SimulatedEdge.step != 0 } == values)
    }
  }

  /// Seeds that once found a value under the name of another metric, and some more.
  @Test(arguments: [10, 70, 92, 144, 224, 284, 302, 317, 1, 2] as [UInt64])
  func whateverIsLostNoValueIsOfAnotherMetricAndEveryNodeIsBornAgain(_ seed: UInt64) {
    var simulation = Simulation(
      Network(loses: 15, doubles: 15, delays: 700, restarts: 1_000, cuts: 2_000), seed: seed)
    simulation.run(seconds: 240)
    noValueIsOfAnotherMetric(simulation)
    #expect(simulation.lostData > 20 && simulation.edge.births > 5)
    #expect(!simulation.room.lost.isEmpty)
    #expect(simulation.room.lost.allSatisfy { $0.from <= $0.until && $0.cause == .sequenceGap && ($0.count ?? 1) > 0 })
    simulation.calm()
    // The longest wait between two requests, and some time to answer.
    simulation.run(seconds: 75)
    noValueIsOfAnotherMetric(simulation)
    theHostKnowsWhatIsNow(simulation)
  }

  @Test func theSameSeedGivesTheSame() {
    func run() -> [Reading] {
      var simulation = Simulation(Network(loses: 15, doubles: 15, delays: 700, restarts: 500, cuts: 900), seed: 77)
      simulation.run(seconds: 60)
      return simulation.room.readings
    }
    #expect(run() == run())
  }
}
