/// The standard normal curve, computed with additions, multiplications, divisions and square roots alone: the limits that
/// rest on it have the same bits on every machine, whatever its mathematical library.
enum NormalCurve {
  /// Beyond this many sigmas a tail is smaller than the last digit of 1.
  static let reach = 9.0

  /// e^-x for x of 0 or more; 0 where it is below the range of normal doubles.
  static func exponential(ofMinus x: Double) -> Double {
    guard x < 700 else { return 0 }
    let powers = (x / 0.693_147_180_559_945_3).rounded()
    // ln 2 in two parts, the first with trailing zeros, so that the product with a whole number is exact.
    let rest = x - powers * 0.693_147_180_369_123_8 - powers * 1.908_214_929_270_587_7e-10
    var sum = 1.0
    for term in stride(from: 18.0, through: 1, by: -1) { sum = 1 - rest / term * sum }
    return Double(sign: .plus, exponent: -Int(powers), significand: sum)
  }

  static func density(_ x: Double) -> Double {
    exponential(ofMinus: x * x / 2) / (2 * Double.pi).squareRoot()
  }

  /// Φ(x), absolute error a few units of 1e-17: 1/2 + φ(x)·Σ x^(2k+1)/(1·3·5···(2k+1)), whose terms are all positive
  /// (Abramowitz and Stegun, 26.2.11).
  static func lowerTail(_ x: Double) -> Double {
    let distance = abs(x)
    guard distance < reach else { return x < 0 ? 0 : 1 }
    let square = distance * distance
    var term = distance
    var sum = distance
    var odd = 3.0
    while term > sum * 1e-17 {
      term *= square / odd
      sum += term
      odd += 2
    }
    let half = density(distance) * sum
    return x < 0 ? max(0, 0.5 - half) : min(1, 0.5 + half)
  }
}
