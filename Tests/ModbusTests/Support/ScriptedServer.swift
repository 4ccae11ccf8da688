import Foundation
import Glibc
import Synchronization

/// A server on a loopback port that answers each request with exactly the bytes a test scripted.
final class ScriptedServer: Sendable {
  struct Request {
    /// Counted over all connections, from 0.
    var number: Int
    var bytes: [UInt8]

    /// An honest reply to this request of one register.
    func reply(_ word: UInt16) -> [UInt8] {
      Array(bytes[0..<4]) + [0, 5, bytes[6], bytes[7], 2, UInt8(word >> 8), UInt8(word & 0xFF)]
    }
  }

  enum Step {
    case send([UInt8])
    case wait(milliseconds: UInt32)
    case reset
  }

  typealias Script = @Sendable (Request) -> [Step]

  private struct Shared {
    var requests = 0
    var connections: [Int32] = []
    var stopped = false
  }

  let port: Int
  private let listener: Int32
  private let script: Script
  private let shared = Mutex(Shared())

  init(_ script: @escaping Script) {
    self.script = script
    (listener, port) = listenOnLoopback()
    Thread.detachNewThread { [self] in acceptAll() }
  }

  var requestCount: Int { shared.withLock { $0.requests } }
  var connectionCount: Int { shared.withLock { $0.connections.count } }

  func stop() {
    shared.withLock { shared in
      shared.stopped = true
      for connection in shared.connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func acceptAll() {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { break }
      let goesOn = shared.withLock { shared in
        shared.connections.append(connection)
        return !shared.stopped
      }
      guard goesOn else {
        close(connection)
        break
      }
      Thread.detachNewThread { [self] in serve(connection) }
    }
    close(listener)
  }

  private func serve(_ connection: Int32) {
    defer {
      close(connection)
      // The number may be in other hands from here on.
      shared.withLock { shared in
        if let index = shared.connections.firstIndex(of: connection) { shared.connections[index] = -1 }
      }
    }
    while true {
      var bytes = [UInt8](repeating: 0, count: 12)
      guard recv(connection, &bytes, 12, Int32(MSG_WAITALL)) == 12 else { return }
      let number = shared.withLock { shared in
        defer { shared.requests += 1 }
        return shared.requests
      }
      for step in script(Request(number: number, bytes: bytes)) {
        switch step {
        case .send(let bytes): _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        case .wait(let milliseconds): usleep(milliseconds * 1_000)
        case .reset:
          var linger = linger(l_onoff: 1, l_linger: 0)
          setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
          return
        }
      }
    }
  }
}

/// A listening socket on 127.0.0.1 and the port that was free.
func listenOnLoopback() -> (descriptor: Int32, port: Int) {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let ready = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
      bind(descriptor, generic, length) == 0 && listen(descriptor, 16) == 0
        && getsockname(descriptor, generic, &length) == 0
    }
  }
  precondition(ready)
  return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}
