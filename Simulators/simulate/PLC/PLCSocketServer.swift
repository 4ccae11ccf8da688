import Foundation
import Glibc

/// A Modbus/TCP server on one loopback port: a thread for each connection.
final class PLCSocketServer: Sendable {
  let port: Int
  private let listener: Int32
  private let plc: SimulatedPLC
  /// The device that answers whatever the unit id; nil where the unit id chooses.
  private let onlyDevice: Int?

  init(port: Int, plc: SimulatedPLC, onlyDevice: Int?) throws {
    self.plc = plc
    self.onlyDevice = onlyDevice
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = in_port_t(port).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, length) == 0 && listen(listener, 128) == 0
          && getsockname(listener, generic, &length) == 0
      }
    }
    guard bound else {
      throw SimulationFailure("cannot listen on 127.0.0.1:\(port): \(String(cString: strerror(errno)))")
    }
    self.port = Int(UInt16(bigEndian: address.sin_port))
  }

  func start() {
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else {
          if errno == EINTR || errno == ECONNABORTED { continue }
          // Out of descriptors: those who are connected go on.
          usleep(100_000)
          continue
        }
        var yes: Int32 = 1
        setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        Thread.detachNewThread { [self] in
          serve(connection)
          close(connection)
        }
      }
    }
  }

  private func serve(_ connection: Int32) {
    while let header = receive(connection, 6) {
      let length = Int(header[4]) << 8 | Int(header[5])
      guard header[2] == 0, header[3] == 0, (2...254).contains(length), let body = receive(connection, length) else {
        return
      }
      let unit = body[0]
      let device = onlyDevice ?? Int(unit)
      guard (1...plc.deviceCount).contains(device) else {
        // What a gateway says of a unit that it cannot reach.
        let refusal = Array(header[0..<4]) + [0, 3, unit, body[1] | 0x80, 0x0B]
        guard send(connection, refusal) else { return }
        continue
      }
      switch plc.answer(device: device, pdu: Array(body[1...])) {
      case .silence: continue
      case .reset:
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        return
      case .reply(let pdu, let waitSeconds, let byteGapSeconds, let transactionOffset):
        if waitSeconds > 0 { usleep(UInt32(waitSeconds * 1_000_000)) }
        let transaction = (UInt16(header[0]) << 8 | UInt16(header[1])) &+ transactionOffset
        let size = pdu.count + 1
        let frame =
          [UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, UInt8(size >> 8), UInt8(size & 0xFF), unit] + pdu
        guard send(connection, frame, byteGapSeconds: byteGapSeconds) else { return }
      }
    }
  }

  private func send(_ connection: Int32, _ bytes: [UInt8], byteGapSeconds: Double = 0) -> Bool {
    let pieces = byteGapSeconds > 0 ? bytes.map { [$0] } : [bytes]
    for piece in pieces {
      guard Glibc.send(connection, piece, piece.count, Int32(MSG_NOSIGNAL)) == piece.count else {
        return false
      }
      if byteGapSeconds > 0 { usleep(UInt32(byteGapSeconds * 1_000_000)) }
    }
    return true
  }

  private func receive(_ connection: Int32, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var have = 0
    while have < count {
      let got = bytes[have...].withUnsafeMutableBytes { recv(connection, $0.baseAddress, count - have, 0) }
      guard got > 0 else { return nil }
      have += got
    }
    return bytes
  }
}
