import Glibc
import Synchronization

/// Keeps a second daemon away from the same ledger: an advisory lock on a file beside it, which the kernel drops with
/// the process, however it ends.
final class WriterLock: Sendable {
  private let descriptor: Mutex<Int32>

  init(besides path: String) throws(LedgerError) {
    let lockPath = path + ".lock"
    let opened = open(lockPath, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .cannotOpen(path: lockPath, reason: String(cString: strerror(errno))) }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      Glibc.close(opened)
      throw .alreadyInUse(path: path)
    }
    descriptor = Mutex(opened)
  }

  func release() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { Glibc.close(descriptor) }
      descriptor = -1
    }
  }

  deinit { release() }
}
