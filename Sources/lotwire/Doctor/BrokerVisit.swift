import Devices
import MQTT
import Shopfloor

/// Asks every broker of the configuration, all at the same time: one that does not answer holds up no other.
struct BrokerVisit {
  let context: DoctorContext

  func ask(_ question: @escaping @Sendable (MQTTBrokerEntry) -> [Finding]) async -> [Finding] {
    let brokers = context.plant?.mqttBrokers ?? []
    return await withTaskGroup(of: (Int, [Finding]).self) { group in
      for (index, broker) in brokers.enumerated() {
        group.addTask {
          // Questions to a broker block; nil comes only where the program is ending.
          let thread = OwnThread(label: "lotwire.doctor.\(broker.name)")
          let found = await thread.run { question(broker) }
          switch found {
          case .success(let findings)?: return (index, findings)
          case nil: return (index, [])
          }
        }
      }
      var all: [(Int, [Finding])] = []
      for await answer in group { all.append(answer) }
      return all.sorted { $0.0 < $1.0 }.flatMap(\.1)
    }
  }
}

extension MQTTBrokerEntry {
  /// "broker main (127.0.0.1:1883)".
  var doctorName: String { "broker \(name) (\(connection.host):\(connection.port))" }

  func fault(_ check: String, _ fault: BrokerProbe.Fault) -> Finding {
    Finding(
      check, doctorName, .fault, Words(fault.reason, "代理无法使用：\(fault.reason)"),
      meaning: Words("nothing of this broker is recorded", "此代理的数据不会被记录"),
      remedy: Words("correct what the sentence names; then run the doctor again", "请按提示更正，然后重新检查"))
  }
}
