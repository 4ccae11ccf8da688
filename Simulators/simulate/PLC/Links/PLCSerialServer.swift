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
    var pending = PendingBytes()
    while true {
      for piece in pending.takeDue() { _ = write(descriptor, piece, piece.count) }
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&wanted, 1, pending.waitMilliseconds(atMost: Self.silenceMilliseconds)) > 0 else {
        if pending.isEmpty { session.forgetPartialFrame() }
        continue
      }
      let count = read(descriptor, &bytes, bytes.count)
      guard count > 0 else {
        // The other end of the pty is closed; a master may open it again.
        usleep(50_000)
        continue
      }
      // A serial line has no connection to reset or to close.
      for case .send(let reply, let wait, let gap) in session.receive(bytes[0..<count]) {
        pending.add(reply, afterSeconds: wait, byteGapSeconds: gap)
      }
    }
  }
}

/// What goes out later, in its order. Requests are read meanwhile, as behind a gateway: a late reply may follow the
/// request after the next.
private struct PendingBytes {
  private var pieces: [(dueNanoseconds: UInt64, bytes: [UInt8])] = []

  var isEmpty: Bool { pieces.isEmpty }

  mutating func add(_ bytes: [UInt8], afterSeconds wait: Double, byteGapSeconds gap: Double) {
    var due = max(pieces.last?.dueNanoseconds ?? 0, Self.now + UInt64(wait * 1e9))
    for piece in gap > 0 ? bytes.map({ [$0] }) : [bytes] {
      pieces.append((due, piece))
      due += UInt64(gap * 1e9)
    }
  }

  mutating func takeDue() -> [[UInt8]] {
    let now = Self.now
    let due = pieces.prefix { $0.dueNanoseconds <= now }.map(\.bytes)
    pieces.removeFirst(due.count)
    return due
  }

  func waitMilliseconds(atMost most: Int32) -> Int32 {
    guard let first = pieces.first else { return most }
    let now = Self.now
    return first.dueNanoseconds <= now ? 0 : min(most, Int32(clamping: (first.dueNanoseconds - now) / 1_000_000 + 1))
  }

  private static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }
}
