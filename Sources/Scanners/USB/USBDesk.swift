import Devices

/// Which device belongs to which plan, and what to do next: pure, ``USBEventLoop`` performs the actions.
///
/// A device is opened for one plan only, and only if that plan names it. A plan holds one device; a second one that it
/// names as well waits, and is told in the status.
struct USBDesk: Sendable {
  /// Stands for one device from its arrival until it leaves; never used twice.
  typealias Token = Int

  /// How a device is taken.
  enum Route: Hashable, Sendable { case usb, inputDevice }

  enum Event: Sendable {
    case arrived(Token, USBIdentity)
    case left(Token)
    /// `words`: the mode and how it is read.
    case opened(plan: Int, words: String)
    case refused(plan: Int, USBFault)
    /// Its transfer says that the device is gone.
    case gone(plan: Int)
    /// Reading failed, the device is still there.
    case broke(plan: Int)
    case timePassed
  }

  enum Action: Hashable, Sendable {
    case open(plan: Int, Token, USBIdentity, Route)
    case close(plan: Int)
    /// Nothing here needs the device any more.
    case forget(Token)
  }

  /// Attempts at a freshly plugged scanner before missing rights are reported: they settle after the plug.
  static let quietAttempts = 4
  /// Refusals before the input device of the kernel is tried instead.
  static let attemptsBeforeFallback = 2
  /// A scanner that was read for so long is opened anew without the waits of earlier failures.
  static let steadyMicroseconds: Int64 = 10_000_000

  /// What one plan holds.
  private struct Place: Sendable {
    var plan: USBScannerPlan
    var occupant: Token?
    var openedAt: Int64?
    var words = ""
    var backoff = USBDesk.backoff
    var dueAt: Int64?
    var fault: USBFault?
    /// Why the input device could not be read either.
    var fallbackFault: USBFault?
    /// Devices that it names but can never be read as they are.
    var rejected: [Token: USBFault] = [:]

    mutating func vacate() {
      occupant = nil
      openedAt = nil
      dueAt = nil
      fault = nil
      fallbackFault = nil
      backoff = USBDesk.backoff
    }
  }

  private static let backoff = Backoff(firstMicroseconds: 200_000, capMicroseconds: 5_000_000)

  private var places: [Place]
  private var present: [Token: USBIdentity] = [:]
  private var generator = SystemRandomNumberGenerator()

  init(_ plans: [USBScannerPlan]) { places = plans.map { Place(plan: $0) } }

  /// When `.timePassed` has something to do, monotonic microseconds.
  var deadline: Int64? { places.compactMap(\.dueAt).min() }

  mutating func handle(_ event: Event, at now: Int64) -> [Action] {
    switch event {
    case .arrived(let token, let identity):
      guard places.contains(where: { $0.plan.vendor == identity.vendor }) else { return [.forget(token)] }
      // One port holds one device: that the earlier one left was missed.
      let earlier = present.first { $0.value.portPath == identity.portPath }?.key
      let actions = earlier.map { left($0) } ?? []
      present[token] = identity
      return actions + assign()
    case .left(let token): return left(token)
    case .opened(let index, let words):
      places[index].openedAt = now
      places[index].words = words
      places[index].fault = nil
      places[index].fallbackFault = nil
      return []
    case .refused(let index, let fault): return refused(index, fault, at: now)
    case .gone(let index): return places[index].occupant.map { left($0) } ?? []
    case .broke(let index): return broke(index, at: now)
    case .timePassed:
      let due = places.indices.filter { places[$0].dueAt.map { $0 <= now } ?? false }
      return due.compactMap { open($0, .usb) }
    }
  }

  // MARK: Steps

  /// Gives every device that waits to a plan that is free. A plan that names serial number or port goes before one that
  /// names neither.
  private mutating func assign() -> [Action] {
    var actions: [Action] = []
    for token in present.keys.sorted() where !places.contains(where: { $0.occupant == token }) {
      guard let identity = present[token] else { continue }
      let fitting = places.indices.filter {
        places[$0].occupant == nil && places[$0].plan.names(identity) && places[$0].rejected[token] == nil
      }
      guard let index = fitting.max(by: { places[$0].plan.precision < places[$1].plan.precision }) else { continue }
      places[index].vacate()
      places[index].occupant = token
      if let action = open(index, .usb) { actions.append(action) }
    }
    return actions
  }

  private mutating func open(_ index: Int, _ route: Route) -> Action? {
    places[index].dueAt = nil
    guard let token = places[index].occupant, let identity = present[token] else { return nil }
    return .open(plan: index, token, identity, route)
  }

