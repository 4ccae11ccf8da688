import Foundation
import Glibc
import Synchronization

/// A gateway on a loopback port that takes RTU requests of 8 bytes and answers with what a test scripted.
final class RTUGateway: Sendable {
  typealias Script = @Sendable (_ number: Int, _ request: [UInt8]) -> [ScriptedServer.Step]

  let port: Int
  private let listener: Int32
  private let requests = Mutex(0)
  private let open = Mutex<[Int32]>([])

  init(_ script: @escaping Script) {
    (listener, port) = listenOnLoopback()
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { break }
        open.withLock { $0.append(connection) }
        Thread.detachNewThread { [self] in serve(connection, script) }
      }
      close(listener)
    }
  }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    for connection in open.withLock({ $0 }) { shutdown(connection, Int32(SHUT_RDWR)) }
  }

  private func serve(_ connection: Int32, _ script: Script) {
    defer {
      open.withLock { $0.removeAll { $0 == connection } }
      close(connection)
    }
    while true {
      var bytes = [UInt8](repeating: 0, count: 8)
      guard recv(connection, &bytes, 8, Int32(MSG_WAITALL)) == 8 else { return }
      let number = requests.withLock { requests in
        defer { requests += 1 }
        return requests
      }
      for step in script(number, bytes) {
        switch step {
        case .send(let bytes): _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        case .wait(let milliseconds): usleep(milliseconds * 1_000)
        case .reset: return
        }
      }
    }
  }
}
