import Devices

@testable import Modbus

/// Points of every type, order and option.
enum RandomPoints {
  static func points(_ count: Int, using generator: inout SeededGenerator) -> [ProfilePoint] {
    var points = (0..<count).map { point($0, using: &generator) }
    for index in points.indices where Int.random(in: 0...5, using: &generator) == 0 {
      let meaning: ScaleSource.Meaning =
        switch Int.random(in: 0...3, using: &generator) {
        case 0: .decimalPlaces
        case 1: .exponent
        case 2: .factor
        default: .codes([0: 0.1, 1: 1_000])
        }
      points[index].scaleSource = ScaleSource(
        point: "p\(Int.random(in: 0..<count, using: &generator))", meaning: meaning)
    }
    return points
  }

  private static func point(_ index: Int, using generator: inout SeededGenerator) -> ProfilePoint {
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let table = RegisterTable.allCases[number(0...5) < 4 ? number(0...1) : number(2...3)]
    let order = WordOrder(
      swapsBytes: .random(using: &generator), swapsWords: .random(using: &generator),
      swapsPairs: .random(using: &generator))
    var point = ProfilePoint(
      name: "p\(index)", table: table, address: number(0...9) == 0 ? number(65_400...65_530) : number(0...60),
      type: table.holdsRegisters ? type(using: &generator) : .bool, wordOrder: number(0...2) == 0 ? nil : order,
      scale: [1, 0.1, 0.3, -10, 1e300][number(0...4)], offset: [0, 0, -40, 1e17][number(0...3)],
      pollIntervalMicroseconds: number(0...1) == 0 ? 100_000 : 300_000)
    if point.addresses.upperBound > 65_536 { point.address = 65_536 - point.addressCount }
    if number(0...4) == 0 { (point.minimum, point.maximum) = (-1_000, 1_000) }
    if number(0...3) == 0 { point.sentinels = [Sentinel(0), Sentinel(0x8000), Sentinel(UInt64.max)] }
    if number(0...25) == 0 { point.atomicGroup = "g\(number(0...1))" }
    point.isAskedAlone = number(0...9) == 0
    return point
  }

  private static func type(using generator: inout SeededGenerator) -> PointType {
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    switch number(0...20) {
    case 0: return .bit(number(0...15))
    case 1:
      let lowest = number(0...15)
      return .bitField(lowest: lowest, width: number(1...(16 - lowest)))
    case 2: return .int8(number(0...1) == 0 ? .high : .low)
    case 3: return .uint8(number(0...1) == 0 ? .high : .low)
    case 4: return .int16
    case 5: return .int32
    case 6: return .uint32
    case 7: return .int64
    case 8: return .uint64
    case 9: return .float16
    case 10: return .float32
    case 11: return .float64
    case 12: return .bcd(digits: number(1...4) * 4)
    case 13, 14:
      return .text(
        TextLayout(
          registers: number(1...20), characters: TextLayout.Characters.allCases[number(0...2)],
          encoding: TextLayout.Encoding.allCases[number(0...2)]))
    case 15: return .dateTime(DateTimeLayout(form: .unixSeconds(registers: number(1...2) * 2), utcOffsetMinutes: 480))
    case 16: return .dateTime(DateTimeLayout(form: .unixMilliseconds))
    case 17:
      let fields = DateTimeLayout.Field.allCases.shuffled(using: &generator).prefix(number(1...7))
      return .dateTime(DateTimeLayout(form: .fields(Array(fields)), utcOffsetMinutes: -60))
    default: return .uint16
    }
  }
}

/// What holds for every reading, whatever the bytes were.
enum ReadingRules {
  static func check(_ reading: Reading, _ point: ProfilePoint) throws {
    guard reading.value.isFinite else { throw FuzzFinding("\(point.name) is \(reading.value)") }
    guard reading.quality.hasValue else {
      if reading.value != 0 { throw FuzzFinding("\(point.name) is \(reading.quality) and \(reading.value)") }
      return
    }
    if reading.value < point.minimum ?? -.infinity || reading.value > point.maximum ?? .infinity {
      throw FuzzFinding("\(point.name) is good and \(reading.value), outside its range")
    }
    if reading.rawWordCount != (point.table.holdsRegisters ? min(4, point.addressCount) : 0) {
      throw FuzzFinding("\(point.name) kept \(reading.rawWordCount) words")
    }
  }

  static func check(_ text: TextReading) throws {
    guard text.text.utf8.count <= TextReading.maximumBytes else {
      throw FuzzFinding("a text of \(text.text.utf8.count)")
    }
    for scalar in text.text.unicodeScalars where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
      throw FuzzFinding("a control character in a text: U+\(String(scalar.value, radix: 16))")
    }
  }
}
