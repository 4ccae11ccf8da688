import Shopfloor

/// The event hash identifier of the Core Business Vocabulary 2.0, section 8.9.2: the SHA-256 of an event's values in a
/// fixed order, `ni:///sha-256;…?ver=CBV2.0` (RFC 6920). The same event has the same identifier in every notation, which
/// makes it the key under which a receiver takes an event once.
///
/// For events as we write them: identifiers are canonical GS1 Digital Links or names of our own, names of extensions are
/// compact URIs whose prefixes the context names.
struct EPCISEventHash {
  /// Prefixes of compact URIs, by the context of the document.
  let prefixes: [String: String]

  func identifier(of event: PlainJSON) -> String {
    "ni:///sha-256;\(Digest.sha256Text(of: Array(preHash(of: event).utf8)))?ver=CBV2.0"
  }

  /// What is hashed. Left out are, besides what the order does not have, `recordTime`, `eventID` and `errorDeclaration`.
  func preHash(of event: PlainJSON) -> String {
    "eventType=\(event["type"].text ?? "")" + fields(of: event, Self.eventOrder, left: ["type", "@context"])
  }

  private indirect enum Shape: Sendable {
    case value
    case time
    /// A word of a list, with what makes it a URI.
    case word(String)
    case object([(String, Shape)])
    /// A list of which each element stands under a name of its own, or under the name of the list.
    case list(of: String?, Shape)
  }

  private static let quantities: Shape = .list(
    of: "quantityElement", .object([("epcClass", .value), ("quantity", .value), ("uom", .value)]))

  private static func typed(_ name: String, _ prefix: String) -> Shape {
    .list(of: nil, .object([(name, .value), ("type", .word(prefix))]))
  }

  private static let cbv = "https://ref.gs1.org/cbv/"
  private static let vocabulary = "https://gs1.org/voc/"

  private static let sensorElement: Shape = .object([
    (
      "sensorMetadata",
      .object([
        ("time", .time), ("startTime", .time), ("endTime", .time), ("deviceID", .value), ("deviceMetadata", .value),
        ("rawData", .value), ("dataProcessingMethod", .value), ("bizRules", .value),
      ])
    ),
    (
      "sensorReport",
      .list(
        of: "sensorReport",
        .object([
          ("type", .word(vocabulary)), ("exception", .word(vocabulary)), ("deviceID", .value),
          ("deviceMetadata", .value), ("rawData", .value), ("dataProcessingMethod", .value), ("time", .time),
          ("microorganism", .value), ("chemicalSubstance", .value), ("value", .value),
          ("component", .word(cbv + "Comp-")),
          ("stringValue", .value), ("booleanValue", .value), ("hexBinaryValue", .value), ("uriValue", .value),
          ("minValue", .value), ("maxValue", .value), ("meanValue", .value), ("sDev", .value), ("percRank", .value),
          ("percValue", .value), ("uom", .value), ("coordinateReferenceSystem", .value),
        ]))
    ),
  ])

  /// The canonical property order.
  private static let eventOrder: [(String, Shape)] = [
    ("eventTime", .time), ("eventTimeZoneOffset", .value),
    ("certificationInfo", .list(of: "certificationInfo", .value)),
    ("epcList", .list(of: "epc", .value)), ("parentID", .value), ("inputEPCList", .list(of: "epc", .value)),
    ("childEPCs", .list(of: "epc", .value)), ("quantityList", quantities), ("childQuantityList", quantities),
    ("inputQuantityList", quantities), ("outputEPCList", .list(of: "epc", .value)), ("outputQuantityList", quantities),
    ("action", .value), ("transformationID", .value), ("bizStep", .word(cbv + "BizStep-")),
    ("disposition", .word(cbv + "Disp-")),
    (
      "persistentDisposition",
      .object([
        ("set", .list(of: "set", .word(cbv + "Disp-"))), ("unset", .list(of: "unset", .word(cbv + "Disp-"))),
      ])
    ),
    ("readPoint", .object([("id", .value)])), ("bizLocation", .object([("id", .value)])),
    ("bizTransactionList", typed("bizTransaction", cbv + "BTT-")), ("sourceList", typed("source", cbv + "SDT-")),
    ("destinationList", typed("destination", cbv + "SDT-")),
    ("sensorElementList", .list(of: "sensorElement", sensorElement)),
  ]

