import CUSB
import Devices
import Glibc

/// The libusb context and everything that hangs on it. Lives and dies on the owner thread of ``USBScanners``.
final class USBEventLoop {
  /// Longest wait inside libusb, in microseconds: how late a stop is seen.
  static let longestTurnMicroseconds: Int64 = 200_000
  /// Attempts to open a freshly plugged scanner before its trouble is reported: rights settle after the plug.
  static let quietAttempts = 4

  /// A device that is on the allow-list and could not be taken over yet; holds a reference.
  private struct Retry {
    var device: OpaquePointer
    var identity: USBIdentity
    var backoff = Backoff(firstMicroseconds: 200_000, capMicroseconds: 5_000_000)
    var dueAt: Int64 = 0
  }

  private let owner: USBScanners
  private let context: OpaquePointer
  private let arrivals = USBArrivals()
  private var attachments: [Int: USBAttachment] = [:]
  private var retries: [Int: Retry] = [:]
  private var generator = SystemRandomNumberGenerator()

  init(_ owner: USBScanners) throws(USBFault) {
    self.owner = owner
    var made: OpaquePointer?
    try checked(libusb_init(&made), "starting libusb")
    guard let made else { throw .libusb(code: LIBUSB_ERROR_OTHER.rawValue, attempted: "starting libusb") }
    context = made
    for index in owner.plans.indices { reportAbsent(index) }
    do throws(USBFault) {
      guard try arrivals.listen(on: made) else {
        throw .libusb(code: LIBUSB_ERROR_NOT_SUPPORTED.rawValue, attempted: "listening for USB devices")
      }
    } catch {
      libusb_exit(made)
      throw error
    }
  }

  /// One round: waits for USB at most until the next deadline, then does what came.
  func turn() {
    handleEvents(atMost: nextWait())
    for (index, attachment) in attachments { take(attachment.drain(), from: index, attachment) }
    for event in arrivals.drain() {
      switch event {
      case .left(let device): left(device)
      case .arrived(let device):
        arrived(device)
        libusb_unref_device(device)
      }
    }
    for (index, attachment) in attachments where attachment.condition != .running { lose(index, attachment) }
    retryDue()
  }

  /// Gives every scanner back and closes libusb.
  func close() {
    for attachment in attachments.values { closeAttachment(attachment) }
    attachments = [:]
    for retry in retries.values { libusb_unref_device(retry.device) }
    retries = [:]
    for case .arrived(let device) in arrivals.drain() { libusb_unref_device(device) }
    libusb_exit(context)
  }

  // MARK: Reports

  private func take(_ reports: [[UInt8]], from index: Int, _ attachment: USBAttachment) {
    let now = owner.clock.now().monotonicMicroseconds
    if let label = attachment.assembler.expire(at: now) { owner.submit(label, from: index) }
    for report in reports {
      let typed = attachment.decoder.take(report)
      guard !typed.isEmpty else { continue }
      for label in attachment.assembler.take(typed, at: now) { owner.submit(label, from: index) }
    }
  }

  // MARK: Coming and going

  private func arrived(_ device: OpaquePointer) {
    guard let identity = Self.identity(of: device) else { return }
    for (index, plan) in owner.plans.enumerated() where identity.mayBeMeant(by: plan) {
      if let present = attachments[index], present.condition != .running { lose(index, present) }
      if let present = attachments[index] {
        // Which of the twins is meant cannot be known; the first one stays.
        report(
          index, .degraded,
          "in use at port \(present.portPath); a second one is at port \(identity.portPath). "
            + "Write the port or serial number of the right one into the configuration.")
        continue
      }
      open(index, Retry(device: libusb_ref_device(device), identity: identity))
      if attachments[index] != nil { return }
    }
  }

  private func left(_ device: OpaquePointer) {
    for (index, attachment) in attachments where attachment.device == device {
      attachment.markGone()
      lose(index, attachment)
    }
    for (index, retry) in retries where retry.device == device {
      retries[index] = nil
      libusb_unref_device(device)
      reportAbsent(index)
    }
  }

