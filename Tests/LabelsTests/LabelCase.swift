@testable import Labels

/// GS, written `~` in the cases.
func bytes(_ text: String) -> [UInt8] { text.utf8.map { $0 == UInt8(ascii: "~") ? groupSeparator : $0 } }

func read(
  _ text: String, aim: String? = nil, rules: [SiteRule] = [], profile: LabelProfile = .receiving
) -> LabelReading {
  LabelReader(siteRules: rules, profile: profile).read(bytes(text), aimIdentifier: aim, referenceYear: 2026)
}

/// Small deterministic generator (SplitMix64), so that a failing seed can be run again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The standard check digit, worked out the slow way for labels that tests write.
func checkDigit(_ digits: String) -> String {
  var sum = 0
  for (index, character) in digits.reversed().enumerated() {
    sum += (character.wholeNumberValue ?? 0) * (index % 2 == 0 ? 3 : 1)
  }
  return String((10 - sum % 10) % 10)
}
