import ArgumentParser
import Devices
import Foundation
import Shopfloor
import Synchronization

/// A clean room over MQTT.
struct SimulateSensors: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensors",
    abstract: "MQTT sensors of a clean room: QoS 1, persistent session, seeded noise and faults.")

  @Option(help: "The broker, as HOST:PORT.") var broker: String
  @Option(help: "The scenario file; see Simulators/Scenarios.") var scenario: String
  @Option(
    help: """
      A CSV file that gets a line for each message the broker has acknowledged: UTC microseconds of the payload's own \
      time, topic, id, value.
      """)
  var journal: String?
  @Option(help: "The client id under which the broker knows these sensors.") var clientID = "simulate-sensors"

  func run() async throws {
    guard let colon = broker.lastIndex(of: ":"), let port = Int(broker[broker.index(after: colon)...]),
      (1...65_535).contains(port)
    else { throw ValidationError("--broker \"\(broker)\" is not HOST:PORT; write it like 127.0.0.1:1883") }
    let host = String(broker[..<colon])
    let text = try String(contentsOfFile: scenario, encoding: .utf8)
    let plan = try SensorScenario.read(text, file: scenario)
    guard let publisher = SensorPublisher(host: host, port: port, clientID: clientID) else {
      throw ValidationError("--client-id \"\(clientID)\" is refused by libmosquitto; write 1 to 128 letters")
    }
    let journal = try journal.map { try SensorJournal(path: $0) }
    SensorStop.catchSignals()
    try FileHandle.standardOutput.write(contentsOf: Data("simulate sensors: publishing to \(host):\(port)\n".utf8))
    try publish(plan, publisher, journal)
  }

  /// Longest wait for messages of the broker, in milliseconds: a stop is noticed within it.
  private static let longestWaitMilliseconds = 50.0
  /// The time that the broker has for its last acknowledgements after a stop, in microseconds.
  private static let farewellMicroseconds: Int64 = 2_000_000

  private func publish(_ plan: SensorScenario, _ publisher: SensorPublisher, _ journal: SensorJournal?) throws {
    let clock = SystemClock()
    var model = SensorModel(scenario: plan)
    let start = clock.now().monotonicMicroseconds
    func scenarioSeconds(_ now: ClockReading) -> Double {
      Double(now.monotonicMicroseconds - start) / 1e6 * plan.speed
    }
    while !SensorStop.isAskedFor {
      let now = clock.now()
      while publisher.takesMessages, let message = model.next(by: scenarioSeconds(now), now: clock.now().utc) {
        guard publisher.publish(message) else {
          throw CleanExit.message("simulate sensors: libmosquitto refused a message on \(message.topic)")
        }
      }
      let wait = (model.nextDue - scenarioSeconds(clock.now())) / plan.speed * 1e3
      publisher.work(milliseconds: Int32(max(1, min(wait, Self.longestWaitMilliseconds))))
      try journal?.add(publisher.takeAcknowledged())
    }
    let giveUpAt = clock.now().monotonicMicroseconds + Self.farewellMicroseconds
    while publisher.unacknowledged > 0, clock.now().monotonicMicroseconds < giveUpAt {
      publisher.work(milliseconds: 20)
    }
    try journal?.add(publisher.takeAcknowledged())
    publisher.disconnect()
  }
}

/// Whether SIGTERM or SIGINT has come.
enum SensorStop {
  private static let asked = Atomic<Bool>(false)

  static var isAskedFor: Bool { asked.load(ordering: .relaxed) }

  static func catchSignals() {
    for number in [SIGTERM, SIGINT] {
      // A store to a lock-free atomic is all that a signal handler may do.
      signal(number) { _ in SensorStop.asked.store(true, ordering: .relaxed) }
    }
  }
}
