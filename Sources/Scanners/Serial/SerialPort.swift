import Glibc

/// An open tty: raw, 8 data bits, no parity, one stop bit, no flow control. Closed with its owner.
final class SerialPort {
  /// Why the tty is not open: the words say what to do.
  struct Fault: Error, CustomStringConvertible {
    var description: String
  }

  enum Input: Equatable {
    case bytes([UInt8])
    case nothing
    /// The tty is gone.
    case lost
  }

  let descriptor: Int32

  /// Bytes taken with one read.
  static let readBytes = 4096

  init(path: String, baud: Int) throws(Fault) {
    guard let speed = Self.speeds[baud] else {
      throw Fault(description: "\(baud) baud is not a known speed. Write one of \(Self.speeds.keys.sorted()).")
    }
    let opened = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard opened >= 0 else { throw Fault(description: Self.words(forOpening: path, errno)) }
    guard let problem = Self.prepare(opened, speed) else {
      descriptor = opened
      return
    }
    close(opened)
    throw Fault(description: "\(path): \(problem)")
  }

  deinit { close(descriptor) }

  /// What is there to read, without waiting.
  func readAvailable() -> Input {
    var buffer = [UInt8](repeating: 0, count: Self.readBytes)
    var count: Int
    repeat { count = read(descriptor, &buffer, buffer.count) } while count < 0 && errno == EINTR
    if count > 0 { return .bytes(Array(buffer[..<count])) }
    if count < 0, errno == EAGAIN { return .nothing }
    return .lost
  }

  /// Writes one byte; false where the tty does not take it now.
  func write(_ byte: UInt8) -> Bool {
    var byte = byte
    return Glibc.write(descriptor, &byte, 1) == 1
  }

  // MARK: Opening

  /// Returns what went wrong, or nil.
  private static func prepare(_ descriptor: Int32, _ speed: speed_t) -> String? {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      return "another program holds this tty. End it, or correct the path in the configuration."
    }
    var settings = termios()
    guard tcgetattr(descriptor, &settings) == 0 else {
      return "this is not a tty. Correct the path in the configuration."
    }
    cfmakeraw(&settings)
    settings.c_cflag |= tcflag_t(CS8 | CREAD | CLOCAL)
    settings.c_cflag &= ~tcflag_t(PARENB | CSTOPB)
    cfsetispeed(&settings, speed)
    cfsetospeed(&settings, speed)
    guard tcsetattr(descriptor, TCSANOW, &settings) == 0 else {
      return "the tty does not take these settings (errno \(errno)). Check the baud rate."
    }
    // What came before nobody listened has no time of its own and no answer: it must be scanned again.
    tcflush(descriptor, TCIFLUSH)
    return nil
  }

  private static func words(forOpening path: String, _ number: Int32) -> String {
    switch number {
    case ENOENT, ENODEV, ENXIO: "\(path) is not there. Plug the scanner in, or check that it is in serial mode."
    case EACCES: "\(path) may not be opened. Put the service's user into the group that owns it (dialout)."
    case EBUSY:
      "another program holds \(path). End it; against ModemManager, which tries every new port, install "
        + "60-lotwire-scanners.rules (see systemd/README.md)."
    default: "\(path) cannot be opened (errno \(number)). Check the cable and the path."
    }
  }

  static let speeds: [Int: speed_t] = [
    1200: speed_t(B1200), 2400: speed_t(B2400), 4800: speed_t(B4800), 9600: speed_t(B9600), 19200: speed_t(B19200),
    38400: speed_t(B38400), 57600: speed_t(B57600), 115200: speed_t(B115200), 230400: speed_t(B230400),
    460800: speed_t(B460800), 921600: speed_t(B921600),
  ]
}
