/// One connection or serial line as pure decisions: requests come in with the time, what is to be sent comes out.
struct LinkSession {
  enum Action: Hashable, Sendable {
    case send([UInt8], afterSeconds: Double, byteGapSeconds: Double)
    case reset
    /// The other end does not speak the protocol.
    case close
  }

  private let plc: SimulatedPLC
  private let framing: PLCFraming
  /// The device that answers whatever the unit id; nil where the unit id chooses.
  private let onlyDevice: Int?
  private var frames: RequestFrames
  private var requestNumber: UInt64
  /// Scenario seconds of the last reply.
  private var lastReplyAt = -Double.infinity
  /// What `late_reply` keeps until the next request.
  private var heldBack: [UInt8]?

  /// - Parameter number: another one for each session of a simulation.
  init(plc: SimulatedPLC, framing: PLCFraming, onlyDevice: Int?, number: Int) {
    self.plc = plc
    self.framing = framing
    self.onlyDevice = onlyDevice
    frames = RequestFrames(framing)
    requestNumber = UInt64(number) << 32
  }

  mutating func forgetPartialFrame() { frames.forgetPartialFrame() }

  mutating func receive(_ bytes: some Sequence<UInt8>) -> [Action] {
    frames.append(bytes)
    var actions: [Action] = []
    while let frame = frames.next() { answer(frame, at: plc.now, into: &actions) }
    if frames.isBroken { actions.append(.close) }
    return actions
  }

  private mutating func answer(_ request: RequestFrame, at moment: Moment, into actions: inout [Action]) {
    requestNumber += 1
    let draw = plc.quirks.isEmpty ? 0 : SeededHash.unit(requestNumber)
    if !plc.quirks.isEmpty {
      if let held = heldBack {
        heldBack = nil
        actions.append(.send(held, afterSeconds: 0, byteGapSeconds: 0))
      }
      if isUnheard(request, moment, draw) { return }
    }
    guard let device = device(of: request, moment) else {
      // A serial line is silent about units that are not there; a gateway is not.
      guard let code = gatewayCode(request, moment) else { return }
      actions.append(send(frame(request, [(request.pdu.first ?? 0) | 0x80, code], [])))
      return
    }
    guard let reply = plc.reply(device: device, pdu: request.pdu, at: moment, draw: draw) else { return }
    lastReplyAt = moment.seconds
    guard !reply.quirks.isEmpty else {
      actions.append(send(frame(request, reply.pdu, [])))
      return
    }
    perform(reply, request, into: &actions)
  }

  private func send(_ bytes: [UInt8]) -> Action { .send(bytes, afterSeconds: 0, byteGapSeconds: 0) }

  private mutating func perform(
    _ reply: SimulatedPLC.Reply, _ request: RequestFrame, into actions: inout [Action]
  ) {
    let kinds = reply.quirks.map(\.kind)
    func quirk(_ kind: Quirk.Kind) -> Quirk? { reply.quirks.first { $0.kind == kind } }
    if kinds.contains(.reset) {
      actions.append(.reset)
      return
    }
    if kinds.contains(.silence) || kinds.contains(.halfOpen) { return }
    let bytes = frame(request, reply.pdu, kinds)
    if kinds.contains(.lateReply) {
      heldBack = bytes
      return
    }
    let action = Action.send(
      bytes, afterSeconds: quirk(.delay)?.delaySeconds ?? 0, byteGapSeconds: quirk(.slowBytes)?.delaySeconds ?? 0)
    actions.append(action)
    if kinds.contains(.duplicateReply) { actions.append(action) }
  }

  /// Requests that the device does not hear at all.
  private func isUnheard(_ request: RequestFrame, _ moment: Moment, _ draw: Double) -> Bool {
    plc.quirks.contains { quirk in
      guard quirk.isActive(at: moment.seconds) else { return false }
      switch quirk.kind {
      case .ignoredUnit: return quirk.units.contains(Int(request.unit))
      case .pauseNeeded: return moment.seconds - lastReplyAt < quirk.delaySeconds && draw < quirk.rate
      default: return false
      }
    }
  }

  private func device(of request: RequestFrame, _ moment: Moment) -> Int? {
    let isMissing = plc.quirks.contains {
      $0.kind == .missingUnit && $0.isActive(at: moment.seconds) && $0.concerns(unit: Int(request.unit))
    }
    if isMissing { return nil }
    let device = onlyDevice ?? Int(request.unit)
    return (1...plc.deviceCount).contains(device) ? device : nil
  }

  /// What a gateway says of a unit that it cannot reach; nil on a serial line.
  private func gatewayCode(_ request: RequestFrame, _ moment: Moment) -> UInt8? {
    let quirk = plc.quirks.first {
      $0.kind == .missingUnit && $0.isActive(at: moment.seconds) && $0.concerns(unit: Int(request.unit))
    }
    if let quirk { return UInt8(quirk.code) }
    return framing == .tcp ? 0x0B : nil
  }

  // MARK: Frames

  private func frame(_ request: RequestFrame, _ honest: [UInt8], _ kinds: [Quirk.Kind]) -> [UInt8] {
    var pdu = honest
    if kinds.contains(.wrongFunction) { pdu[0] = pdu[0] &+ 1 }
    if kinds.contains(.wrongByteCount), pdu.count > 2, pdu[0] < 5 { pdu[1] = pdu[1] &+ 2 }
    let unit = kinds.contains(.wrongUnit) ? request.unit &+ 1 : request.unit
    var bytes: [UInt8]
    switch framing {
    case .tcp:
      let transaction = kinds.contains(.wrongTransaction) ? request.transaction &+ 1 : request.transaction
      let length = pdu.count + 1 + (kinds.contains(.shortLength) ? -1 : 0) + (kinds.contains(.longLength) ? 1 : 0)
      bytes = [
        UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, kinds.contains(.wrongProtocol) ? 1 : 0,
        UInt8(length >> 8), UInt8(length & 0xFF), unit,
      ]
      bytes += pdu
    case .rtu:
      bytes = [unit] + pdu
      let check = RequestFrames.checksum(bytes) ^ (kinds.contains(.crcError) ? 0x0101 : 0)
      bytes += [UInt8(check & 0xFF), UInt8(check >> 8)]
    }
    if kinds.contains(.noise) {
      let random = SeededHash.mixed(requestNumber)
      bytes = (0..<(1 + Int(random % 5))).map { UInt8(truncatingIfNeeded: random >> (8 * UInt64($0))) } + bytes
    }
    return bytes
  }
}
