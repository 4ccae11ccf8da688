import CMosquitto
import Glibc

/// TLS: what the library is told before, and what its failures mean.
extension MosquittoClient {
  /// Where Debian keeps the authorities that the system believes.
  private static let systemAuthorities = "/etc/ssl/certs"

  /// - Returns: false where nothing can be made of the files; said as a happening.
  func prepareSecurity(address: String) -> Bool {
    guard let security = connection.security else { return true }
    for file in [security.authorityFile, security.certificateFile, security.keyFile] {
      guard let file, access(file, R_OK) != 0 else { continue }
      lose("the file \(file) cannot be read; check path and rights")
      return false
    }
    let code = mosquitto_tls_set(
      handle, security.authorityFile, security.authorityFile == nil ? Self.systemAuthorities : nil,
      security.certificateFile, security.keyFile
    ) { _, _, _, _ in 0 }  // A key with a pass phrase would be asked for at a terminal.
    guard code == Int32(MOSQ_ERR_SUCCESS.rawValue) else {
      lose("TLS cannot be used: \(String(cString: mosquitto_strerror(code)))")
      return false
    }
    mailbox.listenToReports(handle)
    // Connecting by name, the library tries only the first address; the family at least is ours to choose.
    mosquitto_string_option(handle, MOSQ_OPT_BIND_ADDRESS, address.contains(":") ? "::" : "0.0.0.0")
    return true
  }

  /// Why there is no connection with TLS; nil where TLS has nothing to do with it.
  ///
  /// - Parameter code: of the library; nil where the broker just went away.
  func securityWords(_ code: Int32?) -> String? {
    guard connection.security != nil, !mailbox.isAccepted else { return nil }
    let failures = [MOSQ_ERR_TLS, MOSQ_ERR_ERRNO, MOSQ_ERR_CONN_LOST].map { Int32($0.rawValue) }
    guard code.map({ failures.contains($0) }) ?? true else { return nil }
    let isOpen = hasSeenOpenSocket || code == Int32(MOSQ_ERR_TLS.rawValue)
    return SecurityFault(
      reports: mailbox.reports, certificateFault: CertificateCheck.fault(of: handle), connection: connection
    ).words(isTLS: isOpen)
  }
}

/// What OpenSSL found wrong with the broker's certificate. libmosquitto does not tell; it hands out the connection, and
/// the number is asked of the OpenSSL that libmosquitto itself has loaded, without another dependency.
private enum CertificateCheck {
  private static let question: (@convention(c) (UnsafeMutableRawPointer) -> Int)? = {
    guard let library = dlopen("libmosquitto.so.1", RTLD_LAZY | RTLD_NOLOAD),
      let symbol = dlsym(library, "SSL_get_verify_result")
    else { return nil }
    return unsafeBitCast(symbol, to: (@convention(c) (UnsafeMutableRawPointer) -> Int).self)
  }()

  /// One of the numbers X509_V_ERR_ of openssl/x509_vfy.h; nil where nothing was found or it cannot be known.
  static func fault(of handle: OpaquePointer) -> Int? {
    guard let connection = mosquitto_ssl_get(handle), let result = question?(connection) else { return nil }
    return result == 0 ? nil : result
  }
}