  private mutating func left(_ token: Token) -> [Action] {
    guard present.removeValue(forKey: token) != nil else { return [] }
    var actions: [Action] = []
    for index in places.indices {
      places[index].rejected[token] = nil
      guard places[index].occupant == token else { continue }
      if places[index].openedAt != nil { actions.append(.close(plan: index)) }
      places[index].vacate()
    }
    return actions + [.forget(token)] + assign()
  }

  private mutating func refused(_ index: Int, _ fault: USBFault, at now: Int64) -> [Action] {
    guard let token = places[index].occupant else { return [] }
    if fault.isGone { return left(token) }
    guard fault.isWorthRetrying else {
      places[index].vacate()
      places[index].rejected[token] = fault
      return assign()
    }
    if fault.isOfInputDevice { places[index].fallbackFault = fault } else { places[index].fault = fault }
    let mayFallBack = places[index].plan.fallsBackToInputDevice && places[index].plan.mode != .pointOfSale
    let wait = places[index].backoff.next(using: &generator)
    if mayFallBack, fault.permitsFallback, places[index].backoff.attempts >= Self.attemptsBeforeFallback {
      return open(index, .inputDevice).map { [$0] } ?? []
    }
    places[index].dueAt = now + wait
    return []
  }

  private mutating func broke(_ index: Int, at now: Int64) -> [Action] {
    guard let openedAt = places[index].openedAt else { return [] }
    if now - openedAt >= Self.steadyMicroseconds { places[index].backoff = Self.backoff }
    places[index].openedAt = nil
    places[index].fault = .readingFailed
    places[index].dueAt = now + places[index].backoff.next(using: &generator)
    return [.close(plan: index)]
  }
}

// MARK: - Words

extension USBDesk {
  /// How a plan stands, for a technician.
  func status(of index: Int) -> (state: LinkStatus.State, words: String) {
    let place = places[index]
    guard let token = place.occupant, let identity = present[token] else { return absence(place) }
    let port = "at port \(identity.portPath)"
    if place.openedAt != nil {
      let others = present.filter { $0.key != token && place.plan.names($0.value) }.map(\.value.portPath).sorted()
      guard let other = others.first else { return (.online, "\(place.words) \(port)") }
      // Which of the twins is meant cannot be known; the first one stays.
      return (
        .degraded,
        "\(place.words) \(port); a second one is at port \(other). "
          + "Write the port or serial number of the right one into the configuration."
      )
    }
    guard let fault = place.fault, !fault.isAccess || place.backoff.attempts >= Self.quietAttempts else {
      return (.starting, "\(port): being opened")
    }
    let fallback = place.fallbackFault.map { " Its input device: \($0.words)" } ?? ""
    return (.offline, "\(port): \(fault.words)\(fallback)")
  }

  /// Why a plan holds no device, from the devices that are nearest to what it names.
  private func absence(_ place: Place) -> (LinkStatus.State, String) {
    if let (token, fault) = place.rejected.min(by: { $0.key < $1.key }), let identity = present[token] {
      return (.offline, "at port \(identity.portPath): \(fault.words)")
    }
    let free = present.filter { token, _ in !places.contains { $0.occupant == token } }.map(\.value)
      .sorted { $0.portPath < $1.portPath }
    if let other = free.first(where: place.plan.isOfType) {
      return (
        .offline,
        "the one at port \(other.portPath) has "
          + (other.serialNumber.map { "the serial number \"\($0)\"" } ?? "no serial number")
          + " and is left alone. Plug the right one in, or correct serial number or port in the configuration."
      )
    }
    let plan = place.plan
    let changed = free.first {
      $0.vendor == plan.vendor && (plan.serialNumber != nil || plan.portPath != nil)
        && (plan.serialNumber ?? $0.serialNumber) == $0.serialNumber && (plan.portPath ?? $0.portPath) == $0.portPath
    }
    if let changed {
      return (
        .offline,
        "\(changed.type) is at port \(changed.portPath) instead; a scanner changes its number with its mode. "
          + "Switch it back, or write \(changed.type) into the configuration."
      )
    }
    return (.offline, "not plugged in. Plug it in; nothing else is needed.")
  }
}

extension USBScannerPlan {
  /// How exactly the plan names its device.
  fileprivate var precision: Int { (serialNumber == nil ? 0 : 2) + (portPath == nil ? 0 : 1) }
}
