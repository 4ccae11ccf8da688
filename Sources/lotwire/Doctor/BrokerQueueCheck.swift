import Devices
import MQTT
import Shopfloor

/// With `--probe`: how much a broker keeps for a session that is away, and how much it sends before the first
/// acknowledgement.
struct BrokerQueueCheck: DoctorCheck {
  static let messages = BrokerProbe.queueMessages
  /// A window below this holds up commits in MQTT 3.1.1: each commit holds at most so many messages.
  static let smallWindow = 100

  func findings(_ context: DoctorContext) async -> [Finding] {
    guard context.isProbing else { return [] }
    let clock = context.clock
    return await BrokerVisit(context: context).ask { broker in
      do throws(BrokerProbe.Fault) {
        return Self.findings(try BrokerProbe(broker.connection, clock: clock).queue(), broker)
      } catch {
        return [
          Finding(
            "broker.queue", broker.doctorName, .attention,
            Words("could not be tried out: \(error.reason)", "无法试验：\(error.reason)"),
            remedy: Words(
              "let the user of Lotwire write and read lotwire/doctor/#, or leave --probe out",
              "请允许 Lotwire 用户读写 lotwire/doctor/#，或不使用 --probe"))
        ]
      }
    }
  }

  static func findings(_ probe: QueueProbe, _ broker: MQTTBrokerEntry) -> [Finding] {
    [queue(probe, broker.doctorName), window(probe, broker)]
  }

  private static func queue(_ probe: QueueProbe, _ subject: String) -> Finding {
    guard probe.arrived < probe.sent || !probe.sessionPresent else {
      return Finding(
        "broker.queue", subject, .ok,
        Words(
          "kept all of \(probe.sent) messages for a session that was away", "为离线会话保存了全部 \(probe.sent) 条消息"))
    }
    return Finding(
      "broker.queue", subject, .fault,
      probe.sessionPresent
        ? Words(
          "kept \(probe.arrived) of \(probe.sent) messages for a session that was away, and acknowledged all of them",
          "为离线会话只保存了 \(probe.sent) 条中的 \(probe.arrived) 条消息，却全部确认")
        : Words("did not keep a session that was away", "没有保存离线会话"),
      meaning: Words(
        "what sensors send while Lotwire is away is lost beyond that", "Lotwire 离线期间，超出部分的传感器数据会丢失"),
      remedy: Words("put these lines into the settings of the broker and restart it", "请将以下设置写入代理配置并重启"),
      lines: BrokerSettingsCheck.queueLines)
  }

  private static func window(_ probe: QueueProbe, _ broker: MQTTBrokerEntry) -> Finding {
    let isSmall = probe.window < min(smallWindow, probe.arrived)
    return Finding(
      "broker.window", broker.doctorName, isSmall ? .attention : .ok,
      Words(
        "sends \(probe.window) messages before the first acknowledgement", "在第一次确认之前发送 \(probe.window) 条消息"),
      meaning: isSmall
        ? Words(
          "one commit records at most so many messages: slow where there are thousands a second or after an absence",
          "每次提交最多记录这么多消息：每秒数千条或离线恢复时会变慢") : nil,
      remedy: isSmall
        ? Words("set the window, or use mqtt: \"5\" in lotwire.yaml", "请设置窗口，或在 lotwire.yaml 中使用 mqtt: \"5\"") : nil,
      lines: isSmall ? ["max_inflight_messages 5000"] : [])
  }
}
