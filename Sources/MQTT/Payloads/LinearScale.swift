/// A number × scale + offset. A scale that is the inverse of a whole number, 0.1 or 0.01, is applied as a division: then
/// the value is the float next to the decimal number that the sensor means.
struct LinearScale {
  private let factor: Double
  private let divides: Bool
  private let offset: Double

  init(scale: Double, offset: Double) {
    let divisor = (1 / scale).rounded()
    divides = abs(divisor) > 1 && divisor.isFinite && 1 / divisor == scale
    factor = divides ? divisor : scale
    self.offset = offset
  }

  func applied(to number: Double) -> Double { (divides ? number / factor : number * factor) + offset }
}
