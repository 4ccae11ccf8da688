import Devices
import Shopfloor
import Synchronization

/// An inbox whose answers the test gives by hand.
final class ManualInbox: RecorderInbox {
  struct Submitted: Sendable {
    var label: ScannedLabel
    var station: StationName
    var device: DeviceName?
    var time: Timestamp
    var answer: @Sendable (CommandAnswer) -> Void

    func accept() { answer(.accepted(Words("done", "完成"))) }
    func refuse() {
      answer(.refused(Refusal(.scanUnknown, read: label.text, why: Words("a", "b"), remedy: Words("c", "d"))))
    }
  }

  private let submitted = Mutex<[Submitted]>([])
  let isFull = Atomic(false)

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool { false }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool {
    guard !isFull.load(ordering: .relaxed), case .scan(let label, let station) = command else { return false }
    submitted.withLock {
      $0.append(Submitted(label: label, station: station, device: device, time: time, answer: answer))
    }
    return true
  }

  var all: [Submitted] { submitted.withLock { $0 } }
  var texts: [String] { all.map(\.label.text) }
}
