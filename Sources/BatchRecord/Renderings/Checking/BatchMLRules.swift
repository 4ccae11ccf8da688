import Shopfloor

/// What must hold between the parts of a batch production record, and in each of its texts.
struct BatchMLRules {
  private var entries: Set<String> = []
  private var references: [(path: String, text: String)] = []
  /// The tags of the data set that is being read, and where its last line was.
  private var tags: [String] = []
  private var lastOrder = 0
  private var lastTime: Timestamp?
  private var lineTimes: (first: Timestamp, last: Timestamp)?
  private var sealDigest: String?

  /// The models whose parts the element around them looks at; lines of data are looked at one by one and let go.
  static func isKept(_ model: String) -> Bool { ["value", "quantity", "alarm", "attribute", "result"].contains(model) }

  static func check(_ leaf: BatchMLModel.Leaf, _ text: String, at path: String, _ findings: inout FindingList) {
    func require(_ holds: Bool, _ expected: String) {
      if !holds { findings.add(path, expected: expected, found: text) }
    }
    switch leaf {
    case .identifier:
      require(!text.isEmpty, "an identifier")
      require(text.first?.isWhitespace != true && text.last?.isWhitespace != true, "no blank at either end")
    case .text: require(!text.isEmpty, "a text")
    case .anyText: break
    case .time: require(time(text) != nil, "a time in UTC such as 2026-11-21T04:20:48.000001Z")
    case .index: require((Int(text) ?? 0) > 0 && Int(text).map(String.init) == text, "a whole number from 1")
    case .objectType: require(Set(BatchMLModel.objectTypes.values).contains(text), "a kind of entry of the standard")
    case .eventType: require(BatchMLModel.eventTypes.contains(text), "an event type of the standard")
    case .eventSubType: require(BatchMLModel.eventSubTypes.contains(text), "an event sub-type of the standard")
    case .dataType: require(BatchMLModel.dataTypes.contains(text), "decimal, integer, string, dateTime or boolean")
    case .quality: require(QualityWord.all.contains(text), "good, uncertain: … or bad: … with a known reason")
    case .alarmEvent: require(BatchMLModel.alarmEvents.contains(text), "what an event does to an alarm")
    case .disposition:
      require(BatchMLRendering.Disposition(rawValue: text) != nil, "within, outside, or not judged")
    case .status: require(BatchMLModel.statuses.contains(text), "Sealed or Movement")
    }
  }

  /// With six places and `Z`, a day that the calendar has: the one form that we write.
  static func time(_ text: String) -> Timestamp? {
    guard let time = Timestamp(iso8601: text), time.rendered == text else { return nil }
    return time
  }

  static func isDecimal(_ text: String) -> Bool { Double(text).flatMap(DecimalText.of) == text }

  mutating func ended(_ part: BatchMLPart, model: String, _ findings: inout FindingList) {
    if let type = BatchMLModel.objectTypes[model] { entry(part, type, &findings) }
    switch model {
    case "record": record(part, &findings)
    case "tag": tag(part, &findings)
    case "orderedData": line(part, &findings)
    case "dataValue": dataValue(part, &findings)
    case "dataSet": dataSet(part, &findings)
    case "event": event(part, &findings)
    case "value", "quantity": value(part, &findings)
    case "result": result(part, &findings)
    case "sampleTest": resultsInSample += part.parts("SampleTestResult").count
    case "sample": sample(part, &findings)
    default: break
    }
  }

  private var resultsInSample = 0

  private mutating func entry(_ part: BatchMLPart, _ type: String, _ findings: inout FindingList) {
    if let id = part.text("EntryID"), !entries.insert(id).inserted {
      findings.add(part.path, expected: "an EntryID that no other entry has", found: id)
    }
    if let found = part.text("ObjectType"), found != type {
      findings.add(part.path, expected: "the ObjectType \(type)", found: found)
    }
    for name in ["RecordReference", "AssociatedEventID"] {
      for text in part.texts[name] ?? [] { references.append((part.path + "/" + name, text)) }
    }
  }

  mutating func finish(_ findings: inout FindingList) {
    for (path, text) in references where !entries.contains(text) {
      findings.add(path, expected: "the EntryID of an entry", found: text)
    }
  }

  // MARK: The record

  private mutating func record(_ part: BatchMLPart, _ findings: inout FindingList) {
    if part.attributes["xmlns"] != BatchMLRendering.namespace {
      findings.add(
        part.path, expected: "the namespace \(BatchMLRendering.namespace)", found: part.attributes["xmlns"] ?? "")
    }
    guard part.text("RecordStatus") == "Sealed" else { return }
    let digest = part.text("ExternalReference") ?? ""
    if Hexadecimal.bytes(of: digest)?.count != Digest.byteCount {
      findings.add("ExternalReference", expected: "a SHA-256 in lower-case hexadecimal", found: digest)
    }
    if sealDigest != digest {
      findings.add("ExternalReference", expected: "the digest of the seal, \(sealDigest ?? "none")", found: digest)
    }
    let version = part.text("Version") ?? ""
    if UInt32(version).map(String.init) != version {
      findings.add("Version", expected: "a whole number from 0", found: version)
    }
    let id = "lotwire:record:\(part.text("LotID") ?? ""):\(version):\(digest.prefix(16))"
    if let found = part.text("ID"), found != id { findings.add("ID", expected: id, found: found) }
  }

  // MARK: Data sets

