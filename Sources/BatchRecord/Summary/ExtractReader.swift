import Shopfloor

/// A place in a record, for reading what must be there. What is missing reads as null.
struct ExtractReader {
  let value: CanonicalJSON
  let path: String

  init(_ value: CanonicalJSON, _ path: String) {
    self.value = value
    self.path = path
  }

  subscript(name: String) -> ExtractReader {
    guard case .object(let object) = value else { return ExtractReader(.null, path + "." + name) }
    return ExtractReader(object[name] ?? .null, path + "." + name)
  }

  var isNull: Bool { value == .null }

  var elements: [ExtractReader] {
    guard case .array(let elements) = value else { return [] }
    return elements.enumerated().map { ExtractReader($0.element, "\(path)[\($0.offset)]") }
  }

  func each<Value>(
    _ read: (ExtractReader) throws(LotExtractFault) -> Value
  ) throws(LotExtractFault) -> [Value] {
    var values: [Value] = []
    for element in elements { values.append(try read(element)) }
    return values
  }

  var optionalText: String? { if case .string(let text) = value { text } else { nil } }
  var flag: Bool? { if case .bool(let flag) = value { flag } else { nil } }
  var decimal: Double? { optionalText.flatMap { DecimalText.value(of: $0) } }

  func text() throws(LotExtractFault) -> String {
    guard let text = optionalText else { throw .misfit(place: path, expected: "text") }
    return text
  }

  func integer() throws(LotExtractFault) -> Int64 {
    guard case .integer(let integer) = value else { throw .misfit(place: path, expected: "a whole number") }
    return integer
  }

  func name<Kind>() throws(LotExtractFault) -> Identifier<Kind> {
    do throws(OutsideTextFault) {
      // Without text it is empty, which is no name.
      return try Identifier(optionalText ?? "")
    } catch {
      throw .misfit(place: path, expected: "a name: \(error.words.english)")
    }
  }

  func names<Kind>() throws(LotExtractFault) -> [Identifier<Kind>] {
    try each { element throws(LotExtractFault) in try element.name() }
  }

  /// A decimal text; rounded to the sixth place where it has more.
  func quantity() throws(LotExtractFault) -> Quantity {
    guard let text = optionalText, let found = Quantity(decimal: text) ?? Double(text).flatMap(Quantity.init(nearest:))
    else { throw .misfit(place: path, expected: "a quantity as decimal text") }
    return found
  }

  /// `{"microseconds":…,"text":…}`, or ISO 8601 text.
  func time() throws(LotExtractFault) -> Timestamp {
    if case .integer(let microseconds) = self["microseconds"].value { return Timestamp(microseconds: microseconds) }
    if let text = optionalText, let read = Timestamp(iso8601: text) { return read }
    throw .misfit(place: path, expected: "a time")
  }
}

/// Why bytes could not be read as a sealed record.
public enum LotExtractFault: Error, Hashable, Sendable {
  case noJSON(CanonicalJSONFault)
  case misfit(place: String, expected: String)
}

extension LotExtractFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noJSON(let fault): "it is no JSON of a record: \(fault)"
    case .misfit(let place, let expected): "\(place) is not \(expected)"
    }
  }
}
