import Devices

/// A point of a profile, made ready to be put into registers often.
struct SimulatedPoint: Sendable {
  let address: Int
  let count: Int
  let type: PointType
  let order: WordOrder?
  let signal: PointSignal
  let sentinels: [UInt64]
  /// The same for no two points of a profile.
  let key: UInt64

  init(_ point: ProfilePoint, in profile: DeviceProfile, number: Int) {
    address = point.address
    count = point.addressCount
    type = point.type
    order = point.wordOrder
    signal = PointSignal(point, in: profile, number: number)
    sentinels = point.sentinels.map(\.raw)
    key = SeededHash.mixed(UInt64(number) &+ 0x5150)
  }

  var addresses: Range<Int> { address..<(address + count) }

  /// The bits of a number at a time; texts and clocks have none and give 0.
  func bits(deviceKey: UInt64, at moment: Moment, noValueRate: Double) -> UInt64 {
    let key = deviceKey ^ key
    if noValueRate > 0, let none = noValue,
      SeededHash.unit(key ^ UInt64(bitPattern: moment.utcMicroseconds)) < noValueRate
    {
      return none
    }
    switch signal {
    case .constant(let bits): return bits
    case .text, .clock: return 0
    case .codes(let codes): return codes[Int(step(key, moment) % UInt64(codes.count))]
    case .flags(let mask): return step(key, moment) & mask
    case .wave(let low, let high, let period):
      let raw = RegisterEncoder.bits(Self.number(low, high, period, key, moment), type)
      // A moving value that happens to look like "no value" gives way by one step.
      return sentinels.contains(raw) ? raw ^ 1 : raw
    }
  }

  /// What a wave stands at, before scale and offset; nil for other signals.
  func number(deviceKey: UInt64, at moment: Moment) -> Double? {
    guard case .wave(let low, let high, let period) = signal else { return nil }
    return Self.number(low, high, period, deviceKey ^ key, moment)
  }

  private static func number(
    _ low: Double, _ high: Double, _ period: Double, _ key: UInt64, _ moment: Moment
  ) -> Double {
    let turns = Double(moment.utcMicroseconds) / 1_000_000 / period + SeededHash.unit(key)
    let part = turns - turns.rounded(.down)
    return low + (high - low) * (1 - abs(2 * part - 1))
  }

  /// Bits that say "no value": the first sentinel, or NaN; nil where the point has neither.
  private var noValue: UInt64? {
    if let first = sentinels.first { return first }
    switch type {
    case .float16: return 0x7E00
    case .float32: return 0x7FC0_0000
    case .float64: return 0x7FF8_0000_0000_0000
    default: return nil
    }
  }

  private func step(_ key: UInt64, _ moment: Moment) -> UInt64 {
    SeededHash.mixed(key ^ UInt64(bitPattern: moment.utcMicroseconds / (PointSignal.codeSeconds * 1_000_000)))
  }

  /// Puts the part of the value that lies in `range` into `words`, whose first element has the address
  /// `range.lowerBound`.
  func put(
    into words: inout [UInt16], _ range: Range<Int>, deviceKey: UInt64, at moment: Moment, noValueRate: Double
  ) {
    let place = address - range.lowerBound
    switch signal {
    case .text(let registers): copy(registers, to: place, in: &words)
    case .clock(let layout):
      copy(
        RegisterEncoder.registers(utcMicroseconds: moment.utcMicroseconds, layout, order: order), to: place, in: &words)
    default:
      let bits = bits(deviceKey: deviceKey, at: moment, noValueRate: noValueRate)
      switch type {
      case .bit(let bit): words[place] |= UInt16(bits & 1) << UInt16(bit)
      case .bitField(let lowest, _): words[place] |= UInt16(truncatingIfNeeded: bits) << UInt16(lowest)
      case .int8(let half), .uint8(let half):
        words[place] |= UInt16(bits & 0xFF) << (half == .high ? 8 : 0)
      default:
        RegisterEncoder.put(bits, count: count, order: order, into: &words, at: place, within: words.indices)
      }
    }
  }

  private func copy(_ registers: [UInt16], to place: Int, in words: inout [UInt16]) {
    for (index, register) in registers.enumerated() where words.indices.contains(place + index) {
      words[place + index] = register
    }
  }
}
