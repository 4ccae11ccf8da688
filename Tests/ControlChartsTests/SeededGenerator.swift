/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same test on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A standard normal value, by the polar method of Marsaglia.
  mutating func normal() -> Double {
    while true {
      let u = unit() * 2 - 1
      let v = unit() * 2 - 1
      let square = u * u + v * v
      if square > 0, square < 1 { return u * (-2 * logarithm(square) / square).squareRoot() }
    }
  }

  private mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

#if canImport(Glibc)
  import Glibc
#endif

private func logarithm(_ value: Double) -> Double { log(value) }
