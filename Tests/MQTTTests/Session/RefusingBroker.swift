import Glibc

/// Accepts one MQTT connection on a loopback port and refuses its subscription: CONNACK, then SUBACK with 0x80
/// (MQTT 3.1.1 sections 3.2 and 3.9).
final class RefusingBroker: Sendable {
  struct NoSocket: Error {}

  let port: Int
  private let listener: Int32

  init() throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, length) == 0 && listen(descriptor, 4) == 0
          && getsockname(descriptor, generic, &length) == 0
      }
    }
    guard isBound else { throw NoSocket() }
    port = Int(UInt16(bigEndian: address.sin_port))
    var thread = pthread_t()
    let raw = UnsafeMutableRawPointer(bitPattern: Int(descriptor) + 1)
    pthread_create(
      &thread, nil,
      { raw in
        RefusingBroker.serve(Int32(Int(bitPattern: raw) - 1))
        return nil
      }, raw)
    pthread_detach(thread)
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func serve(_ listener: Int32) {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { break }
      var bytes = [UInt8](repeating: 0, count: 1_024)
      while true {
        let count = read(connection, &bytes, bytes.count)
        guard count > 0 else { break }
        switch bytes[0] >> 4 {
        case 1: send([0x20, 2, 0, 0], connection)
        case 8: send([0x90, 3, bytes[2], bytes[3], 0x80], connection)
        default: break
        }
      }
      close(connection)
    }
    close(listener)
  }

  private static func send(_ packet: [UInt8], _ connection: Int32) {
    // A peer that went away shows at the next read.
    _ = packet.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }
}
