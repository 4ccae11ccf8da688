import Devices
import Shopfloor
import Synchronization

/// Answers the requests to a number of devices of one kind. Written without Lotwire's own Modbus code, so that a mistake
/// there cannot hide behind the same mistake here.
final class SimulatedPLC: Sendable {
  /// What a device says to a request.
  struct Reply: Sendable {
    var pdu: [UInt8]
    /// Quirks that concern how the reply travels.
    var quirks: [Quirk]
  }

  let deviceCount: Int
  let quirks: [Quirk]
  private let memory: any DeviceMemory
  private let journal: ReplyJournal?
  private let allowsWrites: Bool
  /// Scenario seconds per real second.
  let speed: Double
  private let clock: any WallClock
  private let startMicroseconds: Int64
  private let seed: UInt64
  /// Values that were written, by device, table and address.
  private let written = Mutex<[WrittenPlace: UInt16]>([:])
  private let answered = Atomic<Int>(0)

  private struct WrittenPlace: Hashable {
    var device: Int
    var table: RegisterTable
    var address: Int
  }

  init(
    memory: any DeviceMemory, devices: Int, quirks: [Quirk] = [], journal: ReplyJournal? = nil,
    allowsWrites: Bool = false, speed: Double = 1, seed: UInt64 = 1, clock: any WallClock = SystemClock()
  ) {
    self.memory = memory
    deviceCount = devices
    self.quirks = quirks
    self.journal = journal
    self.allowsWrites = allowsWrites
    self.speed = speed
    self.seed = seed
    self.clock = clock
    startMicroseconds = clock.now().monotonicMicroseconds
  }

  var answeredRequests: Int { answered.load(ordering: .relaxed) }

  var now: Moment {
    let now = clock.now()
    let elapsed = Double(now.monotonicMicroseconds - startMicroseconds) / 1_000_000
    return Moment(utcMicroseconds: now.utc.microseconds, seconds: elapsed * speed)
  }

  /// - Parameters:
  ///   - device: 1 to the number of devices.
  ///   - draw: from 0 to below 1, another one for each request: decides on quirks that come now and then.
  /// - Returns: nil for silence.
  func reply(device: Int, pdu: [UInt8], at moment: Moment, draw: Double) -> Reply? {
    answered.add(1, ordering: .relaxed)
    let request: PLCRequest
    do {
      request = try PLCRequest(pdu)
    } catch {
      let code: UInt8 = error == .unknownFunction ? 1 : 3
      return Reply(pdu: [(pdu.first ?? 0) | 0x80, code], quirks: [])
    }
    let active = quirks.isEmpty ? [] : active(device, request, moment, draw)
    if let refusal = refusal(of: request, active) {
      return Reply(pdu: [request.function | 0x80, refusal], quirks: active)
    }
    let words: [UInt16]
    switch request.operation {
    case .read: words = read(request, device, moment, active)
    case .write(let values):
      words = values
      if !active.contains(where: { $0.kind == .writeIgnored }) { write(values, request, device) }
    }
    let leaves = !active.contains { [.silence, .reset, .halfOpen].contains($0.kind) }
    if leaves, let journal {
      journal.write(
        microseconds: moment.utcMicroseconds, unit: device, request: request, words: words,
        quirk: active.first?.kind.rawValue ?? "")
    }
    return Reply(
      pdu: request.operation == .read ? request.reply(words) : Array(pdu[0..<5]), quirks: active)
  }

  private func active(_ device: Int, _ request: PLCRequest, _ moment: Moment, _ draw: Double) -> [Quirk] {
    quirks.filter {
      $0.isActive(at: moment.seconds) && $0.concerns(unit: device) && $0.concerns(request.table, request.addresses)
        && ($0.kind == .noValue || draw < $0.rate)
    }
  }

  /// The exception that stands against a request.
  private func refusal(of request: PLCRequest, _ active: [Quirk]) -> UInt8? {
    guard request.operation == .read || allowsWrites, memory.serves(request.table) else { return 1 }
    for quirk in active {
      switch quirk.kind {
      case .exception: return UInt8(quirk.code)
      case .requestLimit where request.addresses.count > quirk.limit: return UInt8(quirk.code)
      case .atomicOnly where memory.cutsValue(request.table, request.addresses): return UInt8(quirk.code)
      case .holesException where !memory.isReadable(request.table, request.addresses): return UInt8(quirk.code)
      default: continue
      }
    }
    guard request.addresses.upperBound <= 65_536 else { return 2 }
    if request.operation != .read { return memory.isWritable(request.table, request.addresses) ? nil : 2 }
    let fillsHoles = active.contains { $0.kind == .holesRandom }
    return fillsHoles || memory.isReadable(request.table, request.addresses) ? nil : 2
  }

  private func read(_ request: PLCRequest, _ device: Int, _ moment: Moment, _ active: [Quirk]) -> [UInt16] {
    let addresses = request.addresses
    var words = [UInt16](repeating: 0, count: addresses.count)
    let noValueRate = active.first { $0.kind == .noValue }?.rate ?? 0
    memory.read(
      request.table, addresses, device: device, at: moment, noValueRate: noValueRate, into: &words)
    if active.contains(where: { $0.kind == .holesRandom }) {
      for address in addresses where !memory.isReadable(request.table, address..<(address + 1)) {
        let random = SeededHash.mixed(seed ^ UInt64(moment.utcMicroseconds) ^ UInt64(address) << 48)
        words[address - addresses.lowerBound] = UInt16(random & (request.table.holdsRegisters ? 0xFFFF : 1))
      }
    }
    guard allowsWrites else { return words }
    written.withLock { written in
      for address in addresses {
        guard let word = written[WrittenPlace(device: device, table: request.table, address: address)] else { continue }
        words[address - addresses.lowerBound] = word
      }
    }
    return words
  }

  private func write(_ values: [UInt16], _ request: PLCRequest, _ device: Int) {
    written.withLock { written in
      for (address, value) in zip(request.addresses, values) {
        written[WrittenPlace(device: device, table: request.table, address: address)] = value
      }
    }
  }
}
