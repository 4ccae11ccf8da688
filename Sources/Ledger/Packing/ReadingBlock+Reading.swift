import Devices
import Shopfloor

extension ReadingBlock {
  /// Reads a block; `times` is the column of times that it uses.
  ///
  /// Damaged bytes are an error, or other readings: whether the bytes are those that were written is for their digest.
  static func decode(_ body: [UInt8], times: [Int64]) throws(ByteReader.Damage) -> [Reading] {
    var reader = ByteReader(body)
    guard try reader.byte() == version else {
      throw ByteReader.Damage(offset: 0, reason: "the form of this block is not known")
    }
    let parameter = ParameterIndex(UInt32(try reader.count(atMost: Int(UInt32.max))))
    _ = try reader.variable()
    let count = try reader.count(atMost: maximumReadings)
    guard count == times.count else {
      throw ByteReader.Damage(offset: reader.offset, reason: "\(count) readings have \(times.count) times")
    }
    let qualities = try Traits<Quality>(&reader, count: count) { UInt8(exactly: $0).flatMap(Quality.init(rawValue:)) }
    let details = try Traits<UInt16>(&reader, count: count) { UInt16(exactly: $0) }
    let words = try Traits<UInt8>(&reader, count: count) { UInt8(exactly: $0) }
    let columns = try Columns(
      &reader, valueCount: qualities.count(count, where: \.hasValue), rawCount: words.count(count) { $0 > 0 },
      count: count)
    guard reader.isAtEnd else {
      throw ByteReader.Damage(offset: reader.offset, reason: "there are bytes after the last column")
    }
    if let quality = qualities.only, let detail = details.only, let wordCount = words.only {
      return columns.readings(parameter, times, quality, detail, wordCount)
    }
    return columns.readings(parameter, times, qualities, details, words)
  }

  /// Something that nearly always is the same for all readings of a block.
  private struct Traits<Trait> {
    var only: Trait?
    var each: [Trait] = []

    init(_ reader: inout ByteReader, count: Int, _ trait: (Int64) -> Trait?) throws(ByteReader.Damage) {
      if let constant = try IntegerColumn.constant(&reader) {
        only = trait(constant)
        guard only != nil else { throw ByteReader.Damage(offset: reader.offset, reason: "\(constant) cannot be here") }
        return
      }
      let numbers = try IntegerColumn.decode(&reader, count: count)
      each.reserveCapacity(count)
      for number in numbers {
        guard let known = trait(number) else {
          throw ByteReader.Damage(offset: reader.offset, reason: "\(number) cannot be here")
        }
        each.append(known)
      }
    }

    func count(_ count: Int, where isCounted: (Trait) -> Bool) -> Int {
      if let only { return isCounted(only) ? count : 0 }
      return each.reduce(0) { $0 + (isCounted($1) ? 1 : 0) }
    }

    @inline(__always)
    subscript(place: Int) -> Trait { only ?? each[place] }
  }

  /// Values and raw words of the readings that have them.
  private struct Columns {
    private enum Raw {
      case none
      case floatBits(odd: [Int: UInt64])
      case numbers(RawNumbers)
    }

    private enum Values {
      case column([Double])
      case scaled(RawScale, odd: [Int: Double])
    }

    private let raw: Raw
    private let values: Values

    init(
      _ reader: inout ByteReader, valueCount: Int, rawCount: Int, count: Int
    ) throws(ByteReader.Damage) {
      let code = try reader.byte()
      guard let content = Content(rawValue: code) else {
        throw ByteReader.Damage(offset: reader.offset, reason: "the content \(code) of a block is not known")
      }
      switch content {
      case .valuesAlone:
        guard rawCount == 0 else { throw ByteReader.Damage(offset: reader.offset, reason: "raw words are missing") }
        raw = .none
        values = .column(try ValueColumn.decode(&reader, count: valueCount))
      case .rawIsFloat32:
        var odd: [Int: UInt64] = [:]
        var place = 0
        for _ in 0..<(try reader.count(atMost: rawCount)) {
          place += try reader.count(atMost: count)
          odd[place] = try reader.variable()
        }
        raw = .floatBits(odd: odd)
        values = .column(try ValueColumn.decode(&reader, count: valueCount))
      case .rawBeside:
        raw = .numbers(try RawNumbers(&reader, count: rawCount))
        values = .column(try ValueColumn.decode(&reader, count: valueCount))
      case .valuesFromRaw:
        raw = .numbers(try RawNumbers(&reader, count: rawCount))
        let scale = try RawScale(&reader)
        var odd: [Int: Double] = [:]
        var place = 0
        for _ in 0..<(try reader.count(atMost: valueCount)) {
          place += try reader.count(atMost: count)
          odd[place] = Double(bitPattern: try reader.fixed64())
        }
        values = .scaled(scale, odd: odd)
      }
    }

