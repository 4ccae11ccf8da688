import Glibc
import Synchronization

/// One thread that owns a blocking C handle; joined before it is let go.
final class OwnerThread: Sendable {
  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let thread: pthread_t
  private let isJoined = Atomic<Bool>(false)

  init(_ body: @escaping @Sendable () -> Void) throws(MQTTPlanFault) {
    let work = Unmanaged.passRetained(Work(body))
    var started = pthread_t()
    let code = pthread_create(
      &started, nil,
      { raw in
        if let raw { Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    guard code == 0 else {
      work.release()
      throw .threadNotStarted(code: code)
    }
    thread = started
  }

  /// Returns when the thread has ended; a second call returns at once.
  func join() {
    guard !isJoined.exchange(true, ordering: .acquiringAndReleasing) else { return }
    pthread_join(thread, nil)
  }
}
