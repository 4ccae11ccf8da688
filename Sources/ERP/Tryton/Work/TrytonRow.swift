import Shopfloor

/// One record of an answer. Fields of a related record stand under its name with a point ("product."), as Tryton gives
/// what was asked for with dots ("product.code"); those of several under the same, as a list.
struct TrytonRow: Hashable {
  let values: [String: TrytonValue]

  init(_ values: [String: TrytonValue]) { self.values = values }

  init?(_ value: TrytonValue) {
    guard case .object(let values) = value else { return nil }
    self.values = values
  }

  var id: Int64 { integer("id") ?? 0 }

  func integer(_ field: String) -> Int64? {
    if case .integer(let number)? = values[field] { number } else { nil }
  }

  /// Nil where it is null, no text or empty.
  func text(_ field: String) -> String? {
    if case .text(let text)? = values[field], !text.isEmpty { text } else { nil }
  }

  func number(_ field: String) -> Double? {
    switch values[field] {
    case .number(let number)?: number
    case .integer(let number)?: Double(number)
    case .decimal(let text)?: Double(text)
    default: nil
    }
  }

  /// SQLite gives flags that were read through another record as 0 and 1.
  func flag(_ field: String) -> Bool { values[field] == .flag(true) || values[field] == .integer(1) }

  func one(_ field: String) -> TrytonRow? { values[field + "."].flatMap { TrytonRow($0) } }

  func many(_ field: String) -> [TrytonRow] {
    guard case .list(let elements)? = values[field + "."] else { return [] }
    return elements.compactMap { TrytonRow($0) }
  }

  func integers(_ field: String) -> [Int64] {
    guard case .list(let elements)? = values[field] else { return [] }
    return elements.compactMap { if case .integer(let number) = $0 { number } else { nil } }
  }

  /// Midnight UTC after a day; nil where there is none.
  func instantAfterDay(_ field: String) -> Timestamp? {
    guard case .date(let year, let month, let day)? = values[field] else { return nil }
    return Timestamp(iso8601: TrytonCodec.dateText(year, month, day))?.advanced(byMicroseconds: 86_400_000_000)
  }

  /// When this record, or one that was read with it, was written last; nil where it was not asked for.
  var lastModified: Timestamp? { Self.lastModified(in: .object(values)) }

  private static func lastModified(in value: TrytonValue) -> Timestamp? {
    switch value {
    case .list(let elements): return elements.compactMap { lastModified(in: $0) }.max()
    case .object(let members):
      return members.compactMap { name, value in
        if name == "write_date" || name == "create_date", case .instant(let time) = value { return time }
        return lastModified(in: value)
      }.max()
    default: return nil
    }
  }

  // MARK: Checked values

  /// A name of the floor.
  func name<Kind>(_ field: String, of text: String?) throws(FieldFault) -> Identifier<Kind> {
    guard let text else { throw FieldFault(field: field, why: "it is missing") }
    do throws(OutsideTextFault) {
      return try Identifier<Kind>(text)
    } catch {
      throw FieldFault(
        field: field, why: "\"\(displayable(text, maximumCharacters: 60))\": \(error.words.english)")
    }
  }

  /// A text that is shown to people.
  func words(_ field: String, of text: String?, maximumBytes: Int) throws(FieldFault) -> String {
    guard let text else { throw FieldFault(field: field, why: "it is missing") }
    if let fault = OutsideTextFault(in: text, maximumBytes: maximumBytes) {
      throw FieldFault(
        field: field, why: "\"\(displayable(text, maximumCharacters: 60))\": \(fault.words.english)")
    }
    return text
  }

  func positive(_ field: String) throws(FieldFault) -> Double {
    guard let number = number(field), number.isFinite, number > 0 else {
      throw FieldFault(field: field, why: "it is not a number above 0")
    }
    return number
  }
}
