import Synchronization

/// A sleep of one task that anybody else can end early. A wake-up before the sleep counts for the next sleep.
public final class Wakeup: Sendable {
  private struct State {
    var isWoken = false
    var sleeper: Task<Void, Never>?
  }

  private let state = Mutex(State())

  public init() {}

  /// Callable from anywhere, returns at once.
  public func wake() {
    let sleeper = state.withLock { state in
      state.isWoken = true
      return state.sleeper
    }
    sleeper?.cancel()
  }

  /// Returns after the time, a wake-up or the cancellation of the calling task.
  public func sleep(microseconds: Int64) async {
    let sleeper: Task<Void, Never> = Task {
      // Cancellation is how the sleep ends early.
      _ = try? await Task.sleep(for: .microseconds(max(0, microseconds)))
    }
    let isWoken = state.withLock { state in
      if !state.isWoken { state.sleeper = sleeper }
      return state.isWoken
    }
    if isWoken { sleeper.cancel() }
    await withTaskCancellationHandler {
      await sleeper.value
    } onCancel: {
      sleeper.cancel()
    }
    state.withLock { $0 = State() }
  }
}
