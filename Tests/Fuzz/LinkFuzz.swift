import Devices
import Shopfloor

@testable import Modbus

/// One connection to devices that answer well, badly, late, twice, in pieces or with noise.
struct LinkFuzz {
  private var machine: LinkMachine
  private var generator: SeededGenerator
  private var oracle = ReplyOracle()
  private let points: [ProfilePoint]
  private var now: Int64 = 0
  /// Replies that were sent before, to be sent again.
  private var earlier: [[UInt8]] = []
  private var pieces = 0

  static func run(_ framing: LinkMachine.Framing, seed: UInt64, _ tally: inout FuzzTally) throws {
    var generator = SeededGenerator(seed: seed)
    let points = RandomPoints.points(Int.random(in: 1...12, using: &generator), using: &generator)
    guard var fuzz = LinkFuzz(framing, points, generator) else {
      tally.plansRefused += 1
      return
    }
    for _ in 0..<200 { try fuzz.step(&tally) }
    tally.connections += Int(fuzz.machine.connection)
    tally.pieces += fuzz.pieces
    tally.acceptedFrames += fuzz.oracle.acceptedFrames
  }

  /// nil where the points cannot be read.
  private init?(_ framing: LinkMachine.Framing, _ points: [ProfilePoint], _ generator: SeededGenerator) {
    self.points = points
    self.generator = generator
    let rules = RequestRules(
      maximumRegisters: Int.random(in: 25...125, using: &self.generator),
      bridgesGaps: .random(using: &self.generator), responseTimeoutMicroseconds: 200_000,
      pipelineDepth: Int.random(in: 1...6, using: &self.generator),
      closesAfterPoll: Int.random(in: 0...5, using: &self.generator) == 0)
    let profile = DeviceProfile(
      name: "fuzz", vendor: "v", model: "m", status: .simulated, requests: rules, points: points)
    let names: [DeviceName] = ["plc-0", "plc-1"]
    do throws(ModbusSetupFault) {
      let units = try names.enumerated().map { index, name throws(ModbusSetupFault) in
        let plan = ModbusDevicePlan(
          device: name, profile: profile, endpoint: .tcp(host: "plc", port: 502), unit: UInt8(index + 1),
          parameters: points.indices.map { (points[$0].name, ParameterIndex(UInt32(index * 1_000 + $0))) })
        return try PolledUnit(plan: plan, points: try plan.mappedPoints(), start: 0, since: Self.time(0))
      }
      machine = LinkMachine(
        board: PollBoard(address: "plc:502", units: units, seed: 1), framing: framing, seed: 1)
    } catch {
      return nil
    }
    machine.start(now: clock)
  }

  private static func time(_ now: Int64) -> Timestamp { Timestamp(microseconds: 1_700_000_000_000_000 + now) }

  private var clock: ClockReading { ClockReading(utc: Self.time(now), monotonicMicroseconds: now) }

  private func chance(_ one: Int, _ generator: inout SeededGenerator) -> Bool {
    Int.random(in: 1...one, using: &generator) == 1
  }

  // MARK: Steps

  private mutating func step(_ tally: inout FuzzTally) throws {
    now += Int64.random(in: 0...(chance(9, &generator) ? 300_000 : 9_000), using: &generator)
    let connect = machine.actions.connect
    machine.actions.clear()
    if let connect, !chance(12, &generator) {
      machine.handle(.connected(connection: connect), now: clock)
    } else if let connect {
      machine.handle(.connectFailed(connection: connect, reason: "refused"), now: clock)
    }
    switch Int.random(in: 0...39, using: &generator) {
    case 0: machine.handle(.closed(connection: machine.connection, reason: "gone"), now: clock)
    case 1, 2: machine.handle(.tick, now: clock)
    default: deliver(reply())
    }
    try judge(&tally)
  }

  /// Hands bytes over in pieces, now and then to a connection that is no more.
  private mutating func deliver(_ bytes: [UInt8]) {
    var rest = bytes[...]
    let connection = chance(40, &generator) ? machine.connection &- 1 : machine.connection
    while !rest.isEmpty {
      let size = Int.random(in: 1...rest.count, using: &generator)
      let piece = Array(rest.prefix(size))
      rest = rest.dropFirst(size)
      oracle.see(piece, machine, connection: connection)
      piece.withUnsafeBytes { machine.receive($0, connection: connection, now: clock) }
      pieces += 1
      now += Int64.random(in: 0...2_000, using: &generator)
    }
  }

