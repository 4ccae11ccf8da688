import Devices
import Glibc
import Synchronization

/// Wakes the owner thread of a session out of its poll, from any thread: a pipe with itself at both ends.
final class WakeSignal: Sendable {
  /// Becomes readable when somebody has called ``raise()``.
  let descriptor: Int32
  private let writingEnd: Int32

  init() throws(MQTTPlanFault) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .threadNotStarted(code: errno) }
    for end in ends {
      // Neither call fails on a descriptor that was just made.
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    descriptor = ends[0]
    writingEnd = ends[1]
  }

  deinit {
    close(descriptor)
    close(writingEnd)
  }

  func raise() {
    var byte: UInt8 = 1
    // A full pipe is a signal that is still standing.
    _ = write(writingEnd, &byte, 1)
  }

  /// Sleeps until somebody has called ``raise()``, at most so long.
  func wait(milliseconds: Int32) {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    if poll(&entry, 1, milliseconds) == 1 { clear() }
  }

  func clear() {
    var bytes: (UInt64, UInt64) = (0, 0)
    while read(descriptor, &bytes, MemoryLayout.size(ofValue: bytes)) > 0 {}
  }
}

/// Where the recorder leaves its answer for one round of messages.
final class OutcomeSlot: Sendable {
  private let answer = Mutex<RecorderOutcome?>(nil)
  private let wake: WakeSignal

  init(wake: WakeSignal) { self.wake = wake }

  var outcome: RecorderOutcome? { answer.withLock { $0 } }

  func put(_ outcome: RecorderOutcome) {
    answer.withLock { $0 = outcome }
    wake.raise()
  }
}
