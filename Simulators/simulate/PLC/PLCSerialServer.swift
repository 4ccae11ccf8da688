import Foundation
import Glibc

/// A Modbus RTU server on a tty: all devices share the line, each under its unit id.
final class PLCSerialServer: Sendable {
  private let descriptor: Int32
  private let plc: SimulatedPLC

  /// Functions 1 to 4 have requests of this size.
  static let requestBytes = 8

  init(path: String, plc: SimulatedPLC) throws {
    self.plc = plc
    descriptor = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw SimulationFailure("cannot open the tty \(path): \(String(cString: strerror(errno)))")
    }
    var settings = termios()
    guard tcgetattr(descriptor, &settings) == 0 else {
      throw SimulationFailure("\(path) is no tty: \(String(cString: strerror(errno)))")
    }
    cfmakeraw(&settings)
    tcsetattr(descriptor, TCSANOW, &settings)
  }

  func start() {
    Thread.detachNewThread { [self] in serve() }
  }

  private func serve() {
    var buffer: [UInt8] = []
    while true {
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wanted, 1, 50)
      if ready == 0 {
        // Silence ends a frame.
        buffer.removeAll()
        continue
      }
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = read(descriptor, &bytes, bytes.count)
      guard count > 0 else {
        // The other end of the pty is closed; a master may open it again.
        usleep(50_000)
        continue
      }
      buffer += bytes[0..<count]
      while buffer.count >= Self.requestBytes {
        let request = Array(buffer[0..<Self.requestBytes])
        guard checksum(request) == 0 else {
          buffer.removeFirst()
          continue
        }
        buffer.removeFirst(Self.requestBytes)
        answer(request)
      }
    }
  }

  private func answer(_ request: [UInt8]) {
    guard (1...plc.deviceCount).contains(Int(request[0])) else { return }
    switch plc.answer(device: Int(request[0]), pdu: Array(request[1..<6])) {
    // A serial line has no connection to reset.
    case .silence, .reset: return
    case .reply(let pdu, let waitSeconds, let byteGapSeconds, _):
      usleep(UInt32(waitSeconds * 1_000_000))
      let body = [request[0]] + pdu
      let check = checksum(body)
      let frame = body + [UInt8(check & 0xFF), UInt8(check >> 8)]
      for piece in byteGapSeconds > 0 ? frame.map({ [$0] }) : [frame] {
        _ = write(descriptor, piece, piece.count)
        usleep(UInt32(byteGapSeconds * 1_000_000))
      }
    }
  }

  /// CRC-16 of Modbus, bit by bit; 0 over a frame with its own checksum.
  private func checksum(_ bytes: [UInt8]) -> UInt16 {
    bytes.reduce(0xFFFF) { start, byte in
      (0..<8).reduce(start ^ UInt16(byte)) { value, _ in
        value % 2 == 1 ? (value / 2) ^ 0xA001 : value / 2
      }
    }
  }
}