  private mutating func judge(_ tally: inout FuzzTally) throws {
    var isNews = false
    for batch in machine.board.takeBatches() {
      isNews = true
      for reading in batch.readings {
        let index = Int(reading.parameter.rawValue)
        let point = points[index % 1_000]
        try ReadingRules.check(reading, point)
        guard reading.quality.hasValue else {
          tally.badReadings += 1
          continue
        }
        tally.goodReadings += 1
        guard oracle.explains(reading, point, unit: UInt8(index / 1_000 + 1)) else {
          throw FuzzFinding("\(point.name) (\(point.type)) says \(reading.value), raw \(reading.raw): nobody sent that")
        }
      }
      for text in batch.texts { try ReadingRules.check(text) }
    }
    // What was believable in one poll is not in the next, as far as no poll is under way.
    if isNews, !machine.board.hasActivePolls { oracle.forget() }
  }

  // MARK: Replies

  /// A reply to a request on its way, mostly changed.
  private mutating func reply() -> [UInt8] {
    guard let asked = machine.inFlight.randomElement(using: &generator), !chance(40, &generator) else {
      return chance(2, &generator)
        ? generator.bytes(Int.random(in: 1...40, using: &generator)) : earlier.randomElement(using: &generator) ?? [0]
    }
    guard case .read(let request) = asked.turn.request else { return [0] }
    var frame = Frame(transaction: asked.transaction, unit: asked.turn.unit, pdu: [request.functionCode])
    if chance(10, &generator) {
      frame.pdu = [request.functionCode | 0x80, UInt8.random(in: 1...12, using: &generator)]
    } else {
      frame.pdu += [UInt8(truncatingIfNeeded: request.replyByteCount)] + data(request.replyByteCount)
    }
    if chance(8, &generator) { frame.disturb(using: &generator) }
    var bytes = frame.bytes(machine.framing)
    if chance(12, &generator) { Self.disturb(&bytes, using: &generator) }
    if chance(30, &generator) { bytes += earlier.randomElement(using: &generator) ?? bytes }
    earlier.append(bytes)
    if earlier.count > 12 { earlier.removeFirst() }
    return bytes
  }

  /// Data that decoders like to stumble over.
  private mutating func data(_ count: Int) -> [UInt8] {
    switch Int.random(in: 0...5, using: &generator) {
    case 0: [UInt8](repeating: 0xFF, count: count)
    case 1: [UInt8](repeating: 0, count: count)
    case 2: (0..<count).map { _ in UInt8.random(in: 0x20...0x7E, using: &generator) }
    case 3: (0..<count).map { $0 % 2 == 0 ? 0 : UInt8.random(in: 0...40, using: &generator) }
    case 4: (0..<count).map { _ in [0x7F, 0x80, 0xC0, 0xFF, 0xE5].randomElement(using: &generator) ?? 0 }
    default: generator.bytes(count)
    }
  }

  private static func disturb(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    switch Int.random(in: 0...4, using: &generator) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
    case 3: bytes.removeSubrange(place...)
    default: bytes += generator.bytes(Int.random(in: 1...9, using: &generator))
    }
  }
}

/// A reply before it is framed.
private struct Frame {
  var transaction: UInt16
  var unit: UInt8
  var pdu: [UInt8]
  var protocolID: UInt16 = 0
  var lengthError = 0

  /// Makes it another frame, well formed or not.
  mutating func disturb(using generator: inout SeededGenerator) {
    switch Int.random(in: 0...6, using: &generator) {
    case 0: transaction &+= UInt16.random(in: 1...3, using: &generator)
    case 1: unit = UInt8.random(in: 0...3, using: &generator)
    case 2: pdu[0] = UInt8.random(in: .min ... .max, using: &generator)
    case 3 where pdu.count > 1: pdu[1] = UInt8.random(in: .min ... .max, using: &generator)
    case 4: pdu += [0x0B, 0xAD]
    case 5: protocolID = UInt16.random(in: 0...2, using: &generator)
    default: lengthError = Int.random(in: -3...300, using: &generator)
    }
  }

  func bytes(_ framing: LinkMachine.Framing) -> [UInt8] {
    let body = [unit] + pdu
    switch framing {
    case .tcp:
      let length = max(0, body.count + lengthError)
      return [transaction, protocolID, UInt16(truncatingIfNeeded: length)].flatMap {
        [UInt8($0 >> 8), UInt8($0 & 0xFF)]
      }
        + body
    case .rtu:
      let crc = RTUFrame.crc(body)
      return body + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
    }
  }
}

extension SeededGenerator {
  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
  }
}
