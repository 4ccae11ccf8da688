import Devices
import Shopfloor

/// How the reply of one block becomes readings: the steps of its points, worked out once.
struct BlockDecoding: Sendable {
  let steps: [DecodeStep]
  private let sentinels: [UInt64]
  private let parameters: [ParameterIndex]
  /// Readings that one reply gives.
  var readingCount: Int { parameters.count }

  init(_ points: [MappedPoint], start: Int, slots: ScaleSlots) {
    var steps: [DecodeStep] = []
    var sentinels: [UInt64] = []
    var parameters: [ParameterIndex] = []
    for (index, mapped) in points.enumerated() {
      var step = DecodeStep(mapped.point, start: start, pointIndex: index)
      step.sentinelStart = Int32(sentinels.count)
      step.sentinelCount = Int32(mapped.point.sentinels.count)
      sentinels += mapped.point.sentinels.map(\.raw)
      step.parameterStart = Int32(parameters.count)
      step.parameterCount = Int32(mapped.parameters.count)
      parameters += mapped.parameters
      if let slot = slots.slot(of: mapped.point.name) { step.recordsSlot = Int32(slot) }
      if let source = mapped.point.scaleSource { step.needsSlot = slots.slot(of: source.point).map(Int32.init) ?? .max }
      steps.append(step)
    }
    self.steps = steps
    self.sentinels = sentinels
    self.parameters = parameters
  }

  /// Adds the readings of a reply.
  ///
  /// - Parameters:
  ///   - data: the reply's data bytes, as many as the request must bring.
  ///   - block: the number of this block in its poll.
  func decode(
    _ data: UnsafeRawBufferPointer, of points: [MappedPoint], block: Int, at time: Timestamp,
    into values: inout DecodedValues
  ) {
    for index in steps.indices {
      let step = steps[index]
      if step.kind == .text {
        decodeText(step, data, points, time, into: &values)
        continue
      }
      var raw: UInt64 = 0
      let number = number(step, data, points, raw: &raw)
      if step.needsSlot >= 0, number.quality == .good {
        keepUnscaled(index, number.value, raw, block, time, into: &values)
        continue
      }
      let judged = number.quality == .good ? Self.judged(step.scaled(number.value), step) : number
      add(step, judged, raw, time, into: &values)
    }
  }

  /// The reading of a value that was scaled by another point, or the reason why there is none.
  func finish(_ unscaled: DecodedValues.Unscaled, of points: [MappedPoint], into values: inout DecodedValues) {
    let step = steps[unscaled.step]
    guard step.needsSlot < values.scales.count, let source = points[Int(step.pointIndex)].point.scaleSource else {
      return
    }
    let scale = values.scales[Int(step.needsSlot)]
    guard scale.quality == .good, let number = source.meaning.apply(scale.value, to: unscaled.number) else { return }
    let judged = Self.judged(number + step.offset, step)
    for index in unscaled.reading..<(unscaled.reading + Int(step.parameterCount)) {
      let kept = values.readings[index]
      values.readings[index] = Reading(
        parameter: kept.parameter, time: kept.time, quality: judged.quality, value: judged.value,
        detail: judged.detail, raw: kept.raw, rawWordCount: kept.rawWordCount)
    }
  }

  // MARK: Inside

  /// A value, or the reason why there is none.
  private struct Judged {
    var value: Double
    var quality: Quality
    var detail: UInt16 = 0

    static func good(_ value: Double) -> Judged { Judged(value: value, quality: .good) }
    static func bad(_ quality: Quality, detail: UInt16 = 0) -> Judged {
      Judged(value: 0, quality: quality, detail: detail)
    }
  }

  @inline(__always) private static func judged(_ value: Double, _ step: DecodeStep) -> Judged {
    guard value.isFinite else { return .bad(.badNotANumber) }
    return value < step.minimum || value > step.maximum ? .bad(.badOutOfRange) : .good(value)
  }