  private mutating func tag(_ part: BatchMLPart, _ findings: inout FindingList) {
    guard let index = part.text("TagIndex") else { return }
    tags.append(index)
    if index != String(tags.count) {
      findings.add(part.path, expected: "the TagIndex \(tags.count)", found: index)
    }
  }

  /// Tags of the line that is being read.
  private var tagsInLine: Set<String> = []

  private mutating func dataValue(_ part: BatchMLPart, _ findings: inout FindingList) {
    guard let tag = part.text("TagIndex"), let value = part.text("Value"), let quality = part.text("Quality") else {
      return
    }
    if !tags.contains(tag) { findings.add(part.path, expected: "a TagIndex of the data set", found: tag) }
    if !tagsInLine.insert(tag).inserted { findings.add(part.path, expected: "every tag once in a line", found: tag) }
    if quality.hasPrefix("bad") {
      if !value.isEmpty { findings.add(part.path, expected: "no value, because its quality is bad", found: value) }
    } else if !Self.isDecimal(value) {
      findings.add(part.path, expected: "a decimal number without superfluous digits", found: value)
    }
  }

  private mutating func line(_ part: BatchMLPart, _ findings: inout FindingList) {
    tagsInLine = []
    lastOrder += 1
    if let order = part.text("OrderIndex"), order != String(lastOrder) {
      findings.add(part.path, expected: "the OrderIndex \(lastOrder)", found: order)
    }
    guard let text = part.text("TimeValue"), let time = Self.time(text) else { return }
    if let lastTime, time < lastTime {
      findings.add(part.path, expected: "a time not before \(lastTime)", found: text)
    }
    lastTime = time
    lineTimes = (lineTimes?.first ?? time, time)
  }

  private mutating func dataSet(_ part: BatchMLPart, _ findings: inout FindingList) {
    let start = part.text("StartTime").flatMap(Self.time)
    let end = part.text("EndTime").flatMap(Self.time)
    if let start, let end, end < start {
      findings.add(part.path, expected: "an EndTime not before \(start)", found: "\(end)")
    }
    if let lines = lineTimes {
      if let start, lines.first < start {
        findings.add(part.path, expected: "data from \(start)", found: "\(lines.first)")
      }
      if let end, lines.last > end { findings.add(part.path, expected: "data until \(end)", found: "\(lines.last)") }
    }
    tags = []
    lastOrder = 0
    lastTime = nil
    lineTimes = nil
  }

  // MARK: Events, values and results

  private mutating func event(_ part: BatchMLPart, _ findings: inout FindingList) {
    for name in ["EventType", "EventSubType"] {
      let other = part.parts(name).first?.attributes["OtherValue"]
      if (part.text(name) == "Other") != (other?.isEmpty == false) {
        findings.add("\(part.path)/\(name)", expected: "OtherValue exactly where the word is Other", found: other ?? "")
      }
    }
    if !part.parts("AlarmData").isEmpty, part.text("EventType") != "Alarm" {
      findings.add(
        part.path, expected: "AlarmData for events of the type Alarm only", found: part.text("EventType") ?? "")
    }
    for attribute in part.parts("UserAttribute") {
      let text = attribute.parts("Value").first?.text("ValueString") ?? ""
      switch attribute.text("AttributeID") {
      case "UDI-DI" where !ProductIdentifier.isGTIN(text):
        findings.add(attribute.path, expected: "a GTIN of 14 digits with the right check digit", found: text)
      case "digest-sha256" where part.text("EntryID") == "seal": sealDigest = text
      default: break
      }
    }
  }

  private func value(_ part: BatchMLPart, _ findings: inout FindingList) {
    guard let text = part.text("ValueString") ?? part.text("QuantityString"), let type = part.text("DataType") else {
      return
    }
    let holds =
      switch type {
      case "decimal": Self.isDecimal(text)
      case "integer": Int64(text).map(String.init) == text
      case "dateTime": Self.time(text) != nil
      case "boolean": text == "true" || text == "false"
      default: true
      }
    if !holds { findings.add(part.path, expected: "a value of the type \(type)", found: text) }
  }

  private func result(_ part: BatchMLPart, _ findings: inout FindingList) {
    func numbers(_ name: String, key: String? = nil) -> [Double] {
      part.parts(name).filter { key == nil || $0.text("Key") == key }.compactMap {
        $0.text("ValueString").flatMap(Double.init)
      }
    }
    let values = numbers("Results")
    let low = numbers("ExpectedResults", key: "low").first
    let high = numbers("ExpectedResults", key: "high").first
    let isJudged = (low != nil || high != nil) && !values.isEmpty
    let isWithin = values.allSatisfy { value in (low.map { value >= $0 } ?? true) && (high.map { value <= $0 } ?? true)
    }
    let expected: BatchMLRendering.Disposition = !isJudged ? .notJudged : isWithin ? .within : .outside
    if let found = part.text("TestDisposition"), found != expected.rawValue {
      findings.add(part.path, expected: "the disposition \"\(expected.rawValue)\", by its limits", found: found)
    }
  }

  private mutating func sample(_ part: BatchMLPart, _ findings: inout FindingList) {
    let size = part.parts("SampleSize").first?.text("QuantityString") ?? ""
    if size != String(resultsInSample) {
      findings.add(part.path, expected: "a SampleSize of \(resultsInSample), for so many results", found: size)
    }
    resultsInSample = 0
  }
}
