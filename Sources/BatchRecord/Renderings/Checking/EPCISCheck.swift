import Shopfloor

/// Our own check of an EPCIS rendering. The public JSON schema takes "nonsense" for a business step, "yesterday" for a
/// time, "Foo" for a type and fields that nobody defined; this one takes the words of the CBV, times in UTC, identifiers
/// with their check digits, and the fields of EPCIS 2.0, and computes the identifier of every event again.
///
/// A pure function; it needs no schema and no other program.
public enum EPCISCheck {
  /// Empty where everything is as it should be. At most ``FindingList/maximumCount`` are named.
  public static func findings(in document: [UInt8]) -> [RenderingFinding] {
    var findings = FindingList()
    do throws(PlainJSONParser.Fault) {
      var check = EPCISDocumentCheck()
      check.document(try PlainJSONParser.parse(document), &findings)
    } catch {
      let found = String(decoding: document.dropFirst(error.offset).prefix(40), as: UTF8.self)
      findings.add("byte \(error.offset)", expected: error.expected, found: found)
    }
    return findings.all
  }
}

/// The document around the events, and what must hold among them.
struct EPCISDocumentCheck {
  private static let members: Set<String> = [
    "@context", "id", "type", "schemaVersion", "creationDate", "instanceIdentifier", "sender", "receiver", "epcisBody",
  ]

  private var prefixes: [String: String] = [:]

  mutating func document(_ document: PlainJSON, _ findings: inout FindingList) {
    guard case .object = document else { return findings.add("", expected: "an object", found: "something else") }
    context(document["@context"], &findings)
    let fields = EPCISFields(prefixes: prefixes)
    fields.require(document["type"], equals: "EPCISDocument", at: "type", &findings)
    fields.require(document["schemaVersion"], equals: "2.0", at: "schemaVersion", &findings)
    let created = fields.time(document["creationDate"], at: "creationDate", &findings)
    fields.members(of: document, Self.members, at: "", &findings)
    original(document, &findings)
    let body = document["epcisBody"]
    fields.members(of: body, ["eventList"], at: "epcisBody", extensions: false, &findings)
    guard case .array(let events) = body["eventList"] else {
      return findings.add("epcisBody.eventList", expected: "an array of events", found: "")
    }
    let hash = EPCISEventHash(prefixes: prefixes)
    var last: Timestamp?
    var seen: Set<String> = []
    for (index, event) in events.enumerated() {
      let path = "eventList[\(index)]"
      let time = EPCISEventCheck(fields: fields, path: path).event(event, &findings)
      if let time, let last, time < last {
        findings.add("\(path).eventTime", expected: "a time not before that of the event before", found: "\(time)")
      }
      if let time, let created, time > created {
        findings.add("\(path).eventTime", expected: "a time not after the creation of the document", found: "\(time)")
      }
      last = time ?? last
      let identifier = event["eventID"].text ?? ""
      if !seen.insert(identifier).inserted {
        findings.add("\(path).eventID", expected: "an identifier that no other event has", found: identifier)
      }
      let computed = hash.identifier(of: event)
      if identifier != computed { findings.add("\(path).eventID", expected: computed, found: identifier) }
    }
  }

  /// The document points to its record, and is about the lot of that record.
  private func original(_ document: PlainJSON, _ findings: inout FindingList) {
    let digest = document["lotwire:digestSHA256"].text ?? ""
    if Hexadecimal.bytes(of: digest)?.count != Digest.byteCount {
      findings.add("lotwire:digestSHA256", expected: "a SHA-256 in lower-case hexadecimal", found: digest)
    }
    let made = document["epcisBody"]["eventList"].elements.first { $0["type"].text == "TransformationEvent" }
    guard let lot = made?["ilmd"]["cbvmda:lotNumber"].text else { return }
    let identifier = document["instanceIdentifier"].text ?? ""
    if !identifier.hasPrefix("lotwire:record:\(lot):") || !identifier.hasSuffix(":\(digest.prefix(16))") {
      findings.add(
        "instanceIdentifier", expected: "lotwire:record:\(lot):…:\(digest.prefix(16))", found: identifier)
    }
  }

