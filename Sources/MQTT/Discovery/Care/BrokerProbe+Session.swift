import CMosquitto
import Devices
import Glibc
import Shopfloor

extension BrokerProbe {
  /// Whether the broker has the session of the line. Only while nobody else uses this client id: two clients of one id
  /// throw each other out. Nothing that comes is acknowledged, so the broker keeps all of it; a session that was not there
  /// is not left behind, because the line must learn that it was lost.
  public func hasSession() throws(Fault) -> Bool {
    let present = try open(connection, cleanSession: false).isSessionPresent
    // The client is closed here without a word: a good-bye would take the acknowledgements along.
    if !present { try connect(connection, cleanSession: true).disconnect() }
    return present
  }

  /// From when to when the broker's own certificate holds; nil without TLS, or where it cannot be known.
  public func brokerCertificate() throws(Fault) -> CertificateValidity? {
    guard connection.security != nil else { return nil }
    let client = try connect(connection.underOwnClientID("doctor"), cleanSession: true)
    defer { client.disconnect() }
    return PeerCertificate.der(of: client.handle).flatMap { CertificateValidity(der: $0) }
  }
}

/// The certificate that the broker showed. libmosquitto hands out its connection of OpenSSL; the certificate is asked of
/// the OpenSSL that libmosquitto itself has loaded, without another dependency.
private enum PeerCertificate {
  private typealias CertificateOf = @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer?
  private typealias BytesOf =
    @convention(c) (UnsafeMutableRawPointer, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
  private typealias Release = @convention(c) (UnsafeMutableRawPointer) -> Void

  private static func symbol(_ names: String...) -> UnsafeMutableRawPointer? {
    guard let library = dlopen("libmosquitto.so.1", RTLD_LAZY | RTLD_NOLOAD) else { return nil }
    for name in names {
      if let found = dlsym(library, name) { return found }
    }
    return nil
  }

  static func der(of handle: OpaquePointer) -> [UInt8]? {
    // OpenSSL 3 and 1.1 have other names for the function that hands over a reference.
    guard let connection = mosquitto_ssl_get(handle),
      let certificateOf = symbol("SSL_get1_peer_certificate", "SSL_get_peer_certificate"),
      let bytesOf = symbol("i2d_X509"), let release = symbol("X509_free"),
      let certificate = unsafeBitCast(certificateOf, to: CertificateOf.self)(connection)
    else { return nil }
    defer { unsafeBitCast(release, to: Release.self)(certificate) }
    let encode = unsafeBitCast(bytesOf, to: BytesOf.self)
    let count = encode(certificate, nil)
    // Longer than any certificate that a broker shows, in bytes.
    guard count > 0, count < 65_536 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(count))
    let written = bytes.withUnsafeMutableBufferPointer { buffer in
      var start = buffer.baseAddress
      return encode(certificate, &start)
    }
    return written == count ? bytes : nil
  }
}
