import Devices
import MQTT
import Shopfloor

/// What brokers say of themselves below `$SYS`: version, uptime, what they keep and what they have dropped.
struct BrokerSystemCheck: DoctorCheck {
  /// Versions of mosquitto with which the tests run.
  static let testedVersions = ["2.0.11"]

  func findings(_ context: DoctorContext) async -> [Finding] {
    let clock = context.clock
    return await BrokerVisit(context: context).ask { broker in
      do throws(BrokerProbe.Fault) {
        return Self.findings(try BrokerProbe(broker.connection, clock: clock).system(), broker.doctorName)
      } catch {
        // That the broker is not reached is told by another check.
        return []
      }
    }
  }

  static func findings(_ system: BrokerSystem?, _ subject: String) -> [Finding] {
    guard let system else {
      return [
        Finding(
          "broker.system", subject, .attention, Words("tells nothing below $SYS", "未提供 $SYS 信息"),
          meaning: Words(
            "whether it drops messages cannot be seen from here; some makes and access lists do not show it",
            "从这里无法看到它是否丢弃消息；有些代理或访问控制不提供"),
          remedy: Words(
            "let the user of Lotwire read $SYS/broker/#, or look into the log of the broker",
            "请允许 Lotwire 用户读取 $SYS/broker/#，或查看代理日志"))
      ]
    }
    return [version(system, subject), state(system, subject), dropped(system, subject)].compactMap { $0 }
  }

  private static func version(_ system: BrokerSystem, _ subject: String) -> Finding? {
    guard let version = system.version else { return nil }
    let isTested = testedVersions.contains { version.hasSuffix(" \($0)") }
    return Finding(
      "broker.version", subject, isTested ? .ok : .attention,
      isTested
        ? Words(version, version)
        : Words("\(version) is not among the tested versions", "\(version) 不在已测试的版本中"),
      meaning: isTested
        ? nil
        : Words(
          "tested with mosquitto \(testedVersions.joined(separator: ", ")); others may keep and drop otherwise",
          "已用 mosquitto \(testedVersions.joined(separator: ", ")) 测试；其他版本的保存和丢弃行为可能不同"),
      remedy: isTested ? nil : Words("try it out with --probe", "请用 --probe 试验"))
  }

  private static func state(_ system: BrokerSystem, _ subject: String) -> Finding {
    let parts = [
      system.uptimeSeconds.map { ("up for \($0) s", "已运行 \($0) 秒") },
      system.clientsConnected.map { ("\($0) clients", "\($0) 个客户端") },
      system.messagesStored.map { ("\($0) messages kept", "保存 \($0) 条消息") },
      system.messagesInflight.map { ("\($0) under way", "\($0) 条在途") },
    ].compactMap { $0 }
    return Finding(
      "broker.system", subject, .ok,
      Words(parts.map(\.0).joined(separator: ", "), parts.map(\.1).joined(separator: "，")))
  }

  private static func dropped(_ system: BrokerSystem, _ subject: String) -> Finding {
    guard let count = system.messagesDropped else {
      return Finding(
        "broker.dropped", subject, .attention, Words("does not say whether it dropped messages", "未说明是否丢弃过消息"),
        remedy: Words("its counters come some seconds after its start; ask again", "计数在启动数秒后才有；请稍后再查"))
    }
    guard count > 0 else {
      return Finding(
        "broker.dropped", subject, .ok, Words("has dropped no message since its start", "启动以来未丢弃消息"))
    }
    return Finding(
      "broker.dropped", subject, .fault,
      Words("has dropped \(count) messages since its start", "启动以来已丢弃 \(count) 条消息"),
      meaning: Words(
        "a queue of some client was full: the senders were told that all is well, and the messages are gone",
        "某个客户端的队列已满：发送方收到了确认，但消息已丢失"),
      remedy: Words("raise the limits of the queues; the log of the broker names the client", "请提高队列上限；代理日志中有客户端名称"),
      lines: BrokerSettingsCheck.queueLines)
  }
}
