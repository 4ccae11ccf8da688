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
  private let reader: LabelReader
  private let inbox: any RecorderInbox
  private let clock: any WallClock
  private let mailbox: WakePipe<Message>

  init(_ plan: SerialScannerPlan, inbox: any RecorderInbox, clock: any WallClock) throws(PipeFault) {
    self.plan = plan
    self.inbox = inbox
    self.clock = clock
    reader = LabelReader(siteRules: plan.siteRules)
    mailbox = try WakePipe()
    book = LinkBook(device: plan.device, at: clock.now().utc, detail: "\(plan.path): not opened yet")
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
          book.set(.offline, "\(plan.path): stopped", at: clock.now().utc)
          return
        case .answer(let token, let accepted): perform(held.session.answered(token: token, accepted: accepted), &held)
        }
      }
      readPort(&held)
      perform(held.session.passTime(clock.now()), &held)
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

  private func readPort(_ held: inout Held) {
    guard let port = held.port else { return }
    switch port.readAvailable() {
    case .nothing: break
    case .bytes(let bytes): perform(held.session.received(bytes, at: clock.now()), &held)
    case .lost:
      let now = clock.now()
      held.port = nil
      held.session.closed()
      held.nextOpening = now.monotonicMicroseconds + held.backoff.next(using: &held.generator)
      book.count { $0.reconnects += 1 }
      book.set(.offline, "\(plan.path) went away. Check the cable; it is opened again by itself.", at: now.utc)
    }
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
  private func submit(_ label: [UInt8], _ time: Timestamp, _ token: UInt64) -> Bool {
    let reading = reader.read(label, referenceYear: time.year)
    let mailbox = mailbox
    let book = book
    book.count {
      $0.requests += 1
      if reading.fault != nil { $0.malformed += 1 }
    }
    let isTaken = inbox.submit(
      .scan(ScannedLabel(reading), station: plan.station), from: plan.device, at: time,
      answer: { answer in
        book.count {
          $0.replies += 1
          if !answer.isAccepted { $0.exceptions += 1 }
        }
        mailbox.post(.answer(token: token, accepted: answer.isAccepted))
      })
    if !isTaken { book.count { $0.turnedAway += 1 } }
    return isTaken
  }

  private func publish(_ held: Held) {
    guard held.port != nil else { return }
    var detail = "\(plan.path), \(plan.baud) baud"
    if held.session.droppedPartials > 0 { detail += "; \(held.session.droppedPartials) unfinished labels dropped" }
    if held.session.turnedAway > 0 {
      detail += "; \(held.session.turnedAway) labels dropped because too many were waiting for their answer"
    }
    book.set(
      held.session.isSettled ? .online : .starting,
      held.session.isSettled ? detail : detail + "; waiting for the line to be quiet", at: clock.now().utc)
  }
}
