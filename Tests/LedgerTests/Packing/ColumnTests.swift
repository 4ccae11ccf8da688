import Testing

@testable import Ledger

@Suite("Columns")
struct ColumnTests {
  static func numbers(_ generator: inout SeededGenerator) -> [Int64] {
    let count = Int.random(in: 0...400, using: &generator)
    let kind = Int.random(in: 0...6, using: &generator)
    var value = Int64(bitPattern: generator.next()) >> Int64.random(in: 0...63, using: &generator)
    return (0..<count).map { index in
      switch kind {
      case 0: break
      case 1: if Int.random(in: 0...40, using: &generator) == 0 { value &+= 1 }
      case 2: value &+= Int64.random(in: -3...90, using: &generator)
      case 3: value = Int64.random(in: -1_000...1_000, using: &generator) + Int64(index) * 1_000_000
      case 4: value = [.min, .max, 0, -1, 1].randomElement(using: &generator) ?? 0
      case 5: value = Int64(bitPattern: generator.next()) >> Int64.random(in: 0...63, using: &generator)
      default:
        value = Int.random(in: 0...20, using: &generator) == 0 ? .max : Int64.random(in: 0...7, using: &generator)
      }
      return value
    }
  }

  @Test("whole numbers come back, for 1,200 seeds")
  func integers() throws {
    for seed in 0..<1_200 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let numbers = Self.numbers(&generator)
      var writer = ByteWriter()
      IntegerColumn.encode(numbers, into: &writer)
      var reader = ByteReader(writer.bytes)
      #expect(try IntegerColumn.decode(&reader, count: numbers.count) == numbers, "seed \(seed)")
      #expect(reader.isAtEnd)
    }
  }

  @Test("every width of bits comes back, in full and in short frames")
  func widths() throws {
    for width in 1...64 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: width)
      for count in [2, 3, 127, 128, 129] {
        let numbers = (0..<count).map { _ in Int64(bitPattern: generator.next() >> (64 - width)) }
        var writer = ByteWriter()
        IntegerColumn.encode(numbers, into: &writer)
        // With and without bytes behind it, which the fast way looks at.
        for tail in [0, 20] {
          var reader = ByteReader(writer.bytes + [UInt8](repeating: 0xFF, count: tail))
          #expect(try IntegerColumn.decode(&reader, count: count) == numbers, "width \(width)")
        }
      }
    }
  }

  static func values(_ generator: inout SeededGenerator) -> [Double] {
    let count = Int.random(in: 0...300, using: &generator)
    let kind = Int.random(in: 0...7, using: &generator)
    let awkward: [Double] = [
      0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
      .pi, 1e300, 0.1, 1e-9, 9_007_199_254_740_992,
    ]
    return (0..<count).map { index in
      switch kind {
      case 0: return 21.5
      case 1: return Double(Int.random(in: -900...900, using: &generator)) / 10
      case 2: return Double(180 + Float.random(in: -1...1, using: &generator))
      case 3: return Double.random(in: -1...1, using: &generator)
      case 4: return awkward.randomElement(using: &generator) ?? 0
      case 5: return index % 97 == 5 ? .pi : Double(index) / 100
      case 6: return Double(index) / 1_024
      default:
        let value = Double(bitPattern: generator.next())
        return value.isFinite ? value : 0
      }
    }
  }

  @Test("values come back with the same bits, for 1,200 seeds")
  func values() throws {
    for seed in 0..<1_200 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let values = Self.values(&generator)
      var writer = ByteWriter()
      ValueColumn.encode(values, into: &writer)
      var reader = ByteReader(writer.bytes)
      let found = try ValueColumn.decode(&reader, count: values.count)
      #expect(found.map(\.bitPattern) == values.map(\.bitPattern), "seed \(seed)")
      #expect(reader.isAtEnd)
      let stream = XORStream.encode(values)
      #expect(try XORStream.decode(stream, count: values.count).map(\.bitPattern) == values.map(\.bitPattern))
    }
  }

  @Test("damaged columns are an error or other numbers, never a trap")
  func damage() {
    for seed in 0..<600 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var writer = ByteWriter()
      let isValues = Bool.random(using: &generator)
      let count: Int
      if isValues {
        let values = Self.values(&generator)
        count = values.count
        ValueColumn.encode(values, into: &writer)
      } else {
        let numbers = Self.numbers(&generator)
        count = numbers.count
        IntegerColumn.encode(numbers, into: &writer)
      }
      var bytes = writer.bytes
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8(truncatingIfNeeded: generator.next())
      }
      if Bool.random(using: &generator) {
        bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
      }
      var reader = ByteReader(bytes)
      // Either outcome is right; none may trap or give another count.
      if isValues {
        if let found = try? ValueColumn.decode(&reader, count: count) { #expect(found.count == count) }
      } else {
        // As above.
        if let found = try? IntegerColumn.decode(&reader, count: count) { #expect(found.count == count) }
      }
    }
  }
}
