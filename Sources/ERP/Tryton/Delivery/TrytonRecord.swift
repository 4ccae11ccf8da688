import Shopfloor

/// One record as `search_read` and `read` answer it. What is missing or of another kind reads as nil.
struct TrytonRecord: Hashable, Sendable {
  let members: [String: TrytonValue]

  init?(_ value: TrytonValue) {
    guard case .object(let members) = value else { return nil }
    self.members = members
  }

  /// Members of a record that a field points to: `row["product."]["code"]` is asked for as "product.code".
  subscript(name: String) -> TrytonRecord {
    members[name + "."].flatMap { TrytonRecord($0) } ?? TrytonRecord(members: [:])
  }

  private init(members: [String: TrytonValue]) { self.members = members }

  var id: Int64 { integer("id") ?? 0 }

  func integer(_ name: String) -> Int64? { if case .integer(let integer)? = members[name] { integer } else { nil } }

  func text(_ name: String) -> String? { if case .text(let text)? = members[name] { text } else { nil } }

  func flag(_ name: String) -> Bool? { if case .flag(let flag)? = members[name] { flag } else { nil } }

  func number(_ name: String) -> Double? {
    switch members[name] {
    case .number(let number)?: number
    case .integer(let integer)?: Double(integer)
    case .decimal(let text)?: Double(text)
    default: nil
    }
  }

  func quantity(_ name: String) -> Quantity? { number(name).flatMap { Quantity(nearest: $0) } }

  func seconds(_ name: String) -> Double? {
    if case .duration(let seconds)? = members[name] { seconds } else { nil }
  }

  func integers(_ name: String) -> [Int64] {
    guard case .list(let elements)? = members[name] else { return [] }
    return elements.compactMap { if case .integer(let integer) = $0 { integer } else { nil } }
  }

  func texts(_ name: String) -> [String] {
    guard case .list(let elements)? = members[name] else { return [] }
    return elements.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// "2031-12-31"; nil where there is none.
  func day(_ name: String) -> String? {
    guard case .date(let year, let month, let day)? = members[name] else { return nil }
    return TrytonDay(year: year, month: month, day: day).description
  }

  func bytes(_ name: String) -> [UInt8]? { if case .bytes(let bytes)? = members[name] { bytes } else { nil } }

  /// Number of the record that a reference such as "stock.shipment.in,7" names; nil for another model.
  func reference(_ name: String, to model: String) -> Int64? {
    guard let text = text(name), text.hasPrefix(model + ",") else { return nil }
    return Int64(text.dropFirst(model.count + 1))
  }
}

/// A day of the calendar, as Tryton keeps expiries.
struct TrytonDay: Hashable, Sendable, CustomStringConvertible {
  var year: Int
  var month: Int
  var day: Int

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The UTC day of an instant.
  init?(of time: Timestamp) {
    let parts = time.description.prefix(10).split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3 else { return nil }
    self.init(year: parts[0], month: parts[1], day: parts[2])
  }

  /// The last day on which something may be used that is unusable from an instant on: the UTC day before it where the
  /// instant is a midnight, and the day before its own day otherwise, because Tryton knows whole days only.
  init?(lastUsableBefore unusableFrom: Timestamp) {
    self.init(of: unusableFrom.advanced(byMicroseconds: -Self.microseconds))
  }

  static let microseconds: Int64 = 86_400_000_000

  var value: TrytonValue { .date(year: year, month: month, day: day) }

  var description: String {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}

extension TrytonValue {
  static func texts(_ texts: some Sequence<String>) -> TrytonValue { .list(texts.map { .text($0) }) }
  static func integers(_ integers: some Sequence<Int64>) -> TrytonValue { .list(integers.map { .integer($0) }) }

  /// One condition of a domain.
  static func clause(_ field: String, _ condition: String, _ value: TrytonValue) -> TrytonValue {
    .list([.text(field), .text(condition), value])
  }

  /// A condition on a field of the record that a reference points to.
  static func clause(
    _ field: String, _ condition: String, _ value: TrytonValue, model: String
  ) -> TrytonValue {
    .list([.text(field), .text(condition), value, .text(model)])
  }

  static func any(_ clauses: [TrytonValue]) -> TrytonValue { .list([.text("OR")] + clauses) }

  /// Tryton keeps quantities as binary numbers; ours have at most six places, which it shows again unchanged.
  static func quantity(_ quantity: Quantity) -> TrytonValue { .number(quantity.doubleValue) }

  static func optional(_ integer: Int64?) -> TrytonValue { integer.map { .integer($0) } ?? .null }
}
