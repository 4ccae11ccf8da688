import CUSB
import Devices
import Glibc

/// The libusb context and everything that hangs on it: performs what ``USBDesk`` decides. Lives and dies on the owner
/// thread of ``USBScanners``.
final class USBEventLoop {
  /// Longest wait with nothing to do, in microseconds.
  static let longestWaitMicroseconds: Int64 = 60_000_000
  static let failurePauseMicroseconds: UInt32 = 10_000

  private let owner: USBScanners
  private let context: OpaquePointer
  private let sysfs = USBSysfs()
  private let arrivals = USBArrivals()
  private var desk: USBDesk
  /// Present devices that a plan may need; each holds a reference.
  private var devices: [USBDesk.Token: OpaquePointer] = [:]
  private var nextToken: USBDesk.Token = 1
  private var attached: [Int: AttachedScanner] = [:]

  init(_ owner: USBScanners) throws(USBFault) {
    self.owner = owner
    desk = USBDesk(owner.plans)
    var made: OpaquePointer?
    try checked(libusb_init(&made), "starting libusb")
    guard let made else { throw .libusb(code: LIBUSB_ERROR_OTHER.rawValue, attempted: "starting libusb") }
    context = made
    do throws(USBFault) {
      guard try arrivals.listen(on: made) else {
        throw .libusb(code: LIBUSB_ERROR_NOT_SUPPORTED.rawValue, attempted: "listening for USB devices")
      }
    } catch {
      libusb_exit(made)
      throw error
    }
    // The devices that are there already were reported while listening began.
    takeArrivals()
    publish()
  }

  /// One round: sleeps until something happens or is due, then does what came.
  func turn() {
    let inputs = attached.values.flatMap(\.attachment.descriptors).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    owner.sleep(descriptors: usbDescriptors() + inputs, until: deadline)
    // What is not there now had not come before this time.
    let now = monotonic
    let hasLooked = handleEvents(atMost: 0)
    for index in attached.keys.sorted() { takeReports(index, lookedAt: hasLooked ? now : nil) }
    takeArrivals()
    for (index, scanner) in attached.sorted(by: { $0.key < $1.key }) {
      switch scanner.attachment.condition {
      case .running: break
      case .gone: handle(.gone(plan: index))
      case .failed: handle(.broke(plan: index))
      }
    }
    handle(.timePassed)
    publish()
  }

  /// Gives every scanner back and closes libusb.
  func close() {
    for index in attached.keys.sorted() { detach(index, "stopped", isLost: false) }
    for case .arrived(let device) in arrivals.drain() { libusb_unref_device(device) }
    for device in devices.values { libusb_unref_device(device) }
    devices = [:]
    libusb_exit(context)
  }

  // MARK: Coming and going

  private func takeArrivals() {
    for event in arrivals.drain() {
      switch event {
      case .arrived(let device):
        // While listening began, a device may have been told twice.
        guard !devices.values.contains(device), let identity = identity(of: device) else {
          libusb_unref_device(device)
          continue
        }
        devices[nextToken] = device
        nextToken += 1
        handle(.arrived(nextToken - 1, identity))
      case .left(let device):
        // The reference to it is held until the desk forgets it, so the pointer still means this device.
        guard let token = devices.first(where: { $0.value == device })?.key else { continue }
        attached.values.first { $0.token == token }?.attachment.markGone()
        handle(.left(token))
      }
    }
  }

  /// Lets the desk decide and performs its actions, and what follows from them.
  private func handle(_ event: USBDesk.Event) {
    var actions = desk.handle(event, at: monotonic)[...]
    while let action = actions.popFirst() {
      switch action {
      case .open(let index, let token, let identity, let route):
        actions += desk.handle(open(index, token, identity, route), at: monotonic)
      case .close(let index):
        detach(index, attached[index]?.lossWords ?? "", isLost: true)
      case .forget(let token):
        if let device = devices.removeValue(forKey: token) { libusb_unref_device(device) }
      }
    }
  }

