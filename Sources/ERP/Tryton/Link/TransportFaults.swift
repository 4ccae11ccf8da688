import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// What the errors of HTTP, TLS and sockets mean for the question whether Tryton may have acted.
enum TransportFaults {
  static func fault(of error: any Error) -> TrytonTransport.Fault {
    if let problem = certificateProblem(error) { return .certificate(problem) }
    switch error {
    case let error as HTTPClientError: return fault(of: error)
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first { return .unreachable(oneLine("\(first.error)")) }
      return .unreachable("the name \(error.host) is not known")
    case is ChannelError where "\(error)".contains("connect"):
      return .unreachable("no answer to the connection attempt")
    case let error as IOError where refusedBeforeSending.contains(error.errnoCode):
      return .unreachable(String(cString: strerror(error.errnoCode)))
    default: return .broken(oneLine("\(error)"))
    }
  }

  private static let refusedBeforeSending: Set<CInt> = [
    ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL,
  ]

  private static func fault(of error: HTTPClientError) -> TrytonTransport.Fault {
    switch error {
    case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
      .unreachable("no answer to the connection attempt")
    case .deadlineExceeded, .readTimeout, .writeTimeout: .tooSlow
    case .invalidURL, .emptyHost, .emptyScheme:
      .local(problem: "the address of the ERP is no HTTP address", remedy: "Write one like https://erp.example:8000")
    default: .broken(oneLine(error.description))
    }
  }

  /// Signs in the text of an error of the TLS library, in the order in which they are looked for, and what they mean.
  /// The alerts are those of RFC 8446, section 6.2.
  private static let meanings: [(sign: String, problem: String, remedy: String)] = [
    (
      "ALERT_CERTIFICATE_EXPIRED", "the ERP refused our certificate: it has expired",
      "Have our certificate renewed and put the new one into the files certificate and key"
    ),
    (
      "CERTIFICATE_REQUIRED", "the ERP wants a certificate of ours and got none",
      "Give certificate and key under erp: tryton:"
    ),
    (
      "ALERT_UNKNOWN_CA", "the ERP refused our certificate: it does not know the authority that signed it",
      "Let the ERP's administrator trust our authority, or give another certificate"
    ),
    (
      "ALERT_CERTIFICATE_REVOKED", "the ERP refused our certificate: it was revoked",
      "Put a valid certificate into the files certificate and key"
    ),
    (
      "ALERT_BAD_CERTIFICATE", "the ERP refused our certificate",
      "Put a valid certificate into the files certificate and key"
    ),
    (
      "ALERT_CERTIFICATE_UNKNOWN", "the ERP refused our certificate",
      "Put a valid certificate into the files certificate and key"
    ),
    (
      "ALERT_HANDSHAKE_FAILURE", "the ERP refused the TLS handshake; it may want a certificate of ours",
      "Give certificate and key under erp: tryton:, or ask the ERP's administrator"
    ),
    (
      "CERTIFICATE_VERIFY_FAILED", "the certificate of the ERP is not signed by an authority that we trust",
      "Name the authority's certificate in trust_roots, after checking that this is the ERP"
    ),
    (
      "TOVALIDATE", "the certificate of the ERP does not carry the name or address it is reached by",
      "Write the address with the name that stands in the certificate"
    ),
    (
      "WRONG_VERSION_NUMBER", "the ERP does not speak TLS on this port", "Write http:// in the address, or another port"
    ),
  ]

  private static func certificateProblem(_ error: any Error) -> CertificateProblem? {
    guard error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError else { return nil }
    let text = "\(error)".uppercased()
    // A connection that ended in the middle of an answer says nothing about certificates.
    guard let meaning = meanings.first(where: { text.contains($0.sign) }) else { return nil }
    return CertificateProblem(problem: meaning.problem, remedy: meaning.remedy)
  }
}
