import Glibc

@testable import MQTT

/// Accepts one MQTT connection after the other on a loopback port and answers as the test says: CONNACK, then SUBACK with
/// one code (MQTT 3.1.1 and 5, sections 3.2 and 3.9), in MQTT 5 a good-bye with a reason behind it (section 3.14).
final class RefusingBroker: Sendable {
  struct NoSocket: Error {}

  struct Answers: Sendable {
    var version = MQTTConnection.Version.version311
    var connection: UInt8 = 0
    var subscription: UInt8 = 0x80
    var goodBye: UInt8?
    /// Session Expiry Interval in the CONNACK.
    var sessionExpirySeconds: UInt8?
  }

  private final class Task {
    let listener: Int32
    let answers: Answers

    init(_ listener: Int32, _ answers: Answers) {
      self.listener = listener
      self.answers = answers
    }
  }

  let port: Int
  private let listener: Int32

  init(_ answers: Answers = Answers()) throws {
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
    let task = Unmanaged.passRetained(Task(listener, answers)).toOpaque()
    pthread_create(
      &thread, nil,
      { raw in
        guard let raw else { return nil }
        let task = Unmanaged<Task>.fromOpaque(raw).takeRetainedValue()
        RefusingBroker.serve(task.listener, task.answers)
        return nil
      }, task)
    pthread_detach(thread)
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func serve(_ listener: Int32, _ answers: Answers) {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { break }
      var bytes = [UInt8](repeating: 0, count: 1_024)
      while true {
        let count = read(connection, &bytes, bytes.count)
        guard count > 0 else { break }
        for packet in answers.answer(bytes) { send(packet, connection) }
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

extension RefusingBroker.Answers {
  fileprivate func answer(_ packet: [UInt8]) -> [[UInt8]] {
    let isFive = version == .version5
    switch packet[0] >> 4 {
    case 1:
      guard isFive else { return [[0x20, 2, 0, connection]] }
      var properties: [UInt8] = []
      if let sessionExpirySeconds { properties = [0x11, 0, 0, 0, sessionExpirySeconds] }
      let length = UInt8(properties.count)
      let head: [UInt8] = [0x20, 3 + length, 0, connection, length]
      return [head + properties]
    case 8:
      var packets: [[UInt8]] = [[0x90, 3, packet[2], packet[3], subscription]]
      if isFive { packets = [[0x90, 4, packet[2], packet[3], 0, subscription]] }
      if let goodBye { packets.append([0xE0, 1, goodBye]) }
      return packets
    default: return []
    }
  }
}
