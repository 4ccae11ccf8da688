import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix

/// What the errors of HTTP, TLS and sockets mean for the question whether Tryton may have acted.
enum TransportFaults {
  static func fault(of error: any Error, address: String) -> TrytonTransport.Fault {
    if let failure = TLSFailureWords.failure(of: error, address: address) {
      return failure.code == .unauthorized ? .certificate(failure) : .unreachable(failure.problem)
    }
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
      .local(
        ERPFailure(
          .local, problem: "the address of the ERP is no HTTP address",
          remedy: "Write one like https://erp.example:8000"))
    default: .broken(oneLine(error.description))
    }
  }
}
