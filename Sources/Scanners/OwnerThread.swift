import Glibc

/// A thread that owns a blocking handle. Started once, joined once.
final class OwnerThread {
  private var thread: pthread_t?

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs `body` on a new thread.
  init(_ body: @escaping @Sendable () -> Void) throws(OwnerThreadFault) {
    let retained = Unmanaged.passRetained(Body(body))
    var made = pthread_t()
    let result = pthread_create(
      &made, nil,
      { pointer in
        // `init` retained the body for exactly this call.
        pointer.map { Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run() }
        return nil
      }, retained.toOpaque())
    guard result == 0 else {
      retained.release()
      throw OwnerThreadFault(errorNumber: result)
    }
    thread = made
  }

  /// Waits for the end of the body.
  func join() {
    if let thread { pthread_join(thread, nil) }
    thread = nil
  }
}

/// The system has no thread left.
struct OwnerThreadFault: Error, CustomStringConvertible {
  var errorNumber: Int32
  var description: String {
    "no thread could be started (errno \(errorNumber)). Raise the limit of threads for the service and start again."
  }
}