  private func open(
    _ index: Int, _ token: USBDesk.Token, _ identity: USBIdentity, _ route: USBDesk.Route
  ) -> USBDesk.Event {
    guard let device = devices[token] else { return .gone(plan: index) }
    let plan = owner.plans[index]
    do throws(USBFault) {
      switch route {
      case .usb:
        let taken = try USBAttachment.open(
          device, identity, plan, variant: owner.labels[index].variant(of: identity), sysfs: sysfs,
          clock: owner.clock)
        attached[index] = AttachedScanner(
          token: token, identity: identity, attachment: taken.attachment, reader: taken.reader, at: monotonic)
      case .inputDevice:
        let attachment = try EvdevAttachment(
          identity, deviceNumber: libusb_get_device_address(device), sysfs: sysfs, clock: owner.clock)
        attached[index] = AttachedScanner(
          token: token, identity: identity, attachment: attachment, reader: .keyboard(KeyDecoder(plan.text)),
          at: monotonic)
      }
    } catch {
      return .refused(plan: index, error)
    }
    let words = attached[index]?.words(route) ?? ""
    owner.labels[index].attached("\(identity.type) \(words) at port \(identity.portPath)")
    return .opened(plan: index, words: words)
  }

  private func detach(_ index: Int, _ words: String, isLost: Bool) {
    guard var scanner = attached.removeValue(forKey: index) else { return }
    // Whole labels that came before it went are labels; what stands unfinished goes.
    let events = scanner.detached()
    owner.labels[index].take(events, scanner)
    owner.labels[index].detached(scanner, words, isLost: isLost)
    scanner.attachment.close(turn: { _ = handleEvents(atMost: 50_000) }, elapsedMicroseconds: { monotonic })
    // Whoever waits for it to be ready must not take the old state for that of its next handle.
    publish(index)
  }

  // MARK: Reports

  private func takeReports(_ index: Int, lookedAt now: Int64?) {
    guard var scanner = attached[index] else { return }
    let mode = scanner.reader.mode
    let events = scanner.takeReports(lookedAt: now) { owner.tell($0, of: index, in: mode) }
    attached[index] = scanner
    owner.labels[index].take(events, scanner)
  }

  // MARK: Waiting and saying

  private var monotonic: Int64 { owner.clock.now().monotonicMicroseconds }

  private var deadline: Int64 {
    // A request to one device runs the callbacks of all: what they brought is taken now.
    if !arrivals.isEmpty || attached.values.contains(where: \.attachment.hasNews) { return 0 }
    let due = attached.values.compactMap(\.deadline) + (desk.deadline.map { [$0] } ?? [])
    return min(due.min() ?? .max, monotonic + Self.longestWaitMicroseconds)
  }

  /// False where it could not be looked whether something came.
  private func handleEvents(atMost microseconds: Int64) -> Bool {
    var limit = timeval(tv_sec: Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
    // What a failed round means for a device, its transfer says; a short pause keeps it from becoming a busy loop.
    let code = libusb_handle_events_timeout_completed(context, &limit, nil)
    if code < 0, code != LIBUSB_ERROR_INTERRUPTED.rawValue { usleep(Self.failurePauseMicroseconds) }
    return code >= 0
  }

  /// What libusb waits for; it changes with every device that is opened.
  private func usbDescriptors() -> [pollfd] {
    guard let list = libusb_get_pollfds(context) else { return [] }
    defer { libusb_free_pollfds(list) }
    var watched: [pollfd] = []
    var next = list
    while let one = next.pointee {
      watched.append(pollfd(fd: one.pointee.fd, events: one.pointee.events, revents: 0))
      next += 1
    }
    return watched
  }

  private func publish() {
    for index in owner.plans.indices { publish(index) }
  }

  private func publish(_ index: Int) {
    let (state, words) = desk.status(of: index)
    if attached[index]?.isSettled == false {
      owner.labels[index].publish(.starting, words + "; waiting for it to be silent")
    } else {
      owner.labels[index].publish(state, words)
    }
  }

  private func identity(of device: OpaquePointer) -> USBIdentity? {
    var descriptor = libusb_device_descriptor()
    guard libusb_get_device_descriptor(device, &descriptor) == 0 else { return nil }
    // Seven is the deepest chain of hubs (USB 3.0, section 8.9, as libusb documents).
    var ports = [UInt8](repeating: 0, count: 7)
    let depth = libusb_get_port_numbers(device, &ports, Int32(ports.count))
    let path = ports.prefix(Int(max(0, depth))).map { String($0) }.joined(separator: ".")
    let portPath = "\(libusb_get_bus_number(device))-\(path)"
    return USBIdentity(
      vendor: descriptor.idVendor, product: descriptor.idProduct,
      serialNumber: descriptor.iSerialNumber == 0 ? nil : sysfs.serialNumber(portPath: portPath), portPath: portPath)
  }
}
