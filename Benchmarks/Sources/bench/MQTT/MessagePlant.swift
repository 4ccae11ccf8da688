import Devices
import MQTT
import Shopfloor

/// A station whose sensors send over MQTT, a person, a lot and a run: every value is bound, held to limits and kept.
enum MessagePlant {
  static let line = LinePlan(
    site: "Bench", line: "clean room",
    stations: [
      StationPlan(
        name: "room", operation: "fill",
        parameters: (0..<MessagePlan.topics).map { sensor in
          ParameterPlan(
            name: named("air.temperature-\(sensor)"), device: device(sensor), point: "temperature", unit: "°C",
            expectedIntervalMicroseconds: 60_000_000, specification: LimitPlan(low: 18, high: 24, deadband: 0.1),
            alarm: LimitPlan(low: 19, high: 23, deadband: 0.1))
        })
    ])

  static let commands: [Command] = [
    .updatePeople([
      Person(id: "P-1", name: "Operator", badge: "BADGE-1", rights: [.operate, .acknowledge])
    ]),
    .updateWork(
      WorkChange(orders: [
        WorkOrder(
          number: "WO-1", product: "VIAL-1", productName: "Vial", quantity: 10_000, unit: "pcs", operations: ["fill"],
          lots: ["L-2026-1"], materials: [])
      ])),
    .scan(ScannedLabel(text: "BADGE-1", kind: .badge), station: "room"),
    .scan(ScannedLabel(text: "L-2026-1", kind: .lot), station: "room"),
  ]

  private static func device(_ sensor: Int) -> DeviceName { named("room-\(sensor)") }
  private static func named<Kind>(_ text: String) -> Identifier<Kind> { Identifier(stringLiteral: text) }

  /// The parameters were registered in the order of the plan: dense from 0.
  static func broker(_ plan: MessagePlan) throws -> MQTTBrokerPlan {
    MQTTBrokerPlan(
      name: "bench",
      connection: MQTTConnection(host: "127.0.0.1", port: plan.port, clientID: plan.clientID),
      // Of a backlog more comes in a second than sensors ever send.
      thinning: ThinningRule(maximumMessagesPerSecond: ThinningRule.mostMessagesPerSecond),
      devices: try (0..<MessagePlan.topics).map { sensor in
        MQTTDevicePlan(
          device: device(sensor),
          mappings: [
            MessageMapping(
              topic: try TopicFilter("bench/room-\(sensor)/air"), time: MessageTime(path: try JSONPath("time")),
              key: [try JSONPath("id")],
              points: [MessagePoint(name: "temperature", path: try JSONPath("value"), unit: "°C")])
          ], parameters: ["temperature": [ParameterIndex(UInt32(sensor))]])
      })
  }
}