    /// Where all readings have the same quality, detail and number of raw words.
    func readings(
      _ parameter: ParameterIndex, _ times: [Int64], _ quality: Quality, _ detail: UInt16, _ wordCount: UInt8
    ) -> [Reading] {
      func make(_ value: (Int) -> Double, _ raw: (Int) -> UInt64) -> [Reading] {
        Array(unsafeUninitializedCapacity: times.count) { buffer, initialized in
          for place in times.indices {
            buffer.initializeElement(
              at: place,
              to: Reading(
                parameter: parameter, time: Timestamp(microseconds: times[place]), quality: quality,
                value: value(place), detail: detail, raw: raw(place), rawWordCount: wordCount))
          }
          initialized = times.count
        }
      }
      guard quality.hasValue else { return make({ _ in 0 }, { wordCount > 0 ? rawWords($0, 0, wordCount) : 0 }) }
      switch (values, raw) {
      case (.column(let column), .none): return make({ column[$0] }, { _ in 0 })
      case (.column(let column), .floatBits(let odd)) where odd.isEmpty && wordCount > 0:
        return make({ column[$0] }, { impliedBits(column[$0]) })
      case (.column(let column), .numbers(let numbers)) where wordCount > 0:
        return make({ column[$0] }, { numbers.raw($0, wordCount: wordCount) })
      case (.scaled(let scale, let odd), .numbers(let numbers)) where odd.isEmpty && wordCount > 0:
        return make({ scale.value(of: numbers.numbers[$0]) }, { numbers.raw($0, wordCount: wordCount) })
      default:
        return make(
          { value($0, wordCount > 0 ? $0 : nil) },
          { wordCount > 0 ? rawWords($0, value($0, $0), wordCount) : 0 })
      }
    }

    /// Where they differ from reading to reading.
    func readings(
      _ parameter: ParameterIndex, _ times: [Int64], _ qualities: Traits<Quality>, _ details: Traits<UInt16>,
      _ words: Traits<UInt8>
    ) -> [Reading] {
      var readings: [Reading] = []
      readings.reserveCapacity(times.count)
      var nextValue = 0
      var nextRaw = 0
      for place in times.indices {
        let wordCount = words[place]
        var value = 0.0
        if qualities[place].hasValue {
          value = self.value(nextValue, wordCount > 0 ? nextRaw : nil)
          nextValue += 1
        }
        var raw: UInt64 = 0
        if wordCount > 0 {
          raw = rawWords(nextRaw, value, wordCount)
          nextRaw += 1
        }
        readings.append(
          Reading(
            parameter: parameter, time: Timestamp(microseconds: times[place]), quality: qualities[place], value: value,
            detail: details[place], raw: raw, rawWordCount: wordCount))
      }
      return readings
    }

    private func value(_ place: Int, _ rawPlace: Int?) -> Double {
      switch values {
      case .column(let column): return column[place]
      case .scaled(let scale, let odd):
        if let value = odd[place] { return value }
        guard let rawPlace, case .numbers(let numbers) = raw else { return scale.value(of: 0) }
        return scale.value(of: numbers.numbers[rawPlace])
      }
    }

    private func rawWords(_ place: Int, _ value: Double, _ wordCount: UInt8) -> UInt64 {
      switch raw {
      case .none: 0
      case .floatBits(let odd): odd[place] ?? impliedBits(value)
      case .numbers(let numbers): numbers.raw(place, wordCount: wordCount)
      }
    }
  }
}

extension IntegerColumn {
  /// The number that a whole column holds; nil, and nothing is taken, where it holds several.
  static func constant(_ reader: inout ByteReader) throws(ByteReader.Damage) -> Int64? {
    var look = reader
    guard try look.byte() == Form.constant.rawValue else { return nil }
    let value = try look.zigzag()
    reader = look
    return value
  }
}
