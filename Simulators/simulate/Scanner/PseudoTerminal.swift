import Glibc

/// A pseudo-terminal whose slave end a program may open under a name of our choice. The simulator keeps a slave end open
/// itself, so the terminal lives on while the program at the other end is killed and started again.
final class PseudoTerminal {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  let master: Int32
  private let slave: Int32
  private let link: String

  init(link: String) throws(Failure) {
    var ends: (master: Int32, slave: Int32) = (-1, -1)
    var settings = termios()
    cfmakeraw(&settings)
    settings.c_cflag |= tcflag_t(CREAD | CLOCAL)
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&ends.master, &ends.slave, &name, &settings, nil) == 0 else {
      throw Failure(description: "no pseudo-terminal (errno \(errno))")
    }
    master = ends.master
    slave = ends.slave
    self.link = link
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    _ = fcntl(slave, F_SETFD, FD_CLOEXEC)
    let target = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    // A link that an earlier simulator left behind is replaced; anything else at this place stays and is an error.
    var former: CChar = 0
    if readlink(link, &former, 1) >= 0 { unlink(link) }
    guard symlink(target, link) == 0 else {
      let reason = errno
      close(ends.master)
      close(ends.slave)
      throw Failure(description: "\(link) cannot be made a link (errno \(reason)). Choose another --tty-link.")
    }
  }

  deinit {
    unlink(link)
    close(master)
    close(slave)
  }

  /// False where the terminal's buffer is full because nobody reads.
  func send(_ bytes: [UInt8]) -> Bool { write(master, bytes, bytes.count) == bytes.count }

  /// What the other end wrote, waiting up to a time in milliseconds.
  func receive(milliseconds: Int32) -> [UInt8] {
    var watched = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&watched, 1, milliseconds) > 0 else { return [] }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(master, &buffer, buffer.count)
    return count > 0 ? Array(buffer[..<count]) : []
  }

  /// Throws away what nobody has read yet, in both directions.
  func discardUnread() {
    tcflush(slave, TCIOFLUSH)
    while !receive(milliseconds: 0).isEmpty {}
  }
}
