import Foundation
import Glibc

/// A Modbus RTU server on a tty: all devices share the line, each under its unit id. One thread a line, as the line is
/// one conversation.
final class PLCSerialServer: Sendable {
  private let descriptor: Int32
  private let plc: SimulatedPLC

  /// Silence that ends a frame. Far more than the standard's 3.5 characters, as a pty passes bytes on in pieces.
  static let silenceMilliseconds: Int32 = 50

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
    var session = LinkSession(plc: plc, framing: .rtu, onlyDevice: nil, number: Int(descriptor))
    var bytes = [UInt8](repeating: 0, count: 512)
    while true {
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&wanted, 1, Self.silenceMilliseconds) > 0 else {
        session.forgetPartialFrame()
        continue
      }
      let count = read(descriptor, &bytes, bytes.count)
      guard count > 0 else {
        // The other end of the pty is closed; a master may open it again.
        usleep(50_000)
        continue
      }
      // A serial line has no connection to reset or to close.
      for case .send(let reply, let wait, let gap) in session.receive(bytes[0..<count]) { send(reply, wait, gap) }
    }
  }

  private func send(_ bytes: [UInt8], _ waitSeconds: Double, _ gapSeconds: Double) {
    usleep(UInt32(waitSeconds * 1_000_000))
    for piece in gapSeconds > 0 ? bytes.map({ [$0] }) : [bytes] {
      _ = write(descriptor, piece, piece.count)
      usleep(UInt32(gapSeconds * 1_000_000))
    }
  }
}
