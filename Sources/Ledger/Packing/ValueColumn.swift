/// The byte form of a column of values. The shortest of four forms is taken:
///
/// ```
/// values  := form:byte odd:count (place:variable(delta) bits:fixed64)* body
/// body    := 0x00 digits:byte column    whole numbers n; the value is n / 10^digits
///          | 0x01 shift:byte column     the bits of its float32, as a number that orders as the values do, shifted right
///          | 0x02 shift:byte column     the same of its float64
///          | 0x03 length:variable bits  XOR with the value before
/// ```
/// Odd values are the few that do not go through such a form without loss; in their place the column repeats its neighbour.
/// What comes back has the same bits, negative zero and subnormals included.
///
/// XOR: T. Pelkonen et al., "Gorilla", VLDB 2015, 4.1.2; decimals with exceptions: A. Afroozeh, L. Kuffó, P. Boncz, "ALP:
/// Adaptive Lossless floating-Point Compression", SIGMOD 2024.
enum ValueColumn {
  enum Form: UInt8 {
    case decimal = 0
    case float32 = 1
    case float64 = 2
    case xor = 3
  }

  /// The most digits after the point that are looked for: 10^15 is the greatest power below 2^53.
  static let maximumDigits = 15
  /// One value in so many may be odd.
  static let oddShare = 32

  static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// A way to write the column: whole numbers, and the places that do not fit.
  struct Candidate {
    var numbers: [Int64]
    var odd: [Int]
  }

  // MARK: Writing

  static func encode(_ values: [Double], into writer: inout ByteWriter) {
    var best = xor(values)
    func offer(_ bytes: [UInt8]?) {
      if let bytes, bytes.count < best.count { best = bytes }
    }
    offer(decimal(values))
    offer(float32(values))
    offer(float64(values))
    writer.append(best)
  }

  private static func decimal(_ values: [Double]) -> [UInt8]? {
    let bound = values.count / oddShare
    // The least number of digits that the first few values go through with is tried first.
    var digits = 0
    while digits <= maximumDigits {
      let power = powersOfTen[digits]
      if let found = candidate(values, atMost: bound, { number(of: $0, power) }) {
        return bytes(.decimal, parameter: UInt8(digits), found, values)
      }
      digits += 1
    }
    return nil
  }

  /// The whole number that gives the value again when it is divided by the power.
  @inline(__always)
  private static func number(of value: Double, _ power: Double) -> Int64? {
    let scaled = (value * power).rounded()
    guard abs(scaled) < 0x1p53 else { return nil }
    // Through the whole number, which has no negative zero.
    let number = Int64(scaled)
    return (Double(number) / power).bitPattern == value.bitPattern ? number : nil
  }

  private static func float32(_ values: [Double]) -> [UInt8]? {
    let found = candidate(values, atMost: values.count / oddShare) { value in
      let narrow = Float(value)
      return Double(narrow).bitPattern == value.bitPattern ? Int64(ordered(narrow.bitPattern)) : nil
    }
    return found.map { shifted(.float32, $0, values) }
  }

  private static func float64(_ values: [Double]) -> [UInt8] {
    shifted(.float64, Candidate(numbers: values.map { ordered($0.bitPattern) }, odd: []), values)
  }

  private static func shifted(_ form: Form, _ candidate: Candidate, _ values: [Double]) -> [UInt8] {
    let shift = min(candidate.numbers.reduce(0) { $0 | $1 }.trailingZeroBitCount, 63)
    var candidate = candidate
    if shift > 0 { candidate.numbers = candidate.numbers.map { $0 >> Int64(shift) } }
    return bytes(form, parameter: UInt8(shift), candidate, values)
  }

  private static func candidate(
    _ values: [Double], atMost bound: Int, _ number: (Double) -> Int64?
  ) -> Candidate? {
    var result = Candidate(numbers: [], odd: [])
    result.numbers.reserveCapacity(values.count)
    for (place, value) in values.enumerated() {
      if let number = number(value) {
        result.numbers.append(number)
      } else {
        guard result.odd.count < bound else { return nil }
        result.odd.append(place)
        result.numbers.append(result.numbers.last ?? 0)
      }
    }
    return result
  }

  private static func bytes(_ form: Form, parameter: UInt8, _ candidate: Candidate, _ values: [Double]) -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(form.rawValue)
    writer.variable(UInt64(candidate.odd.count))
    var previous = 0
    for place in candidate.odd {
      writer.variable(UInt64(place - previous))
      writer.fixed64(values[place].bitPattern)
      previous = place
    }
    writer.byte(parameter)
    IntegerColumn.encode(candidate.numbers, into: &writer)
    return writer.bytes
  }

  private static func xor(_ values: [Double]) -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(Form.xor.rawValue)
    writer.variable(0)
    let stream = XORStream.encode(values)
    writer.variable(UInt64(stream.count))
    writer.append(stream)
    return writer.bytes
  }

  // MARK: Order of the bits

  /// Bits of a float32 as a number that orders as the values do: those of negative values are turned round.
  @inline(__always)
  static func ordered(_ bits: UInt32) -> Int32 {
    let signed = Int32(bitPattern: bits)
    return signed ^ ((signed >> 31) & .max)
  }

  /// The same of a float64.
  @inline(__always)
  static func ordered(_ bits: UInt64) -> Int64 {
    let signed = Int64(bitPattern: bits)
    return signed ^ ((signed >> 63) & .max)
  }
}
