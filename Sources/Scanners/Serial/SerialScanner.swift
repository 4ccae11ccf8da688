import Devices
import Glibc
import Labels
import Shopfloor
import Synchronization

/// Runs one serial scanner on a thread of its own: performs what ``SerialSession`` decides.
final class SerialScanner: Sendable {
  /// What other threads tell the owner thread.
  private enum Message: Sendable {
    case answer(token: UInt64, accepted: Bool)
    case stop
  }

  /// ACK and NAK of ASCII, as serial scanners expect them in their host-acknowledge mode.
  static let acceptedByte: UInt8 = 0x06
  static let refusedByte: UInt8 = 0x15

  let book: LinkBook
  private let plan: SerialScannerPlan
  private let handover: LabelHandover
  private let clock: any WallClock
  private let mailbox: WakePipe<Message>

  init(
    _ plan: SerialScannerPlan, inbox: any RecorderInbox, clock: any WallClock,
    onChange: (@Sendable (ScannerLinkChange) -> Void)?
  ) throws(PipeFault) {
    self.plan = plan
    self.clock = clock
    mailbox = try WakePipe()
    book = LinkBook(
      device: plan.device, station: plan.station, at: clock.now().utc, detail: "\(plan.path): not opened yet",
      onChange: onChange)
    handover = LabelHandover(
      device: plan.device, station: plan.station,
      reader: LabelReader(siteRules: plan.siteRules, profile: plan.labelProfile), inbox: inbox,
      book: book)
  }

  func requestStop() { mailbox.post(.stop) }

  // MARK: Owner thread

  /// What only the owner thread touches.
  private struct Held {
    var session: SerialSession
    var port: SerialPort?
    var backoff = Backoff(firstMicroseconds: 200_000, capMicroseconds: 5_000_000)
    var generator = SystemRandomNumberGenerator()
    var nextOpening: Int64 = 0
  }

  func run() {
    var held = Held(session: SerialSession(plan))
    while true {
      openIfDue(&held)
      wait(held)
      for message in mailbox.drain() {
        switch message {
        case .stop:
          if held.port != nil { book.detached("\(plan.path): stopped", isLost: false, at: clock.now().utc) }
          book.set(.offline, "\(plan.path): stopped", at: clock.now().utc)
          return
        case .answer(let token, let accepted): perform(held.session.answered(token: token, accepted: accepted), &held)
        }
      }
      // What is not there now had not come before this time.
      let now = clock.now()
      if readPort(&held) { perform(held.session.passTime(now), &held) }
      publish(held)
    }
  }

  private func openIfDue(_ held: inout Held) {
    let now = clock.now()
    guard held.port == nil, now.monotonicMicroseconds >= held.nextOpening else { return }
    do throws(SerialPort.Fault) {
      held.port = try SerialPort(path: plan.path, baud: plan.baud)
      held.backoff.reset()
      held.session.opened(at: now)
      book.attached("\(plan.path), \(plan.baud) baud", at: now.utc)
    } catch {
      held.nextOpening = now.monotonicMicroseconds + held.backoff.next(using: &held.generator)
      book.set(.offline, error.description, at: now.utc)
    }
  }

  private func wait(_ held: Held) {
    var watched = [pollfd(fd: mailbox.readDescriptor, events: Int16(POLLIN), revents: 0)]
    if let port = held.port { watched.append(pollfd(fd: port.descriptor, events: Int16(POLLIN), revents: 0)) }
    let now = clock.now().monotonicMicroseconds
    let deadline = held.port == nil ? held.nextOpening : held.session.deadline
    let milliseconds = deadline.map { max(0, min(60_000, ($0 - now + 999) / 1000)) } ?? 60_000
    _ = poll(&watched, nfds_t(watched.count), Int32(milliseconds))
  }

  /// True where nothing waited to be read.
  private func readPort(_ held: inout Held) -> Bool {
    guard let port = held.port else { return true }
    switch port.readAvailable() {
    case .nothing: return true
    case .bytes(let bytes): perform(held.session.received(bytes, at: clock.now()), &held)
    case .lost:
      let now = clock.now()
      held.port = nil
      held.session.closed()
      held.nextOpening = now.monotonicMicroseconds + held.backoff.next(using: &held.generator)
      book.detached("\(plan.path) went away", isLost: true, at: now.utc)
      book.set(.offline, "\(plan.path) went away. Check the cable; it is opened again by itself.", at: now.utc)
    }
    return false
  }

  private func perform(_ actions: [SerialSession.Action], _ held: inout Held) {
    var rest = actions[...]
    while let action = rest.popFirst() {
      switch action {
      case .write(let accepted):
        // A scanner that does not take one byte shows it by not beeping; the operator scans again.
        if held.port?.write(accepted ? Self.acceptedByte : Self.refusedByte) != true {
          book.count { $0.timeouts += 1 }
        }
      case .submit(let label, let time, let token):
        if !submit(label, time, token) { rest += held.session.answered(token: token, accepted: false) }
      }
    }
  }

  /// False where the recorder's inbox is full.
  private func submit(_ label: ScannedText, _ time: Timestamp, _ token: UInt64) -> Bool {
    let mailbox = mailbox
    return handover.submit(
      label, at: time, onAnswer: { mailbox.post(.answer(token: token, accepted: $0.isAccepted)) })
  }

  private func publish(_ held: Held) {
    let scans = held.session.scans
    book.setScans(scans)
    guard held.port != nil else { return }
    var detail = "\(plan.path), \(plan.baud) baud"
    if scans.droppedPartials > 0 { detail += "; \(scans.droppedPartials) unfinished labels dropped" }
    if scans.skippedReports > 0 {
      detail += "; \(scans.skippedReports) pieces of labels whose beginning was not read, thrown away"
    }
    if let remark = scans.separatorRemark { detail += "; \(remark)" }
    if held.session.turnedAway > 0 {
      detail += "; \(held.session.turnedAway) labels dropped because too many were waiting for their answer"
    }
    book.set(
      held.session.isSettled ? .online : .starting,
      held.session.isSettled ? detail : detail + "; waiting for the line to be quiet", at: clock.now().utc)
  }
}
