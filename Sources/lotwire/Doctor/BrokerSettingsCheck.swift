import Devices
import Foundation
import MQTT
import Shopfloor

/// What no broker tells a client: whether and how often it saves. Read from the files of a mosquitto on this machine;
/// elsewhere said plainly that a person must look.
struct BrokerSettingsCheck: DoctorCheck {
  static let usualFile = "/etc/mosquitto/mosquitto.conf"
  static let queueLines = ["max_queued_messages 0", "max_queued_bytes 268435456"]
  static let saveLines = ["persistence true", "autosave_interval 1"]
  private static let intoFile = Words(
    "put these lines into /etc/mosquitto/conf.d/ and restart mosquitto; the file mosquitto-lotwire.conf has them",
    "请将以下设置写入 /etc/mosquitto/conf.d/ 并重启 mosquitto；mosquitto-lotwire.conf 文件已包含这些设置")
  /// As delivered: 1,800.
  private static let longestSaveSeconds = 60
  /// Most files of included folders, and the largest, in bytes.
  private static let maximumFiles = 100
  private static let maximumFileBytes = 1_000_000

  func findings(_ context: DoctorContext) async -> [Finding] {
    let brokers = context.plant?.mqttBrokers ?? []
    var findings = brokers.filter { !Self.isLocal($0.connection.host) && !context.isMosquittoFileNamed }.map(
      Self.elsewhere)
    let isLocal = brokers.contains { Self.isLocal($0.connection.host) }
    guard isLocal || context.isMosquittoFileNamed else { return findings }
    let file = context.mosquittoFile.path
    do {
      findings += Self.findings(try Self.read(context.mosquittoFile), file)
    } catch {
      findings.append(Self.unreadable(file))
    }
    return findings
  }

  static func isLocal(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.") || host == ProcessInfo.processInfo.hostName
  }

  // MARK: Reading

  static func read(_ file: URL) throws -> MosquittoSettings {
    var settings = MosquittoSettings()
    settings.read(try text(of: file), file: file.path)
    for folder in settings.folders {
      let url = URL(fileURLWithPath: folder)
      // A folder that is not there or not readable holds nothing that we can tell.
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      // mosquitto reads them in the order of their bytes.
      let ordered = names.filter { $0.hasSuffix(".conf") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      for name in ordered.prefix(maximumFiles) {
        let included = url.appendingPathComponent(name)
        settings.read(try text(of: included), file: included.path)
      }
    }
    return settings
  }

  private static func text(of file: URL) throws -> String {
    String(decoding: try Data(contentsOf: file).prefix(maximumFileBytes), as: UTF8.self)
  }

  // MARK: What is said

  private static func elsewhere(_ broker: MQTTBrokerEntry) -> Finding {
    Finding(
      "broker.settings", broker.doctorName, .attention,
      Words("whether it saves what it keeps cannot be asked of a broker", "无法向代理查询它是否保存数据"),
      meaning: Words(
        "mosquitto as delivered saves every 30 minutes: a crash loses sessions and messages since then",
        "mosquitto 默认每 30 分钟保存一次：崩溃会丢失其间的会话和消息"),
      remedy: Words(
        "look on its machine; for a mosquitto these lines belong into conf.d", "请在代理所在机器上检查；mosquitto 应在 conf.d 中有以下设置"),
      lines: saveLines + queueLines)
  }

  private static func unreadable(_ file: String) -> Finding {
    Finding(
      "broker.settings", file, .attention, Words("cannot be read by this user", "当前用户无法读取"),
      meaning: Words(
        "whether a broker on this machine saves what it keeps was not checked", "未检查本机代理是否保存数据"),
      remedy: Words(
        "read it as root, or name the file with --mosquitto-conf; these lines belong there",
        "请以 root 运行，或用 --mosquitto-conf 指定文件；应有以下设置"),
      lines: saveLines + queueLines)
  }

  static func findings(_ settings: MosquittoSettings, _ file: String) -> [Finding] {
    var findings: [Finding] = []
    if !settings.isPersistent {
      findings.append(
        Finding(
          "broker.persistence", file, .fault, Words("persistence is not on", "未启用 persistence"),
          meaning: Words("every restart of the broker loses all sessions and messages", "代理每次重启都会丢失全部会话和消息"),
          remedy: Self.intoFile,
          lines: saveLines))
    } else if settings.savesByChanges || settings.autosaveInterval == 0
      || settings.autosaveInterval > longestSaveSeconds
    {
      findings.append(slowSave(settings, file))
    } else {
      findings.append(
        Finding(
          "broker.persistence", file, .ok,
          Words("saves every \(settings.autosaveInterval) s", "每 \(settings.autosaveInterval) 秒保存一次")))
    }
    findings.append(queue(settings, file))
    if let expiry = settings.persistentClientExpiration {
      findings.append(
        Finding(
          "broker.expiry", file, .attention,
          Words("forgets sessions that stay away for \(expiry)", "会话离线 \(expiry) 后被删除"),
          meaning: Words("a line that stands still for longer loses its messages", "产线停机更久会丢失消息"),
          remedy: Words(
            "take persistent_client_expiration out, or make it longer than any stand-still",
            "请删除 persistent_client_expiration，或设得比任何停机都长")))
    }
    return findings
  }

  private static func slowSave(_ settings: MosquittoSettings, _ file: String) -> Finding {
    let how =
      settings.savesByChanges
      ? Words(
        "saves after \(settings.autosaveInterval) changes", "每 \(settings.autosaveInterval) 次变更保存一次")
      : settings.autosaveInterval == 0
        ? Words("saves only at its end", "仅在退出时保存")
        : Words("saves every \(settings.autosaveInterval) s", "每 \(settings.autosaveInterval) 秒保存一次")
    return Finding(
      "broker.persistence", file, .attention, how,
      meaning: Words(
        "a crash of the broker loses sessions and messages that came since the last save", "代理崩溃会丢失上次保存之后的会话和消息"),
      remedy: Self.intoFile,
      lines: saveLines)
  }

  private static func queue(_ settings: MosquittoSettings, _ file: String) -> Finding {
    let count = settings.maximumQueuedMessages
    guard count > 0 else {
      let bytes = settings.maximumQueuedBytes
      return Finding(
        "broker.queue_limit", file, bytes == 0 ? .attention : .ok,
        bytes == 0
          ? Words("keeps messages without any bound", "保存消息没有上限")
          : Words("keeps up to \(bytes) bytes for each client that is away", "为每个离线客户端最多保存 \(bytes) 字节"),
        meaning: bytes == 0
          ? Words("memory is the bound: a client that stays away may end the broker", "内存是唯一上限：长期离线的客户端可能使代理崩溃") : nil,
        remedy: bytes == 0 ? Words("set a bound in bytes", "请设置字节上限") : nil,
        lines: bytes == 0 ? [queueLines[1]] : [])
    }
    return Finding(
      "broker.queue_limit", file, .fault,
      Words("keeps at most \(count) messages for a client that is away", "为离线客户端最多保存 \(count) 条消息"),
      meaning: Words(
        "at one message a second they are reached after \(count / 60) minutes; what comes then is acknowledged and thrown away",
        "按每秒一条计算，\(count / 60) 分钟后即满；之后的消息会被确认并丢弃"),
      remedy: Self.intoFile,
      lines: queueLines)
  }
}
