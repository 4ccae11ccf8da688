import Devices

/// Puts values into registers as a device would, from the words of a profile. The opposite way is the daemon's, written
/// apart from this one.
enum RegisterEncoder {
  /// The registers of a number of 1, 2 or 4 registers whose bits are `raw`, in the order of their addresses.
  static func registers(_ raw: UInt64, count: Int, order: WordOrder?) -> [UInt16] {
    var words = [UInt16](repeating: 0, count: count)
    put(raw, count: count, order: order, into: &words, at: 0, within: 0..<count)
    return words
  }

  /// The same into a longer row: the register of address 0 of the value stands at `place`; only places in `range` are
  /// written.
  static func put(
    _ raw: UInt64, count: Int, order: WordOrder?, into words: inout [UInt16], at place: Int, within range: Range<Int>
  ) {
    for index in 0..<count where range.contains(place + index) {
      var source = index
      if let order, count > 1 {
        // Three registers (BCD of 12 digits) have no pairs: "low word first" turns them round.
        if order.swapsWords { source = count == 3 ? 2 - index : index ^ 1 }
        if order.swapsPairs, count == 4 { source ^= 2 }
      }
      let word = UInt16(truncatingIfNeeded: raw >> UInt64(16 * (count - 1 - source)))
      words[place + index] = order?.swapsBytes == true ? word.byteSwapped : word
    }
  }

  /// The bits of a number in the width of its type. The number is what stands in the device, before scale and offset.
  static func bits(_ number: Double, _ type: PointType) -> UInt64 {
    switch type {
    case .float16: return UInt64(Float16(number).bitPattern)
    case .float32: return UInt64(Float(number).bitPattern)
    case .float64: return number.bitPattern
    case .bool, .bit: return number == 0 ? 0 : 1
    case .bcd(let digits): return packedDecimal(UInt64(max(0, number.rounded())), digits: digits)
    case .uint64: return UInt64(exactly: number.rounded()) ?? (number < 0 ? 0 : .max)
    case .bitField(_, let width):
      return UInt64(max(0, number.rounded())) & ((1 << UInt64(width)) - 1)
    default:
      let whole = Int64(exactly: number.rounded()) ?? (number < 0 ? .min : .max)
      let width = type == .int64 ? 64 : isByte(type) ? 8 : type.registerCount * 16
      return UInt64(bitPattern: whole) & (width == 64 ? .max : (1 << UInt64(width)) - 1)
    }
  }

  /// Whole numbers that the type can hold; for floats the numbers that look sensible on a display.
  static func numbers(_ type: PointType) -> ClosedRange<Double> {
    switch type {
    case .bool, .bit: 0...1
    case .bitField(_, let width): 0...Double((1 << width) - 1)
    case .int8: -128...127
    case .uint8: 0...255
    case .int16: -32_768...32_767
    case .uint16: 0...65_535
    case .int32: -2_147_483_648...2_147_483_647
    case .uint32: 0...4_294_967_295
    // Whole numbers that a Double holds exactly.
    case .int64: -0x1p53...0x1p53
    case .uint64: 0...0x1p53
    case .float16: -65_504...65_504
    case .float32, .float64: -1e30...1e30
    case .bcd(let digits): 0...Double((0..<min(digits, 15)).reduce(1) { power, _ in power * 10 } - 1)
    case .text, .dateTime: 0...0
    }
  }

  private static func isByte(_ type: PointType) -> Bool {
    switch type {
    case .int8, .uint8: true
    default: false
    }
  }

  private static func packedDecimal(_ number: UInt64, digits: Int) -> UInt64 {
    var rest = number
    var packed: UInt64 = 0
    for place in 0..<digits {
      packed |= (rest % 10) << UInt64(4 * place)
      rest /= 10
    }
    return packed
  }

  /// The registers of a text; what does not fit is cut off, what is left stays zero.
  static func registers(_ text: String, _ layout: TextLayout) -> [UInt16] {
    let characters: [UInt8] =
      switch layout.encoding {
      case .ascii: text.unicodeScalars.map { $0.isASCII ? UInt8($0.value) : UInt8(ascii: "?") }
      case .latin1: text.unicodeScalars.map { $0.value < 256 ? UInt8($0.value) : UInt8(ascii: "?") }
      case .utf8: Array(text.utf8)
      }
    var words = [UInt16](repeating: 0, count: layout.registers)
    for (index, character) in characters.enumerated() {
      let register = layout.characters == .onePerRegister ? index : index / 2
      guard register < words.count else { break }
      let isHigh = layout.characters != .onePerRegister && (index % 2 == 0) == (layout.characters == .highByteFirst)
      words[register] |= UInt16(character) << (isHigh ? 8 : 0)
    }
    return words
  }

  /// The registers of a date with time, in the device's own zone.
  static func registers(utcMicroseconds: Int64, _ layout: DateTimeLayout, order: WordOrder?) -> [UInt16] {
    let seconds = utcMicroseconds / 1_000_000 + Int64(layout.utcOffsetMinutes) * 60
    switch layout.form {
    case .unixSeconds(let count): return registers(UInt64(bitPattern: seconds), count: count, order: order)
    case .unixMilliseconds:
      let milliseconds = utcMicroseconds / 1_000 + Int64(layout.utcOffsetMinutes) * 60_000
      return registers(UInt64(bitPattern: milliseconds), count: 4, order: order)
    case .fields(let fields):
      let date = CivilDate(daysSince1970: seconds / 86_400)
      let second = seconds % 86_400
      return fields.map { field in
        let word: Int64 =
          switch field {
          case .year: date.year
          case .month: date.month
          case .day: date.day
          case .hour: second / 3_600
          case .minute: second / 60 % 60
          case .second: second % 60
          case .skip: 0
          }
        return UInt16(truncatingIfNeeded: word)
      }
    }
  }
}

/// A day of the Gregorian calendar, counted forward year by year and month by month: slow and easy to check.
struct CivilDate: Hashable {
  var year: Int64 = 1970
  var month: Int64 = 1
  var day: Int64 = 1

  /// - Parameter daysSince1970: 0 or more.
  init(daysSince1970 days: Int64) {
    var left = days
    while left >= Self.days(inYear: year) {
      left -= Self.days(inYear: year)
      year += 1
    }
    while left >= Self.days(inMonth: month, of: year) {
      left -= Self.days(inMonth: month, of: year)
      month += 1
    }
    day = left + 1
  }

  private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
  private static func days(inYear year: Int64) -> Int64 { isLeap(year) ? 366 : 365 }
  private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
