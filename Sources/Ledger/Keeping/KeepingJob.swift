import Foundation
import Synchronization

/// One piece of blocking work on a thread of its own, looked at from time to time: a share that hangs holds up neither the
/// other duties nor the recorder.
///
/// A class because it owns the thread.
final class KeepingJob<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)

  init(named name: String, _ work: @escaping @Sendable () throws -> Value) {
    let thread = Thread { [self] in
      let found = Result { try work() }
      result.withLock { $0 = found }
    }
    thread.name = name
    thread.qualityOfService = .background
    thread.stackSize = 2 << 20
    thread.start()
  }

  /// Nil while it works.
  var outcome: Result<Value, any Error>? { result.withLock { $0 } }

  /// Waits for a short piece, so that it needs no further turn of the duty. Nil where it still works then.
  func outcome(waitingMilliseconds limit: Int) -> Result<Value, any Error>? {
    for _ in 0..<limit {
      if let outcome { return outcome }
      usleep(1_000)
    }
    return outcome
  }
}
