import Devices
import Ledger
import Shopfloor

/// The loop of the owner thread: sleeps until something is due, has it carried out, publishes how recording stands.
final class RecorderOwner: @unchecked Sendable {
  // Proof of Sendable: made on the starting thread, handed to the owner thread before that runs, never shared.
  private let core: RecorderCore
  private let inbox: BoundedInbox

  init(core: RecorderCore, inbox: BoundedInbox) {
    self.core = core
    self.inbox = inbox
  }

  /// Runs until the inbox is stopped and empty.
  func run(publish: (RecorderState) -> Void) {
    core.start()
    while true {
      publish(core.state)
      // The inbox can only sleep by the machine's own monotonic clock.
      let load = inbox.take(notAfter: BoundedInbox.monotonicMicroseconds() + RecorderCore.tickMicroseconds)
      let turn = core.step(load)
      inbox.putBack(turn.putBack, holdMicroseconds: RecorderCore.tickMicroseconds)
      if turn.isLast { break }
    }
    core.stop()
    inbox.close(core.engine)
    publish(core.state)
  }
}
