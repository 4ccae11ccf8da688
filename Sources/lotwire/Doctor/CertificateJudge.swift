import Foundation
import MQTT
import Shopfloor

/// Judges certificates by the days that are left of them.
struct CertificateJudge {
  /// Fewer days left ask for attention.
  static let attentionDays = 30
  /// Largest certificate file that is read, in bytes; the authorities of a whole system are below it.
  private static let maximumFileBytes = 4_000_000

  /// The code of the findings.
  let check: String
  /// What it means where a file cannot be read, and where a certificate is not valid.
  let unread: Words
  let invalid: Words

  /// - Parameter isAuthorities: whether the certificates of the file stand beside each other: one that has expired does no
  ///   harm beside the one that followed it. Those of a chain need each other.
  func file(_ path: String, isAuthorities: Bool, _ now: Timestamp) -> Finding {
    let text: String
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      text = String(decoding: data.prefix(Self.maximumFileBytes), as: UTF8.self)
    } catch {
      return Finding(
        check, path, .fault, Words("cannot be read", "无法读取"), meaning: unread,
        remedy: Words("check path and rights", "请检查路径和权限"))
    }
    let all = CertificateValidity.all(inPEM: text)
    let lasting = isAuthorities ? all.filter { $0.notAfter > now } : []
    guard let first = (lasting.isEmpty ? all : lasting).min(by: { $0.notAfter < $1.notAfter }) else {
      return Finding(
        check, path, .fault, Words("holds no certificate in PEM", "不包含 PEM 格式的证书"),
        remedy: Words(
          "name a file that begins with -----BEGIN CERTIFICATE-----", "请指定以 -----BEGIN CERTIFICATE----- 开头的文件"))
    }
    return finding(first, Words("certificate", "证书"), path, now)
  }

  func finding(_ validity: CertificateValidity, _ what: Words, _ subject: String, _ now: Timestamp) -> Finding {
    let days = validity.daysLeft(at: now)
    let date = String(validity.notAfter.description.prefix(10))
    let severity: Finding.Severity =
      validity.notAfter <= now || validity.notBefore > now ? .fault : days < Self.attentionDays ? .attention : .ok
    let found =
      validity.notBefore > now
      ? Words("\(what.english) is not valid yet", "\(what.chinese)尚未生效")
      : validity.notAfter <= now
        ? Words("\(what.english) has expired on \(date)", "\(what.chinese)已于 \(date) 过期")
        : Words(
          "\(what.english) is valid for \(days) more days, until \(date)", "\(what.chinese)还有 \(days) 天到期（\(date)）")
    return Finding(
      check, subject, severity, found, meaning: severity == .ok ? nil : invalid,
      remedy: severity == .ok ? nil : Words("have a new one made in time", "请及时更换证书"))
  }
}