  private mutating func context(_ context: PlainJSON, _ findings: inout FindingList) {
    if context.elements.first?.text != EPCISRendering.context {
      findings.add("@context[0]", expected: EPCISRendering.context, found: context.elements.first?.text ?? "")
    }
    for (index, one) in context.elements.dropFirst().enumerated() {
      if one.members.isEmpty { findings.add("@context[\(index + 1)]", expected: "prefixes", found: one.text ?? "") }
      for member in one.members {
        let uri = member.value.text ?? ""
        if !EPCISIdentifierRules.isURI(uri) {
          findings.add("@context[\(index + 1)].\(member.name)", expected: "a URI", found: uri)
        }
        prefixes[member.name] = uri
      }
    }
  }
}

/// What fields may be called, and the forms that several of them share.
struct EPCISFields {
  let prefixes: [String: String]

  /// Only these, and where extensions are allowed, compact names whose prefix the context names. Nothing is null, no text
  /// is empty.
  func members(
    of object: PlainJSON, _ names: Set<String>, at path: String, extensions: Bool = true, _ findings: inout FindingList
  ) {
    guard case .object(let members) = object else {
      return findings.add(path, expected: "an object", found: object.text ?? "something else")
    }
    for member in members {
      let place = path.isEmpty ? member.name : "\(path).\(member.name)"
      if names.contains(member.name) {
        if member.value.isNull || member.value.text == "" { findings.add(place, expected: "a value", found: "") }
      } else if extensions, isExtension(member.name) {
        extensionValue(member.value, at: place, &findings)
      } else {
        findings.add(place, expected: "a field of EPCIS 2.0, or one with a prefix of the context", found: member.name)
      }
    }
  }

  func isExtension(_ name: String) -> Bool {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[1].isEmpty && prefixes[String(parts[0])] != nil
  }

  private func extensionValue(_ value: PlainJSON, at path: String, _ findings: inout FindingList) {
    switch value {
    case .null: findings.add(path, expected: "a value", found: "null")
    case .array(let elements):
      for (index, element) in elements.enumerated() { extensionValue(element, at: "\(path)[\(index)]", &findings) }
    case .object: members(of: value, [], at: path, &findings)
    default: break
    }
  }

  func require(_ value: PlainJSON, equals text: String, at path: String, _ findings: inout FindingList) {
    if value.text != text { findings.add(path, expected: text, found: value.text ?? "") }
  }

  func word(_ value: PlainJSON, of words: Set<String>, _ what: String, at path: String, _ findings: inout FindingList) {
    guard let text = value.text, words.contains(text) else {
      return findings.add(path, expected: what, found: value.text ?? "")
    }
  }

  /// In UTC with milliseconds, a day that the calendar has.
  @discardableResult
  func time(_ value: PlainJSON, at path: String, _ findings: inout FindingList) -> Timestamp? {
    if let text = value.text, let time = Timestamp(iso8601: text), time.renderedMilliseconds == text { return time }
    findings.add(path, expected: "a time in UTC such as 2026-11-21T04:20:48.000Z", found: value.text ?? "")
    return nil
  }

  func uri(_ value: PlainJSON, at path: String, _ findings: inout FindingList) {
    guard let text = value.text, EPCISIdentifierRules.isURI(text), text.hasPrefix("https://") || text.hasPrefix("urn:")
    else {
      return findings.add(path, expected: "an https URL or a URN", found: value.text ?? "")
    }
    guard text.hasPrefix("https://id.gs1.org/"), let fault = EPCISIdentifierRules.digitalLinkFault(text) else { return }
    findings.add(path, expected: fault, found: text)
  }

  @discardableResult
  func number(_ value: PlainJSON, at path: String, _ findings: inout FindingList) -> Double? {
    guard case .number(let text) = value, let number = Double(text), DecimalText.of(number) == text else {
      if case .number(let text) = value, text.utf8.count > 17, let number = Double(text) { return number }
      findings.add(path, expected: "a number without superfluous digits", found: value.plainNumber ?? "")
      return nil
    }
    return number
  }
}
