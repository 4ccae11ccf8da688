extension ValueColumn {
  /// Reads a column of `count` values. Damaged bytes are an error, or other values; they never trap.
  static func decode(_ reader: inout ByteReader, count: Int) throws(ByteReader.Damage) -> [Double] {
    let code = try reader.byte()
    guard let form = Form(rawValue: code) else {
      throw ByteReader.Damage(offset: reader.offset, reason: "the form \(code) of values is not known")
    }
    let odd = try oddValues(&reader, count: count)
    var values: [Double]
    switch form {
    case .xor:
      let length = try reader.count(atMost: XORStream.maximumBytes(count))
      values = try XORStream.decode(Array(try reader.take(length)), count: count)
    case .decimal:
      let digits = Int(try reader.byte())
      guard digits <= maximumDigits else {
        throw ByteReader.Damage(offset: reader.offset, reason: "decimals of \(digits) digits")
      }
      let power = powersOfTen[digits]
      values = try IntegerColumn.decode(&reader, count: count).map { Double($0) / power }
    case .float32:
      let shift = try shift(&reader)
      values = try IntegerColumn.decode(&reader, count: count).map { number in
        let bits = ordered(UInt32(truncatingIfNeeded: number << shift))
        return Double(Float(bitPattern: UInt32(bitPattern: bits)))
      }
    case .float64:
      let shift = try shift(&reader)
      values = try IntegerColumn.decode(&reader, count: count).map { number in
        Double(bitPattern: UInt64(bitPattern: ordered(UInt64(bitPattern: number << shift))))
      }
    }
    for (place, value) in odd { values[place] = value }
    return values
  }

  private static func shift(_ reader: inout ByteReader) throws(ByteReader.Damage) -> Int64 {
    let shift = try reader.byte()
    guard shift < 64 else { throw ByteReader.Damage(offset: reader.offset, reason: "a shift of \(shift) bits") }
    return Int64(shift)
  }

  private static func oddValues(
    _ reader: inout ByteReader, count: Int
  ) throws(ByteReader.Damage) -> [(place: Int, value: Double)] {
    let oddCount = try reader.count(atMost: count / oddShare)
    var odd: [(place: Int, value: Double)] = []
    var place = 0
    for _ in 0..<oddCount {
      place += try reader.count(atMost: count)
      guard place < count else {
        throw ByteReader.Damage(offset: reader.offset, reason: "an odd value at place \(place) of \(count)")
      }
      odd.append((place, Double(bitPattern: try reader.fixed64())))
    }
    return odd
  }
}
