import Devices
import Labels
import Shopfloor
import Synchronization

/// All USB scanners of the line: one libusb context, one thread.
final class USBScanners: Sendable {
  let plans: [USBScannerPlan]
  let books: [LinkBook]
  let clock: any WallClock
  private let readers: [LabelReader]
  private let inbox: any RecorderInbox
  private let mustStop = Atomic(false)

  init(_ plans: [USBScannerPlan], inbox: any RecorderInbox, clock: any WallClock) {
    self.plans = plans
    self.inbox = inbox
    self.clock = clock
    readers = plans.map { LabelReader(siteRules: $0.siteRules) }
    let now = clock.now().utc
    books = plans.map { LinkBook(device: $0.device, at: now, detail: "\($0.wanted): not looked for yet") }
  }

  func status() -> [LinkStatus] { books.map(\.status) }

  /// The event loop sees it within ``USBEventLoop/longestTurnMicroseconds``.
  func requestStop() { mustStop.store(true, ordering: .releasing) }

  /// The body of the owner thread.
  func run() {
    var backoff = Backoff(firstMicroseconds: 500_000, capMicroseconds: 30_000_000)
    var generator = SystemRandomNumberGenerator()
    while !mustStop.load(ordering: .acquiring) {
      do throws(USBFault) {
        let loop = try USBEventLoop(self)
        while !mustStop.load(ordering: .acquiring) { loop.turn() }
        loop.close()
      } catch {
        for book in books { book.set(.offline, "USB is not available: \(error.words)", at: clock.now().utc) }
        sleepUnlessStopped(microseconds: backoff.next(using: &generator))
      }
    }
    for book in books { book.set(.offline, "stopped", at: clock.now().utc) }
    mustStop.store(false, ordering: .releasing)
  }

  /// A complete label of one scanner.
  func submit(_ label: [UInt8], from index: Int) {
    let now = clock.now().utc
    let plan = plans[index]
    let book = books[index]
    let reading = readers[index].read(label, referenceYear: now.year)
    book.count {
      $0.requests += 1
      if reading.fault != nil { $0.malformed += 1 }
    }
    let isTaken = inbox.submit(
      .scan(ScannedLabel(reading), station: plan.station), from: plan.device, at: now,
      answer: { answer in
        book.count {
          $0.replies += 1
          if !answer.isAccepted { $0.exceptions += 1 }
        }
      })
    if !isTaken { book.count { $0.turnedAway += 1 } }
  }

  private func sleepUnlessStopped(microseconds: Int64) {
    var rest = microseconds
    while rest > 0, !mustStop.load(ordering: .acquiring) {
      pause(microseconds: min(rest, USBEventLoop.longestTurnMicroseconds))
      rest -= USBEventLoop.longestTurnMicroseconds
    }
  }
}
