import Devices
import Dispatch
import Shopfloor
import Synchronization

/// Where links leave what is not a reading: answers to one-off requests, and what was learned about devices. Both reach
/// their callers on a queue of their own, so that no caller holds up a link.
final class DeviceResults: Sendable {
  typealias Completion = @Sendable (Errand.Result) -> Void

  private struct Waiting {
    var next: UInt64 = 0
    var completions: [UInt64: (attempted: String, completion: Completion)] = [:]
    var isClosed = false
  }

  private let waiting = Mutex(Waiting())
  private let queue = DispatchQueue(label: "modbus-results")
  private let onLearned: @Sendable (DeviceLimitsLearned) -> Void

  init(onLearned: @escaping @Sendable (DeviceLimitsLearned) -> Void) { self.onLearned = onLearned }

  /// The number under which the result will come; nil after ``close()``: then the completion is called with a fault.
  func expect(_ attempted: String, _ completion: @escaping Completion) -> UInt64? {
    let number = waiting.withLock { waiting -> UInt64? in
      guard !waiting.isClosed else { return nil }
      waiting.next += 1
      waiting.completions[waiting.next] = (attempted, completion)
      return waiting.next
    }
    if number == nil { queue.async { completion(.fault(.stopped(attempted))) } }
    return number
  }

  /// Takes what is ready on a board; costs next to nothing where there is nothing.
  func take(from board: inout PollBoard) {
    let finished = board.takeFinishedErrands()
    for errand in finished { complete(errand) }
    let learned = board.takeLearned()
    guard !learned.isEmpty else { return }
    queue.async { [onLearned] in
      for learned in learned { onLearned(learned) }
    }
  }

  /// Who still waits is told that everything stops; returns when all have been told.
  func close() {
    let left = waiting.withLock { waiting in
      waiting.isClosed = true
      defer { waiting.completions = [:] }
      return waiting.completions.values.map { $0 }
    }
    queue.sync {
      for (attempted, completion) in left { completion(.fault(.stopped(attempted))) }
    }
  }

  private func complete(_ errand: FinishedErrand) {
    guard let entry = waiting.withLock({ $0.completions.removeValue(forKey: errand.id) }) else { return }
    queue.async { entry.completion(errand.result) }
  }
}