  /// The number as it stands in the registers, before any scale.
  @inline(__always)
  private func number(
    _ step: DecodeStep, _ data: UnsafeRawBufferPointer, _ points: [MappedPoint], raw: inout UInt64
  ) -> Judged {
    let place = Int(step.place)
    if step.kind == .coil {
      // Bits are packed from the least significant up (Modbus Application Protocol V1.1b3, 6.1).
      return .good(Double(data[place >> 3] >> UInt8(place & 7) & 1))
    }
    raw = RegisterBytes.words(data, at: place, count: Int(step.keptWords))
    let field = (step.swaps.applied(to: raw) << UInt64(step.dropsHigh)) >> UInt64(step.dropsLow)
    if step.sentinelCount > 0, step.kind != .dateFields {
      for ordinal in 0..<Int(step.sentinelCount) where sentinels[Int(step.sentinelStart) + ordinal] == field {
        return .bad(.badSentinel, detail: UInt16(clamping: ordinal + 1))
      }
    }
    switch step.kind {
    // Above 2^53 the nearest binary64; `Reading.raw` keeps the exact words.
    case .unsigned, .unixSeconds: return .good(Double(field))
    case .signed:
      let high = UInt64(step.dropsLow)
      return .good(Double(Int64(bitPattern: field << high) >> Int64(step.dropsLow)))
    case .float32: return Self.finite(Double(Float(bitPattern: UInt32(truncatingIfNeeded: field))))
    case .float64: return Self.finite(Double(bitPattern: field))
    case .float16: return Self.finite(Double(Float16(bitPattern: UInt16(truncatingIfNeeded: field))))
    case .bcd:
      let digits = (64 - Int(step.dropsLow)) / 4
      return BinaryCodedDecimal.value(field, digits: digits).map { .good(Double($0)) } ?? .bad(.badEncoding)
    case .unixMilliseconds: return .good(Double(field) / 1_000)
    case .dateFields: return dateFields(step, data, points)
    case .coil, .text: preconditionFailure("a \(step.kind) is no number of registers")
    }
  }

  @inline(__always) private static func finite(_ value: Double) -> Judged {
    value.isFinite ? .good(value) : .bad(.badNotANumber)
  }

  private func dateFields(_ step: DecodeStep, _ data: UnsafeRawBufferPointer, _ points: [MappedPoint]) -> Judged {
    guard case .dateTime(let layout) = points[Int(step.pointIndex)].point.type, case .fields(let fields) = layout.form
    else { preconditionFailure("date fields without a layout of fields") }
    let words = Self.words(data, at: Int(step.place), count: fields.count).map {
      UInt16(truncatingIfNeeded: step.swaps.applied(to: UInt64($0)))
    }
    // A clock that has no time fills all its registers with the same word.
    for ordinal in 0..<Int(step.sentinelCount) {
      let sentinel = sentinels[Int(step.sentinelStart) + ordinal]
      if words.allSatisfy({ UInt64($0) == sentinel }) {
        return .bad(.badSentinel, detail: UInt16(clamping: ordinal + 1))
      }
    }
    return RegisterDate.seconds(words, fields).map { .good($0) }
      ?? .bad(.badEncoding)
  }

  private static func words(_ data: UnsafeRawBufferPointer, at offset: Int, count: Int) -> [UInt16] {
    (0..<count).map { RegisterBytes.word(data, at: offset + $0 * 2) }
  }

  private func decodeText(
    _ step: DecodeStep, _ data: UnsafeRawBufferPointer, _ points: [MappedPoint], _ time: Timestamp,
    into values: inout DecodedValues
  ) {
    guard case .text(let layout) = points[Int(step.pointIndex)].point.type else {
      preconditionFailure("a text without a layout")
    }
    let raw = RegisterBytes.words(data, at: Int(step.place), count: Int(step.keptWords))
    let words = Self.words(data, at: Int(step.place), count: layout.registers)
    guard let text = RegisterText.text(words, layout) else {
      add(step, .bad(.badEncoding), raw, time, into: &values)
      return
    }
    add(step, .good(Double(text.unicodeScalars.count)), raw, time, into: &values)
    for parameter in ownParameters(step) {
      values.texts.append(TextReading(parameter: parameter, time: time, text: text, words: words))
    }
  }

  private func ownParameters(_ step: DecodeStep) -> ArraySlice<ParameterIndex> {
    parameters[Int(step.parameterStart)..<Int(step.parameterStart + step.parameterCount)]
  }

  @inline(__always)
  private func add(
    _ step: DecodeStep, _ judged: Judged, _ raw: UInt64, _ time: Timestamp, into values: inout DecodedValues
  ) {
    if step.recordsSlot >= 0, step.recordsSlot < values.scales.count {
      values.scales[Int(step.recordsSlot)] = ScaleValue(value: judged.value, quality: judged.quality)
    }
    for index in 0..<Int(step.parameterCount) {
      values.readings.append(
        Reading(
          parameter: parameters[Int(step.parameterStart) + index], time: time, quality: judged.quality,
          value: judged.value, detail: judged.detail, raw: raw, rawWordCount: step.keptWords))
    }
  }

  private func keepUnscaled(
    _ index: Int, _ number: Double, _ raw: UInt64, _ block: Int, _ time: Timestamp,
    into values: inout DecodedValues
  ) {
    var step = steps[index]
    values.unscaled.append(
      DecodedValues.Unscaled(
        reading: values.readings.count, block: block, step: index, number: step.scaled(number) - step.offset))
    step.recordsSlot = -1
    add(step, .bad(.badScaleUnavailable), raw, time, into: &values)
  }
}
