import Console
import Devices
import MQTT
import Shopfloor

/// Whether each broker is reached, accepts us and lets us read every topic of the configuration.
struct BrokerAcceptanceCheck: DoctorCheck {
  func findings(_ context: DoctorContext) async -> [Finding] {
    guard let plant = context.plant else { return [] }
    let topics = Dictionary(
      uniqueKeysWithValues: plant.mqttBrokers.map { ($0.name, Self.topics(of: $0, plant)) })
    let recorded = Set(plant.mqttDevices.map(\.broker))
    let (clock, isProbing, running) = (context.clock, context.isProbing, Self.sessions(plant))
    return await BrokerVisit(context: context).ask { broker in
      let probe = BrokerProbe(broker.connection, clock: clock)
      do throws(BrokerProbe.Fault) {
        let answer = try probe.acceptance(of: topics[broker.name] ?? [])
        var findings = Self.findings(broker, answer)
        if recorded.contains(broker.name) {
          findings.append(try Self.session(broker, probe, isProbing: isProbing, running))
        }
        return findings
      } catch {
        return [broker.fault("broker.reached", error)]
      }
    }
  }

  private static var sparkplug: TopicFilter? {
    do throws(TopicFilterFault) {
      return try TopicFilter(SparkplugTopic.everything)
    } catch {
      return nil
    }
  }

  static func topics(of broker: MQTTBrokerEntry, _ plant: PlantConfiguration) -> [TopicFilter] {
    let devices = plant.mqttDevices.filter { $0.broker == broker.name }
    let readsSparkplug = plant.sparkplugDevices.contains { $0.broker == broker.name }
    return TopicFilter.withoutCovered(
      devices.flatMap { $0.mappings.map(\.topic) + $0.availability.map(\.topic) }
        + (readsSparkplug ? [sparkplug].compactMap { $0 } : []))
  }

  private static func findings(_ broker: MQTTBrokerEntry, _ answer: BrokerProbe.Acceptance) -> [Finding] {
    let version = broker.connection.version.rawValue
    let security = broker.connection.security == nil ? "in the clear" : "TLS"
    var findings = [
      Finding(
        "broker.reached", broker.doctorName, .ok,
        Words(
          "reached and accepted with MQTT \(version), \(security); \(answer.granted.count) topic filters granted",
          "已连接并被接受（MQTT \(version)，\(broker.connection.security == nil ? "未加密" : "TLS")）；"
            + "已授权 \(answer.granted.count) 个主题"))
    ]
    findings += answer.refused.map { topic in
      Finding(
        "broker.topic", broker.doctorName, .fault,
        Words("does not let us read \(topic)", "不允许我们读取 \(topic)"),
        meaning: Words("nothing of this topic is recorded", "该主题的数据不会被记录"),
        remedy: Words("give the user of Lotwire the right to read it", "请给 Lotwire 用户读取该主题的权限"))
    }
    return findings
  }

  // MARK: The session of the line

  enum Running: Sendable {
    case no
    /// What the daemon says of the devices of each broker.
    case yes([String: String])
  }

  private static func sessions(_ plant: PlantConfiguration) -> Running {
    do {
      let status = try ControlClientStatus.read(socketPath: plant.socketPath)
      var details: [String: String] = [:]
      for entry in plant.mqttDevices where details[entry.broker] == nil {
        details[entry.broker] = status.devices.first { $0.device == entry.name }?.detail
      }
      return .yes(details)
    } catch {
      return .no
    }
  }

  private static func session(
    _ broker: MQTTBrokerEntry, _ probe: BrokerProbe, isProbing: Bool, _ running: Running
  ) throws(BrokerProbe.Fault) -> Finding {
    if case .yes(let details) = running {
      let detail = details[broker.name] ?? "none of its devices is recorded"
      return Finding(
        "broker.session", broker.doctorName, .ok,
        Words("the daemon runs: \(detail)", "守护进程正在运行：\(detail)"))
    }
    guard isProbing else {
      return Finding(
        "broker.session", broker.doctorName, .attention,
        Words(
          "the daemon does not run; whether the broker keeps its session was not asked", "守护进程未运行；未查询代理是否保留其会话"),
        remedy: Words("--probe asks for it, without taking anything", "可用 --probe 查询，不会取走任何消息"))
    }
    if try probe.hasSession() {
      return Finding(
        "broker.session", broker.doctorName, .ok,
        Words("keeps the session of the line while the daemon does not run", "守护进程未运行时，代理保留着产线的会话"))
    }
    return Finding(
      "broker.session", broker.doctorName, .attention,
      Words("has no session of the line", "没有产线的会话"),
      meaning: Words(
        "right before the first start; otherwise what was sent since the daemon stopped is lost, and the daemon will say so",
        "首次启动前属正常；否则守护进程停止后发送的消息已丢失，启动时会记录"),
      remedy: Words(
        "start the daemon; where this comes back, check the persistence of the broker", "请启动守护进程；若再次出现，请检查代理的持久化设置"))
  }
}
