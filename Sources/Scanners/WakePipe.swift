import Glibc
import Synchronization

/// Hands values of other threads to an owner thread that sleeps in poll(2): a list under a lock and a pipe that wakes.
final class WakePipe<Value: Sendable>: Sendable {
  let readDescriptor: Int32
  private let writeDescriptor: Int32
  private let values = Mutex<[Value]>([])

  init() throws(PipeFault) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw PipeFault(errorNumber: errno) }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    readDescriptor = ends[0]
    writeDescriptor = ends[1]
  }

  deinit {
    close(readDescriptor)
    close(writeDescriptor)
  }

  /// Returns at once. The list is bounded by the labels under way, each of which is answered once.
  func post(_ value: Value) {
    values.withLock { $0.append(value) }
    var byte: UInt8 = 1
    // A full pipe already wakes its reader.
    _ = write(writeDescriptor, &byte, 1)
  }

  /// Everything that was posted, in order.
  func drain() -> [Value] {
    var sink = [UInt8](repeating: 0, count: 64)
    while read(readDescriptor, &sink, sink.count) > 0 {}
    return values.withLock { list in
      defer { list.removeAll() }
      return list
    }
  }
}

/// The process has no descriptor left.
struct PipeFault: Error, CustomStringConvertible {
  var errorNumber: Int32
  var description: String {
    "no pipe could be opened (errno \(errorNumber)). Raise the limit of open files for the service and start again."
  }
}
