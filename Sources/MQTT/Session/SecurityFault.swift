/// Why TLS did not come about, in words that say which file to look at. Pure.
struct SecurityFault {
  /// What the library reported, OpenSSL's own words among it.
  let reports: [String]
  /// X509_V_ERR_ of openssl/x509_vfy.h.
  let certificateFault: Int?
  let connection: MQTTConnection

  /// - Parameter isTLS: whether it is certain that the reason lies in TLS.
  func words(isTLS: Bool) -> String? {
    if let found = ownFiles ?? brokerCertificate ?? clientCertificate { return found }
    if said("wrong version number") {
      return "port \(connection.port) of \(connection.host) does not speak TLS; the usual port for it is 8883"
    }
    guard isTLS else { return nil }
    // That the broker hangs up is all that OpenSSL has to say where it got no answer.
    guard let report = reports.first(where: { !$0.contains("unexpected eof") }) else {
      let certificate =
        connection.security?.certificateFile == nil
        ? "whether it asks for a client certificate" : "our client certificate"
      return
        "the broker ended the connection before it accepted us; check that port \(connection.port) speaks TLS (the "
        + "usual one is 8883) and \(certificate)"
    }
    return "TLS failed: \(report)"
  }

  private func said(_ text: String) -> Bool {
    reports.contains { $0.lowercased().contains(text) }
  }

  private var ownFiles: String? {
    guard let security = connection.security else { return nil }
    if said("unable to load ca") {
      return "the file \(security.authorityFile ?? "") holds no certificates of authorities (PEM)"
    }
    if said("unable to load client certificate") {
      return "the file \(security.certificateFile ?? "") holds no certificate (PEM)"
    }
    if said("are inconsistent") || said("key values mismatch") {
      return "certificate \(security.certificateFile ?? "") and key \(security.keyFile ?? "") do not belong together"
    }
    if said("unable to load client key") {
      return "the file \(security.keyFile ?? "") holds no key without a pass phrase (PEM)"
    }
    return nil
  }

  private var brokerCertificate: String? {
    if said("host name verification failed") {
      return "the certificate of the broker is not for the name \(connection.host); write the name that stands in it, "
        + "or have one made for this name"
    }
    switch certificateFault {
    case 9: return "the certificate of the broker is not yet valid; check the clocks of both machines"
    case 10: return "the certificate of the broker has expired; have a new one made"
    case 18, 19, 20, 21:
      return "the certificate of the broker is signed by an authority that we do not believe; check "
        + (connection.security?.authorityFile ?? "the authorities of the system")
    case 23: return "the certificate of the broker has been revoked"
    case let fault?: return "the certificate of the broker is not accepted (OpenSSL number \(fault))"
    case nil: return nil
    }
  }

  /// What the broker's alert says of ours (RFC 8446 section 6.2).
  private var clientCertificate: String? {
    let file = connection.security?.certificateFile
    if said("certificate required") || (file == nil && said("handshake failure")) {
      return "the broker asks for a client certificate; name certificate and key in the configuration"
    }
    if said("alert certificate expired") {
      return "the broker says that our client certificate has expired (\(file ?? "")); have a new one made"
    }
    if said("alert unknown ca") {
      return "the broker does not know the authority that signed our client certificate (\(file ?? ""))"
    }
    if said("alert bad certificate") || said("alert certificate revoked") || said("alert certificate unknown") {
      return "the broker does not accept our client certificate (\(file ?? ""))"
    }
    return nil
  }
}
