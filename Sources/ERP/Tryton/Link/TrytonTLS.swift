import NIOSSL

/// The TLS side of the link: TLS 1.2 or newer, the server proves who it is, and so do we where we have a certificate.
enum TrytonTLS {
  static func configuration(_ settings: TrytonSettings) throws(TrytonTransport.Fault) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    if let file = settings.trustRootsFile {
      let roots = try read(file, "trust_roots") { try NIOSSLCertificate.fromPEMFile(file) }
      configuration.trustRoots = .certificates(roots)
    }
    switch (settings.certificateFile, settings.keyFile) {
    case (let certificate?, let key?):
      configuration.certificateChain = try read(certificate, "certificate") {
        try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
      }
      configuration.privateKey = .privateKey(
        try read(key, "key") { try NIOSSLPrivateKey(file: key, format: .pem) })
    case (nil, nil): break
    default:
      throw .local(
        problem: "certificate and key of the ERP belong together, and one of them is missing",
        remedy: "Give both certificate and key, or neither")
    }
    return configuration
  }

  private static func read<Value>(
    _ file: String, _ setting: String, _ body: () throws -> Value
  ) throws(TrytonTransport.Fault) -> Value {
    do {
      return try body()
    } catch {
      throw .local(
        problem: "the file \(file) (erp: tryton: \(setting)) cannot be used: \(oneLine("\(error)"))",
        remedy: "Check that it exists, is in PEM and may be read by the daemon")
    }
  }
}

/// What is wrong with a certificate, for people.
struct CertificateProblem: Error, Hashable {
  var problem: String
  var remedy: String
}
