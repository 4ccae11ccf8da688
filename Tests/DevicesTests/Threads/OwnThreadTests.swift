import Devices
import Dispatch
import Synchronization
import Testing

@Suite struct OwnThreadTests {
  struct Fault: Error, Hashable { var number: Int }

  @Test func worksOneAfterTheOtherAndHandsTheResultBack() async {
    let thread = OwnThread(label: "test")
    let count = Mutex(0)
    for number in 1...20 {
      let result = await thread.run { () throws(Fault) -> Int in
        if number == 7 { throw Fault(number: number) }
        return count.withLock { value in
          value += 1
          return value
        }
      }
      if number == 7 { #expect(result == .failure(Fault(number: 7))) }
      if number == 20 { #expect(result == .success(19)) }
    }
  }

  /// Work that hangs keeps neither its caller, once that is cancelled, nor those of other threads.
  @Test func aCancelledCallerDoesNotWait() async {
    let (release, begun) = (DispatchSemaphore(value: 0), AsyncStream<Void>.makeStream())
    let thread = OwnThread(label: "test")
    let hanging = Task {
      await thread.run { () -> Int in
        begun.continuation.yield()
        release.wait()
        return 1
      }
    }
    for await _ in begun.stream { break }
    let wasDone = Mutex(false)
    let behind = Task { await thread.run { wasDone.withLock { $0 = true } } }
    hanging.cancel()
    behind.cancel()
    #expect(await hanging.value == nil)
    #expect(await behind.value == nil)
    #expect(await OwnThread(label: "other").run { 2 } == .success(2))
    release.signal()
    // What was cancelled before it began is not done; the thread goes on with the next.
    #expect(await thread.run { 3 } == .success(3))
    #expect(!wasDone.withLock { $0 })
  }

  @Test func whoIsCancelledAlreadyDoesNotBegin() async {
    let thread = OwnThread(label: "test")
    let task = Task {
      // Until it is cancelled.
      while !Task.isCancelled { await Task.yield() }
      return await thread.run { 1 }
    }
    task.cancel()
    #expect(await task.value == nil)
  }
}
