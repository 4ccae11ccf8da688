import Shopfloor

/// The first fault of an order or material lot.
struct FieldFault: Error, Hashable {
  var field: String
  var why: String
}

/// Reads the fields of one object and says which field is wrong and why.
struct FieldReader {
  let value: JSONValue
  let path: String

  init(_ value: JSONValue, path: String = "") {
    self.value = value
    self.path = path
  }

  func name<Kind>(_ key: String) throws(FieldFault) -> Identifier<Kind> {
    try Self.name(try required(key), field: field(key))
  }

  func names<Kind>(_ key: String, maximum: Int) throws(FieldFault) -> [Identifier<Kind>] {
    var names: [Identifier<Kind>] = []
    var seen: Set<Identifier<Kind>> = []
    for (index, element) in try list(key, maximum: maximum).enumerated() {
      let name: Identifier<Kind> = try Self.name(element, field: "\(field(key))[\(index)]")
      guard seen.insert(name).inserted else {
        throw FieldFault(field: "\(field(key))[\(index)]", why: "\"\(name)\" stands there twice")
      }
      names.append(name)
    }
    return names
  }

  /// A text that is shown to people: the same rule as for names, with a bound of its own.
  func words(_ key: String, maximumBytes: Int) throws(FieldFault) -> String {
    let text = try Self.text(try required(key), field: field(key))
    if let fault = OutsideTextFault(in: text, maximumBytes: maximumBytes) {
      throw FieldFault(field: field(key), why: Self.describe(text, fault))
    }
    return text
  }

  func number(_ key: String, above lowest: Double) throws(FieldFault) -> Double {
    let found = try required(key)
    guard case .number(let number) = found else {
      throw FieldFault(field: field(key), why: "this is \(found.kindName), not a number")
    }
    guard number.isFinite, number > lowest else {
      throw FieldFault(field: field(key), why: "\(number) is not a number above \(lowest)")
    }
    return number
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, of type: Choice.Type, absent: Choice? = nil
  ) throws(FieldFault) -> Choice where Choice.RawValue == String {
    if let absent, value[key] == nil { return absent }
    let text = try Self.text(try required(key), field: field(key))
    guard let choice = Choice(rawValue: text) else {
      let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw FieldFault(
        field: field(key), why: "\"\(displayable(text, maximumCharacters: 60))\" is none of: \(allowed)")
    }
    return choice
  }

  /// A calendar date `YYYY-MM-DD`: midnight UTC after it; nil where the field is absent or null.
  func instantAfterDate(_ key: String) throws(FieldFault) -> Timestamp? {
    guard let found = value[key], found != .null else { return nil }
    let text = try Self.text(found, field: field(key))
    guard text.utf8.count == 10, let day = Timestamp(iso8601: text) else {
      throw FieldFault(
        field: field(key), why: "\"\(displayable(text, maximumCharacters: 60))\" is no date of the form 2026-12-31")
    }
    return day.advanced(byMicroseconds: 86_400_000_000)
  }

  func objects(_ key: String, maximum: Int) throws(FieldFault) -> [FieldReader] {
    var readers: [FieldReader] = []
    for (index, element) in try list(key, maximum: maximum).enumerated() {
      let place = "\(field(key))[\(index)]"
      guard case .object = element else {
        throw FieldFault(field: place, why: "this is \(element.kindName), not an object")
      }
      readers.append(FieldReader(element, path: place + "."))
    }
    return readers
  }

  private func field(_ key: String) -> String { path + key }

  private func required(_ key: String) throws(FieldFault) -> JSONValue {
    guard case .object = value else {
      throw FieldFault(field: path.isEmpty ? "element" : path, why: "this is \(value.kindName), not an object")
    }
    guard let found = value[key], found != .null else { throw FieldFault(field: field(key), why: "it is missing") }
    return found
  }

  private func list(_ key: String, maximum: Int) throws(FieldFault) -> [JSONValue] {
    let found = try required(key)
    guard case .list(let elements) = found else {
      throw FieldFault(field: field(key), why: "this is \(found.kindName), not a list")
    }
    guard elements.count <= maximum else {
      throw FieldFault(field: field(key), why: "it has \(elements.count) elements; at most \(maximum) are allowed")
    }
    return elements
  }

  private static func text(_ value: JSONValue, field: String) throws(FieldFault) -> String {
    guard let text = value.text else {
      throw FieldFault(field: field, why: "this is \(value.kindName), not a text")
    }
    return text
  }

  private static func name<Kind>(_ value: JSONValue, field: String) throws(FieldFault) -> Identifier<Kind> {
    let text = try text(value, field: field)
    do throws(OutsideTextFault) {
      return try Identifier<Kind>(text)
    } catch {
      throw FieldFault(field: field, why: describe(text, error))
    }
  }

  private static func describe(_ text: String, _ fault: OutsideTextFault) -> String {
    "\"\(displayable(text, maximumCharacters: 60))\": \(fault.words.english)"
  }
}