  /// Takes over the reference in `attempt`.
  private func open(_ index: Int, _ attempt: Retry) {
    var attempt = attempt
    if let earlier = retries.removeValue(forKey: index) { libusb_unref_device(earlier.device) }
    do throws(USBFault) {
      attachments[index] = try USBAttachment(
        device: attempt.device, portPath: attempt.identity.portPath, plan: owner.plans[index])
      libusb_unref_device(attempt.device)
      report(index, .online, "in keyboard mode at port \(attempt.identity.portPath)")
    } catch {
      if !error.isWorthRetrying || attempt.backoff.attempts >= Self.quietAttempts {
        report(index, .offline, "at port \(attempt.identity.portPath): \(error.words)")
      }
      guard error.isWorthRetrying else {
        libusb_unref_device(attempt.device)
        return
      }
      attempt.dueAt = owner.clock.now().monotonicMicroseconds + attempt.backoff.next(using: &generator)
      retries[index] = attempt
    }
  }

  private func retryDue() {
    let now = owner.clock.now().monotonicMicroseconds
    for (index, retry) in retries where retry.dueAt <= now {
      retries[index] = nil
      open(index, retry)
    }
  }

  private func lose(_ index: Int, _ attachment: USBAttachment) {
    attachments[index] = nil
    attachment.assembler.discardPartial()
    owner.books[index].count { $0.reconnects += 1 }
    if attachment.condition == .failed, let identity = Self.identity(of: attachment.device) {
      var retry = Retry(device: libusb_ref_device(attachment.device), identity: identity)
      retry.dueAt = owner.clock.now().monotonicMicroseconds + retry.backoff.next(using: &generator)
      retries[index] = retry
      report(index, .offline, "reading failed; it is opened again by itself")
    } else {
      reportAbsent(index)
    }
    closeAttachment(attachment)
  }

  private func closeAttachment(_ attachment: USBAttachment) {
    attachment.close(
      turn: { handleEvents(atMost: 50_000) },
      elapsedMicroseconds: { owner.clock.now().monotonicMicroseconds })
  }

  // MARK: Waiting and saying

  private func handleEvents(atMost microseconds: Int64) {
    var limit = timeval(tv_sec: Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
    // An interrupted or failed round is followed by the next one; what it means for a device, its transfer says.
    if libusb_handle_events_timeout_completed(context, &limit, nil) != 0 { pause(microseconds: 1_000) }
  }

  private func nextWait() -> Int64 {
    let deadlines = attachments.values.compactMap(\.assembler.deadline) + retries.values.map(\.dueAt)
    guard let next = deadlines.min() else { return Self.longestTurnMicroseconds }
    return max(0, min(Self.longestTurnMicroseconds, next - owner.clock.now().monotonicMicroseconds))
  }

  private func reportAbsent(_ index: Int) {
    report(index, .offline, "not plugged in. Plug it in; nothing else is needed.")
  }

  private func report(_ index: Int, _ state: LinkStatus.State, _ detail: String) {
    owner.books[index].set(state, "\(owner.plans[index].wanted): \(detail)", at: owner.clock.now().utc)
  }

  private static func identity(of device: OpaquePointer) -> USBIdentity? {
    var descriptor = libusb_device_descriptor()
    guard libusb_get_device_descriptor(device, &descriptor) == 0 else { return nil }
    // Seven is the deepest chain of hubs (USB 3.0, section 8.9, as libusb documents).
    var ports = [UInt8](repeating: 0, count: 7)
    let depth = libusb_get_port_numbers(device, &ports, Int32(ports.count))
    let path = ports.prefix(Int(max(0, depth))).map { String($0) }.joined(separator: ".")
    return USBIdentity(
      vendor: descriptor.idVendor, product: descriptor.idProduct,
      portPath: "\(libusb_get_bus_number(device))-\(path)")
  }
}

/// Sleeps; for owner threads only.
func pause(microseconds: Int64) {
  usleep(UInt32(max(0, min(microseconds, 999_999))))
}
