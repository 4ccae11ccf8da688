import Glibc

/// A listening socket on 127.0.0.1 and the free port that it got.
func loopbackListener(backlog: Int32) -> (descriptor: Int32, port: Int) {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  var address = loopbackAddress(port: 0)
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let ready = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
      bind(descriptor, generic, length) == 0 && listen(descriptor, backlog) == 0
        && getsockname(descriptor, generic, &length) == 0
    }
  }
  precondition(ready)
  return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}

/// A connection to a port of 127.0.0.1; -1 where it is refused.
func connectedToLoopback(port: Int) -> Int32 {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  var address = loopbackAddress(port: port)
  let connected = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
      connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
  guard !connected else { return descriptor }
  close(descriptor)
  return -1
}

/// Closes with RST.
func resetAndClose(_ descriptor: Int32) {
  var linger = linger(l_onoff: 1, l_linger: 0)
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
  close(descriptor)
}

func setNoDelay(_ descriptor: Int32) {
  var yes: Int32 = 1
  setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
}

private func loopbackAddress(port: Int) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  address.sin_port = in_port_t(port).bigEndian
  return address
}
