import NIOCore
import NIOSSL

/// The TLS side of a Modbus/TCP Security connection: TLS 1.2 or newer, the device proves who it is, and so do we where
/// the site gave us a certificate (Modbus.org, MB-TCP-Security v2.1, 7 and 8).
struct TLSClient: Sendable {
  private let context: NIOSSLContext
  /// nil where the device is known by its address.
  private let serverName: String?

  /// - Throws: where a file cannot be read or certificate and key do not belong together.
  init(host: String, settings: ModbusDevicePlan.TLSSettings) throws(ModbusSetupFault) {
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil  // An error means that it is a name.
    serverName = settings.serverName ?? (isAddress ? nil : host)
    guard (settings.certificateFile == nil) == (settings.keyFile == nil) else {
      throw Self.fault("use the TLS settings of \(host)", "Give both certificate_file and key_file, or neither")
    }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.certificateVerification = .fullVerification
    if let file = settings.caFile { configuration.trustRoots = .file(file) }
    if let certificate = settings.certificateFile, let key = settings.keyFile {
      configuration.certificateChain = try Self.read(certificate, "client certificate") {
        try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
      }
      configuration.privateKey = .privateKey(
        try Self.read(key, "key of the client certificate") { try NIOSSLPrivateKey(file: key, format: .pem) })
    }
    do {
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw Self.fault(
        "set up TLS to \(host) (\(error))",
        "Check that the certificate and the key belong together, and that ca_file holds certificates in PEM")
    }
  }

  func handler() throws -> NIOSSLClientHandler {
    try NIOSSLClientHandler(context: context, serverHostname: serverName)
  }

  /// What a failure of TLS means to a technician; nil where the error is something else.
  static func words(for error: any Error) -> String? {
    guard error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError else { return nil }
    let text = "\(error)".uppercased()
    let meanings: [(sign: String, words: String)] = [
      ("CERTIFICATE_REQUIRED", "the device wants a client certificate: give certificate_file and key_file"),
      (
        "ALERT_HANDSHAKE_FAILURE",
        "the device refused the TLS handshake: it may want a client certificate or other ciphers"
      ),
      ("ALERT_UNKNOWN_CA", "the device refused our client certificate: it does not know the authority that signed it"),
      ("ALERT_CERTIFICATE_EXPIRED", "the device refused our client certificate: it has expired"),
      ("ALERT_CERTIFICATE_REVOKED", "the device refused our client certificate: it was revoked"),
      ("ALERT_BAD_CERTIFICATE", "the device refused our client certificate"),
      ("ALERT_CERTIFICATE_UNKNOWN", "the device refused our client certificate"),
      ("ALERT_DECRYPT_ERROR", "the device refused our client certificate: the key does not fit it"),
      ("ALERT_ACCESS_DENIED", "the device does not allow our client certificate to connect"),
      ("ALERT_PROTOCOL_VERSION", "the device knows no TLS from version 1.2 on"),
      ("UNSUPPORTED_PROTOCOL", "the device knows no TLS from version 1.2 on"),
      ("WRONG_VERSION_NUMBER", "the device does not speak TLS on this port"),
      (
        "CERTIFICATE_VERIFY_FAILED", "the device's certificate is not signed by an authority of ca_file, or has expired"
      ),
      (
        "UNABLETOVALIDATE",
        "the device's certificate does not carry the name or address it is reached by; see server_name"
      ),
      (
        "FAILEDTOVALIDATE",
        "the device's certificate does not carry the name or address it is reached by; see server_name"
      ),
    ]
    let known = meanings.first { text.contains($0.sign) }?.words
    return (known ?? "the TLS connection failed") + " (\(error))"
  }

  private static func read<Value>(
    _ file: String, _ what: String, _ body: () throws -> Value
  ) throws(ModbusSetupFault) -> Value {
    do {
      return try body()
    } catch {
      throw fault(
        "read the \(what) \(file) (\(error))", "Check that the file exists, is in PEM, and may be read by the daemon")
    }
  }

  private static func fault(_ attempted: String, _ nextStep: String) -> ModbusSetupFault {
    ModbusSetupFault(code: "tls-settings", attempted: attempted, nextStep: nextStep)
  }
}
