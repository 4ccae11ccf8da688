import Devices

/// The raw words of readings as numbers, for those that have some.
struct RawNumbers {
  /// In two's complement of their own width.
  private(set) var isSigned: Bool
  private(set) var numbers: [Int64]

  /// Takes the reading of the words, with or without a sign, that spreads less.
  init(_ readings: [Reading]) {
    let withWords = readings.filter { $0.rawWordCount > 0 }
    numbers = withWords.map { Int64(bitPattern: $0.raw) }
    isSigned = false
    guard withWords.allSatisfy({ $0.rawWordCount <= 4 && $0.raw & ~Self.mask($0.rawWordCount) == 0 }) else { return }
    let signed = withWords.map { reading -> Int64 in
      let unused = Int64(64 - 16 * Int(reading.rawWordCount))
      return (Int64(bitPattern: reading.raw) << unused) >> unused
    }
    if Self.spread(signed) < Self.spread(numbers) { (isSigned, numbers) = (true, signed) }
  }

  private static func spread(_ numbers: [Int64]) -> UInt64 {
    guard let least = numbers.min(), let greatest = numbers.max() else { return 0 }
    return UInt64(bitPattern: greatest &- least)
  }

  private static func mask(_ wordCount: UInt8) -> UInt64 { wordCount >= 4 ? .max : (1 << (UInt64(wordCount) * 16)) - 1 }

  func append(to writer: inout ByteWriter) {
    writer.byte(isSigned ? 1 : 0)
    IntegerColumn.encode(numbers, into: &writer)
  }

  init(_ reader: inout ByteReader, count: Int) throws(ByteReader.Damage) {
    isSigned = try reader.byte() == 1
    numbers = try IntegerColumn.decode(&reader, count: count)
  }

  /// The words of a reading again.
  @inline(__always)
  func raw(_ place: Int, wordCount: UInt8) -> UInt64 {
    let bits = UInt64(bitPattern: numbers[place])
    return isSigned ? bits & Self.mask(wordCount) : bits
  }
}

/// How a device profile made values from raw numbers: `number / factor + offset`, or `number * factor + offset`.
struct RawScale: Hashable {
  enum Way: UInt8 {
    case divides = 0
    case multiplies = 1
  }

  var way: Way
  var factor: Double
  var offset: Double

  @inline(__always)
  func value(of number: Int64) -> Double {
    way == .divides ? Double(number) / factor + offset : Double(number) * factor + offset
  }

  func append(to writer: inout ByteWriter) {
    writer.byte(way.rawValue)
    writer.fixed64(factor.bitPattern)
    writer.fixed64(offset.bitPattern)
  }

  init(way: Way, factor: Double, offset: Double) {
    self.way = way
    self.factor = factor
    self.offset = offset
  }

  init(_ reader: inout ByteReader) throws(ByteReader.Damage) {
    let code = try reader.byte()
    guard let way = Way(rawValue: code) else {
      throw ByteReader.Damage(offset: reader.offset, reason: "the scale \(code) is not known")
    }
    self.way = way
    factor = Double(bitPattern: try reader.fixed64())
    offset = Double(bitPattern: try reader.fixed64())
  }

  /// The scale that the two readings with the least and the greatest raw number hint at; nil where they hint at none.
  /// Whether it holds for the others is seen when it is used.
  static func find(_ readings: [Reading], _ numbers: RawNumbers) -> RawScale? {
    var least: (number: Int64, value: Double)?
    var greatest: (number: Int64, value: Double)?
    var next = 0
    for reading in readings where reading.rawWordCount > 0 {
      let number = numbers.numbers[next]
      next += 1
      guard reading.quality.hasValue else { continue }
      if least.map({ number < $0.number }) ?? true { least = (number, reading.value) }
      if greatest.map({ number > $0.number }) ?? true { greatest = (number, reading.value) }
    }
    guard let least, let greatest else { return nil }
    guard least.number < greatest.number, abs(least.number) < 1 << 53, abs(greatest.number) < 1 << 53 else {
      // One number alone: whatever it means, the value is that.
      guard least.number == greatest.number else { return nil }
      return RawScale(way: .multiplies, factor: 0, offset: least.value)
    }
    let slope = (greatest.value - least.value) / (Double(greatest.number) - Double(least.number))
    guard slope.isFinite, slope != 0 else { return nil }
    let inverse = (1 / slope).rounded()
    var candidates: [(Way, Double)] = []
    if abs(inverse) >= 1 { candidates.append((.divides, inverse)) }
    candidates.append((.multiplies, rounded(slope)))
    for (way, factor) in candidates {
      let unshifted = RawScale(way: way, factor: factor, offset: 0)
      for offset in [0, rounded(least.value - unshifted.value(of: least.number))] {
        let scale = RawScale(way: way, factor: factor, offset: offset)
        if scale.value(of: least.number) == least.value, scale.value(of: greatest.number) == greatest.value {
          return scale
        }
      }
    }
    return nil
  }

  /// To nine significant digits, as people write scales down.
  private static func rounded(_ value: Double) -> Double {
    guard value != 0 else { return 0 }
    let magnitude = value.magnitude
    var power = 0
    var scaled = magnitude
    while scaled < 1e8, power < 300 {
      scaled *= 10
      power += 1
    }
    guard power < ValueColumn.powersOfTen.count else { return value }
    let whole = (magnitude * ValueColumn.powersOfTen[power]).rounded()
    let result = whole / ValueColumn.powersOfTen[power]
    return value < 0 ? -result : result
  }
}
