import Devices
import MQTT
import Shopfloor

/// When certificates end: those of the files that the configuration names, and the one that the broker shows.
struct BrokerCertificateCheck: DoctorCheck {
  func findings(_ context: DoctorContext) async -> [Finding] {
    let clock = context.clock
    return await BrokerVisit(context: context).ask { broker in
      guard let security = broker.connection.security else { return [] }
      let now = clock.now().utc
      let judge = Self.judge(broker.doctorName)
      var findings = [
        security.authorityFile.map { judge.file($0, isAuthorities: true, now) },
        security.certificateFile.map { judge.file($0, isAuthorities: false, now) },
      ].compactMap { $0 }
      do throws(BrokerProbe.Fault) {
        if let shown = try BrokerProbe(broker.connection, clock: clock).brokerCertificate() {
          findings.append(
            judge.finding(shown, Words("the certificate of the broker", "代理的证书"), broker.doctorName, now))
        }
      } catch {
        // That the broker is not reached is told by another check.
      }
      return findings
    }
  }

  static func judge(_ name: String) -> CertificateJudge {
    CertificateJudge(
      check: "broker.certificate", unread: Words("\(name) is not reached", "无法连接 \(name)"),
      invalid: Words("without a valid one nothing is recorded", "证书无效时不会记录任何数据"))
  }
}
