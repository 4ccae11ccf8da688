import Devices
import Foundation
import MQTT
import Shopfloor

/// When certificates end: those of the files that the configuration names, and the one that the broker shows.
struct BrokerCertificateCheck: DoctorCheck {
  /// Fewer days left ask for attention.
  static let attentionDays = 30
  /// Largest certificate file that is read, in bytes; the authorities of a whole system are below it.
  private static let maximumFileBytes = 4_000_000

  func findings(_ context: DoctorContext) async -> [Finding] {
    let clock = context.clock
    return await BrokerVisit(context: context).ask { broker in
      guard let security = broker.connection.security else { return [] }
      let now = clock.now().utc
      var findings: [Finding] = []
      for file in [security.authorityFile, security.certificateFile].compactMap({ $0 }) {
        findings.append(Self.file(file, broker, now))
      }
      do throws(BrokerProbe.Fault) {
        if let shown = try BrokerProbe(broker.connection, clock: clock).brokerCertificate() {
          findings.append(
            Self.finding(shown, Words("the certificate of the broker", "代理的证书"), broker.doctorName, now))
        }
      } catch {
        // That the broker is not reached is told by another check.
      }
      return findings
    }
  }

  private static func file(_ path: String, _ broker: MQTTBrokerEntry, _ now: Timestamp) -> Finding {
    let text: String
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      text = String(decoding: data.prefix(maximumFileBytes), as: UTF8.self)
    } catch {
      return Finding(
        "broker.certificate", path, .fault, Words("cannot be read", "无法读取"),
        meaning: Words("\(broker.doctorName) is not reached", "无法连接 \(broker.doctorName)"),
        remedy: Words("check path and rights", "请检查路径和权限"))
    }
    // A chain holds as long as the first of it that ends.
    guard let first = CertificateValidity.all(inPEM: text).min(by: { $0.notAfter < $1.notAfter }) else {
      return Finding(
        "broker.certificate", path, .fault, Words("holds no certificate in PEM", "不包含 PEM 格式的证书"),
        remedy: Words(
          "name a file that begins with -----BEGIN CERTIFICATE-----", "请指定以 -----BEGIN CERTIFICATE----- 开头的文件"))
    }
    return finding(first, Words("certificate", "证书"), path, now)
  }

  static func finding(
    _ validity: CertificateValidity, _ what: Words, _ subject: String, _ now: Timestamp
  ) -> Finding {
    let days = validity.daysLeft(at: now)
    let date = String(validity.notAfter.description.prefix(10))
    let severity: Finding.Severity =
      validity.notAfter <= now || validity.notBefore > now ? .fault : days < attentionDays ? .attention : .ok
    let found =
      validity.notBefore > now
      ? Words("\(what.english) is not valid yet", "\(what.chinese)尚未生效")
      : validity.notAfter <= now
        ? Words("\(what.english) has expired on \(date)", "\(what.chinese)已于 \(date) 过期")
        : Words(
          "\(what.english) is valid for \(days) more days, until \(date)", "\(what.chinese)还有 \(days) 天到期（\(date)）")
    return Finding(
      "broker.certificate", subject, severity, found,
      meaning: severity == .ok ? nil : Words("without a valid one nothing is recorded", "证书无效时不会记录任何数据"),
      remedy: severity == .ok ? nil : Words("have a new one made in time", "请及时更换证书"))
  }
}
