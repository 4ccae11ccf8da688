import Devices
import Shopfloor

/// What one point took from one message: a value, or why there is none.
struct PointValue: Hashable {
  var quality: Quality
  var value = 0.0
  /// The text of a text point; the value is its number of characters.
  var text: String?

  static func bad(_ quality: Quality) -> PointValue { PointValue(quality: quality) }
}

extension CompiledPoint {
  /// The value out of JSON. Nil: the message does not say it, and need not.
  func value(in subject: inout JSONSubject, isDelta: Bool) -> PointValue? {
    let item: JSONItem
    if let path {
      switch subject.ownLookup(path) {
      case .found(let found): item = found
      case .missing: return isDelta ? nil : .bad(.badPayload)
      case .ambiguous: return .bad(.badPayload)
      }
    } else {
      item = subject.item
    }
    if let quality, !isGood(subject.lookup(quality.path), quality.good) { return .bad(.badSourceQuality) }
    if item.kind == .null { return .bad(.badSentinel) }
    switch form {
    case .number: return judged(number(of: item), unit: unit(in: &subject))
    case .text: return item.plainBytes.map { text($0) } ?? .bad(.badPayload)
    case .slice(let slice):
      guard item.kind == .string, let bytes = item.plainBytes.flatMap({ slice.bytes(of: $0) }) else {
        return .bad(.badPayload)
      }
      return judged(NumberText(slice.number(in: bytes)), unit: unit(in: &subject))
    }
  }

  /// The whole payload is the value.
  ///
  /// - Parameter subject: the payload as JSON, where it is that; units and quality then may stand in it.
  func value(ofPayload payload: [UInt8], _ subject: inout JSONSubject?) -> PointValue {
    if let quality {
      guard let found = subject?.lookup(quality.path), isGood(found, quality.good) else {
        return .bad(.badSourceQuality)
      }
    }
    var unit: String?
    if let units { unit = subject?.lookup(units.path).item?.plainText }
    let hasMark = payload.starts(with: [0xEF, 0xBB, 0xBF])
    let bytes = hasMark ? payload[3...] : payload[...]
    switch form {
    case .number: return judged(number(of: bytes), unit: unit)
    case .text: return text(bytes)
    case .slice(let slice):
      // A byte order mark belongs to texts: raw bytes may begin like one.
      guard let read = slice.bytes(of: slice.encoding == .raw ? payload[...] : bytes) else { return .bad(.badPayload) }
      return judged(NumberText(slice.number(in: read)), unit: unit)
    }
  }

  private func isGood(_ lookup: JSONLookup, _ texts: [[UInt8]]) -> Bool {
    guard let item = lookup.item else { return false }
    return texts.contains { item.isPlainText($0) }
  }

  // MARK: Numbers

  private func number(of item: JSONItem) -> NumberText {
    switch item.kind {
    case .number, .string, .yes, .no: item.plainBytes.map { number(of: $0) } ?? .unreadable
    case .notANumber: .notANumber
    case .null, .array, .object: .unreadable
    }
  }

  private func number(of bytes: ArraySlice<UInt8>) -> NumberText {
    if !words.isEmpty, let word = words[String(decoding: bytes.withoutBlanks, as: UTF8.self)] { return .value(word) }
    return NumberText(bytes)
  }

  /// nil where none is asked for, or where none stands there.
  private func unit(in subject: inout JSONSubject) -> String? {
    guard let units else { return nil }
    return subject.lookup(units.path).item?.plainText
  }

  private func judged(_ number: NumberText, unit: String?) -> PointValue {
    switch number {
    case .unreadable: return .bad(.badPayload)
    case .notANumber: return .bad(.badNotANumber)
    case .value(let raw):
      if sentinels.contains(raw) { return .bad(.badSentinel) }
      var value = raw
      if let units {
        guard let unit, let conversion = units.conversions[unit] else {
          return .bad(.badUnit)
        }
        value = conversion.applied(to: value)
      }
      value = scale.applied(to: value)
      guard value.isFinite else { return .bad(.badNotANumber) }
      if let range, !range.contains(value) { return .bad(.badOutOfRange) }
      return PointValue(quality: .good, value: value)
    }
  }

  // MARK: Texts

  private func text(_ bytes: ArraySlice<UInt8>) -> PointValue {
    guard let whole = String(validating: bytes, as: UTF8.self) else { return .bad(.badEncoding) }
    var rest = whole.unicodeScalars[...]
    // Blanks around a text are no part of it; a line break inside one is a fault, not a padding.
    while let first = rest.first, first.properties.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.properties.isWhitespace { rest.removeLast() }
    let text = String(rest)
    switch OutsideTextFault(in: text, maximumBytes: TextReading.maximumBytes) {
    case nil, .empty: return PointValue(quality: .good, value: Double(text.unicodeScalars.count), text: text)
    case .tooLong: return .bad(.badPayload)
    default: return .bad(.badEncoding)
    }
  }
}

extension NumberText {
  fileprivate init(_ slice: SliceNumber) {
    switch slice {
    case .value(let value): self = .value(value)
    case .notANumber: self = .notANumber
    case .unreadable: self = .unreadable
    }
  }
}