  /// Names that do not stand before their elements: each element says it itself.
  private static let namelessLists: Set<String> = ["certificationInfo", "set", "unset", "sensorReport"]

  private func fields(of object: PlainJSON, _ order: [(String, Shape)], left: Set<String>) -> String {
    var text = ""
    for (name, shape) in order {
      let value = object[name]
      if !value.isNull { text += rendered(name, value, shape) }
    }
    let ordered = Set(order.map(\.0))
    let rest = object.members.filter { !ordered.contains($0.name) && !left.contains($0.name) }
      .filter { !["recordTime", "eventID", "errorDeclaration"].contains($0.name) }
    return text + sorted(rest.flatMap { extensionParts($0.name, $0.value) })
  }

  private func rendered(_ name: String, _ value: PlainJSON, _ shape: Shape) -> String {
    switch shape {
    case .value: "\(name)=\(canonical(value))"
    case .time: "\(name)=\(time(value))"
    case .word(let prefix): "\(name)=\(word(value, prefix))"
    case .object(let order): name + fields(of: value, order, left: [])
    case .list(let element, let shape):
      (Self.namelessLists.contains(name) ? "" : name) + sorted(list(value).map { rendered(element ?? "", $0, shape) })
    }
  }

  private func list(_ value: PlainJSON) -> [PlainJSON] {
    if case .array(let elements) = value { elements } else { [value] }
  }

  /// What the standard does not name: the full name in braces, then the value or what lies in it.
  private func extensionParts(_ name: String, _ value: PlainJSON) -> [String] {
    list(value).map { one in
      let inner = one.members.flatMap { extensionParts($0.name, $0.value) }
      guard case .object = one else { return expanded(name) + "=" + canonical(one) }
      return expanded(name) + sorted(inner)
    }
  }

  private func expanded(_ name: String) -> String {
    let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2, let namespace = prefixes[parts[0]] else { return name }
    return "{\(namespace)}\(parts[1])"
  }

  /// By the values of the bytes.
  private func sorted(_ parts: [String]) -> String {
    parts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined()
  }

  private func word(_ value: PlainJSON, _ prefix: String) -> String {
    let text = canonical(value)
    return text.contains(":") ? text : prefix + text
  }

  private func time(_ value: PlainJSON) -> String {
    let text = value.text ?? ""
    return Timestamp(iso8601: text)?.renderedMilliseconds ?? text
  }

  /// Without blanks around; numbers without superfluous zeros or signs, also where they stand as text, because XML has no
  /// other form for them.
  private func canonical(_ value: PlainJSON) -> String {
    switch value {
    case .bool(let bool): return String(bool)
    case .number(let text): return Self.number(text) ?? text
    case .string(let text):
      let trimmed = Self.trimmed(text)
      return Self.number(trimmed) ?? trimmed
    default: return ""
    }
  }

  private static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }

  /// A decimal number without exponent; nil for anything else.
  private static func number(_ text: String) -> String? {
    var digits = text[...]
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits.removeFirst() }
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard !digits.isEmpty, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), !parts[0].isEmpty
    else { return nil }
    var whole = parts[0].drop { $0 == "0" }
    if whole.isEmpty { whole = "0" }
    var fraction = parts.count == 2 ? parts[1] : ""
    while fraction.last == "0" { fraction.removeLast() }
    let magnitude = fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
    return isNegative && magnitude != "0" ? "-\(magnitude)" : magnitude
  }
}
