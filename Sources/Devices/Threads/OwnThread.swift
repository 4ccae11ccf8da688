import Dispatch
import Synchronization

/// A thread of its own for work that blocks: a slow disk or a share that hangs holds up nobody else.
///
/// A class because it owns the thread's queue of work. What is given is done one after the other.
public final class OwnThread: Sendable {
  private let queue: DispatchQueue

  /// - Parameter label: what the thread is called in a debugger, "lotwire.room.purpose".
  public init(label: String) { queue = DispatchQueue(label: label) }

  /// Does blocking work and waits for its result.
  ///
  /// - Returns: nil where the calling task was cancelled: it does not wait any longer. Work that had begun goes on to its
  ///   end, and nobody is told its result; work that had not begun is not done.
  public func run<Value: Sendable, Fault: Error>(
    _ work: @escaping @Sendable () throws(Fault) -> Value
  ) async -> Result<Value, Fault>? {
    let answer = PendingAnswer<Result<Value, Fault>>()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        answer.wait(continuation)
        queue.async {
          guard answer.isAwaited else { return }
          answer.give(Result { () throws(Fault) in try work() })
        }
      }
    } onCancel: {
      answer.give(nil)
    }
  }
}

/// One answer for one who waits, given once: by the work or by the cancellation, whichever comes first.
private final class PendingAnswer<Value: Sendable>: Sendable {
  private enum State {
    case new
    case awaited(CheckedContinuation<Value?, Never>)
    case given
  }

  private let state = Mutex(State.new)

  var isAwaited: Bool {
    state.withLock { state in
      if case .awaited = state { true } else { false }
    }
  }

  func wait(_ continuation: CheckedContinuation<Value?, Never>) {
    let wasGiven = state.withLock { state in
      if case .given = state { return true }
      state = .awaited(continuation)
      return false
    }
    // Only a cancellation comes before the wait.
    if wasGiven { continuation.resume(returning: nil) }
  }

  func give(_ value: Value?) {
    let waiting = state.withLock { state -> CheckedContinuation<Value?, Never>? in
      defer { state = .given }
      if case .awaited(let continuation) = state { return continuation }
      return nil
    }
    waiting?.resume(returning: value)
  }
}
