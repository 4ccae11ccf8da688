import CUSB
import Devices
import Glibc
import Shopfloor

/// All USB scanners of the line: one libusb context, one thread.
final class USBScanners: Sendable {
  private enum Message: Sendable { case stop }

  let plans: [USBScannerPlan]
  let clock: any WallClock
  // Touched by the owner thread alone, between start and stop.
  nonisolated(unsafe) let labels: [USBLabels]
  private let books: [LinkBook]
  private let mailbox: WakePipe<Message>
  private let onReport: (@Sendable (ScannerReport) -> Void)?

  init(
    _ plans: [USBScannerPlan], inbox: any RecorderInbox, clock: any WallClock,
    onChange: (@Sendable (ScannerLinkChange) -> Void)?, onReport: (@Sendable (ScannerReport) -> Void)?
  ) throws(PipeFault) {
    self.plans = plans
    self.onReport = onReport
    self.clock = clock
    mailbox = try WakePipe()
    let now = clock.now().utc
    let books = plans.map {
      LinkBook(
        device: $0.device, station: $0.station, at: now, detail: "\($0.wanted): not looked for yet", onChange: onChange)
    }
    self.books = books
    labels = plans.indices.map { USBLabels(plans[$0], book: books[$0], inbox: inbox, clock: clock) }
  }

  func status() -> [LinkStatus] { books.map(\.status) }
  func counts() -> [ScannerCounts] { books.map(\.counts) }

  /// A report came, before it is read.
  func tell(_ report: ArrivedReport, of index: Int, in mode: ScannerMode) {
    onReport?(ScannerReport(device: plans[index].device, mode: mode, bytes: report.bytes, at: report.at))
  }

  /// Wakes the event loop.
  func requestStop() { mailbox.post(.stop) }

  /// The body of the owner thread.
  func run() {
    var backoff = Backoff(firstMicroseconds: 500_000, capMicroseconds: 30_000_000)
    var generator = SystemRandomNumberGenerator()
    var mustStop = false
    while !mustStop {
      do throws(USBFault) {
        let loop = try USBEventLoop(self)
        while !mustStop {
          loop.turn()
          mustStop = !mailbox.drain().isEmpty
        }
        loop.close()
      } catch {
        for label in labels { label.publish(.offline, "USB is not available: \(error.words)") }
        sleep(descriptors: [], until: clock.now().monotonicMicroseconds + backoff.next(using: &generator))
        mustStop = !mailbox.drain().isEmpty
      }
    }
    for label in labels { label.publish(.offline, "stopped") }
  }

  /// Sleeps until one of the descriptors has something, a stop is asked for, or the time (monotonic) is come.
  func sleep(descriptors: [pollfd], until deadline: Int64) {
    var watched = descriptors + [pollfd(fd: mailbox.readDescriptor, events: Int16(POLLIN), revents: 0)]
    let wait = deadline - clock.now().monotonicMicroseconds
    _ = poll(&watched, nfds_t(watched.count), Int32(max(0, min(60_000, (wait + 999) / 1000))))
  }
}
