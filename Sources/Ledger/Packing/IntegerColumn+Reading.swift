extension IntegerColumn {
  /// Reads a column of `count` numbers. Damaged bytes are an error; whatever they say, no more memory is taken than for
  /// `count` numbers.
  static func decode(_ reader: inout ByteReader, count: Int) throws(ByteReader.Damage) -> [Int64] {
    let code = try reader.byte()
    guard let form = Form(rawValue: code) else {
      throw ByteReader.Damage(offset: reader.offset, reason: "the form \(code) of a column is not known")
    }
    guard count > 0 else { return [] }
    switch form {
    case .constant: return [Int64](repeating: try reader.zigzag(), count: count)
    case .runs: return try runs(&reader, count: count)
    case .frames:
      return try frames(&reader, into: [], count: count)
    case .differences:
      var numbers = try frames(&reader, into: [try reader.zigzag()], count: count)
      sum(&numbers, from: 1)
      return numbers
    case .secondDifferences:
      guard count > 1 else {
        throw ByteReader.Damage(offset: reader.offset, reason: "one number has no second difference")
      }
      let first = try reader.zigzag()
      let step = try reader.zigzag()
      var numbers = try frames(&reader, into: [first, step], count: count)
      sum(&numbers, from: 2)
      sum(&numbers, from: 1)
      return numbers
    }
  }

  /// Turns differences into numbers.
  private static func sum(_ numbers: inout [Int64], from start: Int) {
    numbers.withUnsafeMutableBufferPointer { numbers in
      var last = numbers[start - 1]
      for index in start..<numbers.count {
        last &+= numbers[index]
        numbers[index] = last
      }
    }
  }

  private static func runs(_ reader: inout ByteReader, count: Int) throws(ByteReader.Damage) -> [Int64] {
    var numbers: [Int64] = []
    numbers.reserveCapacity(count)
    var value: Int64 = 0
    for _ in 0..<(try reader.count(atMost: count)) {
      let length = try reader.count(atMost: count - 1) + 1
      guard numbers.count + length <= count else { break }
      value &+= try reader.zigzag()
      numbers.append(contentsOf: repeatElement(value, count: length))
    }
    guard numbers.count == count else {
      throw ByteReader.Damage(offset: reader.offset, reason: "the runs of a column are not as long as the column")
    }
    return numbers
  }

  private static func frames(
    _ reader: inout ByteReader, into head: [Int64], count: Int
  ) throws(ByteReader.Damage) -> [Int64] {
    var numbers = head
    numbers.reserveCapacity(count)
    var base: Int64 = 0
    while numbers.count < count {
      base &+= try reader.zigzag()
      let length = min(frameLength, count - numbers.count)
      let width = Int(try reader.byte())
      let exceptions = Int(try reader.byte())
      guard width <= 64, exceptions <= length else {
        throw ByteReader.Damage(offset: reader.offset, reason: "a frame of \(width) bits and \(exceptions) exceptions")
      }
      let start = numbers.count
      try reader.unpack(length, width: width, base: base, onto: &numbers)
      for _ in 0..<exceptions {
        let place = Int(try reader.byte())
        let above = try reader.variable()
        guard place < length, width < 64 else {
          throw ByteReader.Damage(offset: reader.offset, reason: "an exception at place \(place) of a frame")
        }
        numbers[start + place] &+= Int64(bitPattern: above << UInt64(width))
      }
    }
    return numbers
  }
}

extension ByteReader {
  /// Reads numbers of `width` bits each, the lowest bit of the first one first, and adds `base`.
  fileprivate mutating func unpack(
    _ length: Int, width: Int, base: Int64, onto numbers: inout [Int64]
  ) throws(Damage) {
    guard width > 0 else {
      numbers.append(contentsOf: repeatElement(base, count: length))
      return
    }
    let byteCount = (length * width + 7) / 8
    let mask: UInt64 = width == 64 ? .max : (1 << UInt64(width)) - 1
    try withNext(byteCount) { packed, following in
      for index in 0..<length {
        let bit = index * width
        let byte = bit >> 3
        let shift = UInt64(bit & 7)
        var bits: UInt64
        if byte + 8 <= byteCount + following {
          bits = UInt64(littleEndian: packed.loadUnaligned(fromByteOffset: byte, as: UInt64.self)) >> shift
        } else {
          bits = 0
          for place in byte..<byteCount { bits |= UInt64(packed[place]) << UInt64((place - byte) * 8) }
          bits >>= shift
        }
        // Above 57 bits a number may reach into a ninth byte.
        if shift > 0, width > 64 - Int(shift), byte + 8 < byteCount {
          bits |= UInt64(packed[byte + 8]) << (64 - shift)
        }
        numbers.append(base &+ Int64(bitPattern: bits & mask))
      }
    }
  }
}
