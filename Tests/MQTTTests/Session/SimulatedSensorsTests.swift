import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

/// The simulated sensors, a real broker that restarts, and the source: what the broker acknowledged to the sensors is
/// what the recorder gets.
@Suite struct SimulatedSensorsTests {
  static let scenario = """
    seed: 5
    speed: 20
    sensors:
      - topic: room/plain
        payload: number
        every: 1
        values: {temperature: {mean: 21, noise: 0.1}}
      - topic: room/air
        payload: json
        every: 1
        time: time
        id: id
        values: {value: {mean: 45, noise: 0.4}}
    counter: {topic: room/counter, every: 0.2, last: 400}
    faults:
      - {fault: not_a_number, topic: room/plain, at: 2, for: 4}
      - {fault: garbage, topic: room/air, at: 2, for: 4}
      - {fault: absurd_time, topic: room/air, at: 8, for: 4}
      - {fault: oversized, topic: room/plain, at: 10, for: 3}
      - {fault: silence, topic: room/plain, at: 20, for: 1000}

    """

  @Test func everyAcknowledgedMessageArrives() throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox([.durable, .failed, .full, .durable, .failed])
    let source = try room.online(inbox)
    defer { source.stop() }
    let scenario = room.folder.file("scenario.yaml"), journal = room.folder.file("journal.csv")
    try Self.scenario.write(to: scenario, atomically: true, encoding: .utf8)
    let sensors = try ChildProcess(
      name: "simulate sensors", path: try Self.simulate(),
      arguments: [
        "sensors", "--broker", "127.0.0.1:\(room.broker.port)", "--scenario", scenario.path, "--journal", journal.path,
      ], log: room.folder.file("sensors.log"))
    try sensors.waitForLine(containing: "simulate sensors: publishing to 127.0.0.1:\(room.broker.port)")
    try eventually("a hundred") { Self.counted(inbox).count > 100 }
    room.broker.stop()
    try room.broker.start()
    try eventually("all") { Self.counted(inbox).count == 400 }
    sensors.end()
    #expect(sensors.exitStatus == 0)

    #expect(Self.counted(inbox) == Set((1...400).map(Double.init)))
    let acknowledged = String(decoding: try Data(contentsOf: journal), as: UTF8.self).split(separator: "\n")
    for number in 1...400 {
      let lines = acknowledged.filter { $0.hasSuffix(",room/counter,c-\(number),\(number)") }
      #expect(lines.count == 1, "c-\(number)")
    }
    func qualities(_ device: DeviceName) -> Set<Quality> {
      Set(inbox.durable.filter { $0.device == device }.flatMap(\.readings).map(\.quality))
    }
    // Good while it is live; a plain value says no time, so around a reconnect it is believed by nobody.
    #expect(
      qualities("plain").subtracting([.good, .uncertainDeviceTime]) == [.badNotANumber, .badPayloadTooLarge])
    #expect(qualities("counter").isSuperset(of: [.good, .badPayload, .uncertainDeviceTime, .badPayloadTooLarge]))
  }

  /// The values of the counter: the only good whole numbers whose message key is that of a counter's id and time.
  private static func counted(_ inbox: HeldInbox) -> Set<Double> {
    Set(
      inbox.durable.filter { batch in
        guard batch.device == "counter", let reading = batch.readings.first, reading.quality.isGood else {
          return false
        }
        let id = Array("c-\(Int(reading.value))".utf8)[...]
        return batch.messageKey
          == MessageKey.explicit(
            [id], .time(reading.time), device: "counter", retained: false, topic: "room/counter")
      }.map { $0.readings[0].value })
  }

  /// Built together with the tests, next to them.
  private static func simulate() throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return root.appendingPathComponent(".build/debug/simulate").path
  }
}
