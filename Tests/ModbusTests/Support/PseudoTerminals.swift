import Foundation
import Glibc
import Synchronization

/// A pseudo terminal: the test holds one end, the other has a path.
final class PseudoTerminal: Sendable {
  let descriptor: Int32
  let path: String
  /// Kept open, so that the end in the test never sees the line as gone.
  private let otherEnd: Int32

  /// TIOCSPTLCK and TIOCGPTN of Linux (ioctl_tty(2)), whose macros Swift does not see.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430

  init() {
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var unlocked: Int32 = 0
    var number: Int32 = 0
    precondition(ioctl(descriptor, Self.setLock, &unlocked) == 0 && ioctl(descriptor, Self.getNumber, &number) == 0)
    path = "/dev/pts/\(number)"
    otherEnd = open(path, O_RDWR | O_NOCTTY)
    for end in [descriptor, otherEnd] {
      var settings = termios()
      tcgetattr(end, &settings)
      cfmakeraw(&settings)
      tcsetattr(end, TCSANOW, &settings)
    }
  }

  deinit {
    close(otherEnd)
    close(descriptor)
  }

  /// What has come within 20 ms.
  func receive() -> [UInt8] {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&wanted, 1, 20) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = read(descriptor, &bytes, bytes.count)
    return Array(bytes[0..<max(0, count)])
  }

  func send(_ bytes: [UInt8]) { _ = write(descriptor, bytes, bytes.count) }
}

/// Carries the bytes of two lines to each other, as a cable would.
final class Relay: Sendable {
  private let isOn = Mutex(true)

  init(_ left: PseudoTerminal, _ right: PseudoTerminal) {
    Thread.detachNewThread { [self] in
      while isOn.withLock({ $0 }) {
        var wanted = [left, right].map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        guard poll(&wanted, 2, 20) > 0 else { continue }
        if wanted[0].revents != 0 { right.send(left.receive()) }
        if wanted[1].revents != 0 { left.send(right.receive()) }
      }
    }
  }

  func end() { isOn.withLock { $0 = false } }
}
