import Glibc

/// A connection to a UNIX domain socket, blocking.
enum UnixSocket {
  struct SystemCode: Error, Hashable {
    var number: Int32
    var reason: String { String(cString: strerror(number)) }
  }

  /// - Parameter timeoutSeconds: for the connection and every single read and write; 0: none.
  static func connect(to path: String, timeoutSeconds: Int = 5) -> Result<Int32, SystemCode> {
    var address = sockaddr_un()
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
      return .failure(SystemCode(number: ENAMETOOLONG))
    }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return .failure(SystemCode(number: errno)) }
    var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard connected == 0 else {
      let code = SystemCode(number: errno)
      close(descriptor)
      return .failure(code)
    }
    return .success(descriptor)
  }
}
