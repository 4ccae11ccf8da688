import NIOSSL
import Shopfloor

/// Makes the TLS side of an https client: TLS 1.2 or newer (RFC 9325 section 3.1.1), the ERP's certificate is always
/// verified with its name, ours is shown where the site gave us one.
enum TLSClientSetup {
  /// - Throws: `.local` where a file cannot be used, `.unauthorized` where our own certificate is not valid at this time:
  ///   then nothing is sent, since an ERP may count refused attempts.
  static func configuration(_ settings: ERPTLSSettings, at now: Timestamp) throws(ERPFailure) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.certificateVerification = .fullVerification
    if let file = settings.authoritiesFile {
      // The client would say of a wrong file only that it is one.
      let authorities = try read(file, "authorities file") { try NIOSSLCertificate.fromPEMFile(file) }
      guard !authorities.isEmpty else { throw unusable("authorities file", file, "it holds no certificate") }
      configuration.trustRoots = .certificates(authorities)
    }
    guard let certificateFile = settings.certificateFile, let keyFile = settings.keyFile else {
      guard settings.certificateFile == nil, settings.keyFile == nil else {
        throw ERPFailure(
          .local, problem: "only one of certificate and key for the ERP is configured",
          remedy: "Give both certificate_file and key_file, or neither")
      }
      return configuration
    }
    let chain = try read(certificateFile, "certificate file") { try NIOSSLCertificate.fromPEMFile(certificateFile) }
    guard let own = chain.first else { throw unusable("certificate file", certificateFile, "it holds no certificate") }
    try check(own, certificateFile, at: now)
    try ERPSecret.checkIsPrivate(keyFile)
    configuration.certificateChain = chain.map { .certificate($0) }
    configuration.privateKey = .privateKey(
      try read(keyFile, "key file") { try NIOSSLPrivateKey(file: keyFile, format: .pem) })
    do {
      _ = try NIOSSLContext(configuration: configuration)
    } catch {
      throw ERPFailure(
        .local,
        problem: "certificate \(certificateFile) and key \(keyFile) cannot be used together: \(oneLine("\(error)"))",
        remedy: "Check that the key belongs to the certificate")
    }
    return configuration
  }

  private static func check(_ own: NIOSSLCertificate, _ file: String, at now: Timestamp) throws(ERPFailure) {
    let seconds = now.microseconds / 1_000_000
    let (from, until) = (Int64(own.notValidBefore), Int64(own.notValidAfter))
    guard seconds < from || seconds > until else { return }
    let day = Timestamp(microseconds: (seconds > until ? until : from) * 1_000_000)
    var failure = ERPFailure(
      .unauthorized,
      problem: "our certificate \(file) " + (seconds > until ? "expired on \(day)" : "is valid only from \(day)"),
      remedy: "Put a valid certificate and its key there; it is taken at the next attempt, without a restart")
    failure.isAboutCertificate = true
    throw failure
  }

  private static func read<Value>(
    _ file: String, _ what: String, _ body: () throws -> Value
  ) throws(ERPFailure) -> Value {
    do {
      return try body()
    } catch {
      throw unusable(what, file, oneLine("\(error)"))
    }
  }

  private static func unusable(_ what: String, _ file: String, _ why: String) -> ERPFailure {
    ERPFailure(
      .local, problem: "the \(what) \(file) cannot be used: \(why)",
      remedy: "Check that it exists, is in PEM and may be read by the account of the daemon")
  }
}
