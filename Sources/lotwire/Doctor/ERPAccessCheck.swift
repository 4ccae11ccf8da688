import Devices
import ERP
import Glibc
import Shopfloor

/// Whether what the exchange with the ERP needs on this machine is there: secrets in closed files, certificates that do not
/// end soon, folders that may be written. The ERP itself is not asked, because it counts log-ins.
struct ERPAccessCheck: DoctorCheck {
  private static let nothingDelivered = Words(
    "nothing comes from the ERP and nothing is delivered; the line records", "无法与 ERP 交换数据；产线照常记录")
  private static let certificates = CertificateJudge(
    check: "erp.certificate", unread: nothingDelivered, invalid: nothingDelivered)

  func findings(_ context: DoctorContext) async -> [Finding] {
    guard let entry = context.plant?.erp else { return [] }
    return Self.findings(entry, context.clock.now().utc)
  }

  static func findings(_ entry: ERPEntry, _ now: Timestamp) -> [Finding] {
    switch entry.way {
    case .http(let settings): settings.proofChecks.map(secret) + certificates(settings.tls, now)
    case .tryton(let settings): settings.proofChecks.map(secret) + certificates(settings.tls, now)
    case .files(let settings): [settings.outboundFolder, settings.inboundFolder].compactMap { $0 }.map(folder)
    }
  }

  private static func certificates(_ tls: ERPTLSSettings?, _ now: Timestamp) -> [Finding] {
    [
      tls?.authoritiesFile.map { certificates.file($0, isAuthorities: true, now) },
      tls?.certificateFile.map { certificates.file($0, isAuthorities: false, now) },
    ].compactMap { $0 }
  }

  private static func secret(_ one: ProofCheck) -> Finding {
    guard let fault = one.fault else {
      return Finding(
        "erp.secret", one.path, .ok,
        Words("can be read by the daemon's account alone", "仅守护进程账户可读"))
    }
    return Finding(
      "erp.secret", one.path, .fault, Words(fault.problem, "凭据文件无法使用：\(fault.problem)"), meaning: nothingDelivered,
      remedy: Words(fault.remedy, "请处理：\(fault.remedy)"))
  }

  private static func folder(_ path: String) -> Finding {
    guard access(path, R_OK | W_OK | X_OK) == 0 else {
      let why = String(cString: strerror(errno))
      return Finding(
        "erp.folder", path, .fault, Words("cannot be used: \(why)", "无法使用：\(why)"), meaning: nothingDelivered,
        remedy: Words("make the folder and give it to the user of the daemon", "请创建该文件夹并授权给守护进程用户"))
    }
    return Finding("erp.folder", path, .ok, Words("may be read and written", "可读写"))
  }
}
