import Devices
import Foundation
import Glibc
import Harness
import Scanners
import Shopfloor

/// A scanner's end of a pseudo-terminal, whose other end the source opens by a link.
final class ScannerLine {
  private(set) var master: Int32 = -1
  let link: String
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder("scanner")
    link = folder.file("scanner0").path
    plug()
  }

  deinit { unplug() }

  func plug() {
    var slave: Int32 = -1
    var name = [CChar](repeating: 0, count: 128)
    precondition(openpty(&master, &slave, &name, nil, nil) == 0)
    close(slave)
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    let target = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    precondition(symlink(target, link) == 0)
  }

  func unplug() {
    if master >= 0 { close(master) }
    master = -1
    unlink(link)
  }

  func send(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }

  func received() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(master, &buffer, buffer.count)
    return count > 0 ? Array(buffer[..<count]) : []
  }
}

/// Waits for a condition with generous patience.
func eventually(_ condition: () -> Bool, patienceSeconds: Double = 20) -> Bool {
  let end = Date().addingTimeInterval(patienceSeconds)
  while Date() < end {
    if condition() { return true }
    usleep(5_000)
  }
  return condition()
}
