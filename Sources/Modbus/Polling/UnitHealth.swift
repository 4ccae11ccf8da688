import Devices

/// Whether a unit is worth asking: after the second failure in a row it rests, so that it costs the other units of its
/// endpoint little; every rest ends with a probe.
struct UnitHealth: Sendable {
  static let failuresBeforeRest = 2

  private(set) var failures = 0
  private(set) var restsUntil: Int64 = .min
  /// How the last failure is recorded while the unit rests.
  private(set) var quality: Quality = .badTimeout
  private(set) var detail: UInt16 = 0
  private var backoff = Backoff(firstMicroseconds: 500_000, capMicroseconds: 10_000_000)

  func isResting(at now: Int64) -> Bool { now < restsUntil }

  mutating func succeeded() {
    failures = 0
    restsUntil = .min
    backoff.reset()
  }

  mutating func failed(
    _ quality: Quality, detail: UInt16 = 0, now: Int64, using generator: inout some RandomNumberGenerator
  ) {
    failures += 1
    self.quality = quality
    self.detail = detail
    if failures >= Self.failuresBeforeRest { restsUntil = now + backoff.next(using: &generator) }
  }
}
