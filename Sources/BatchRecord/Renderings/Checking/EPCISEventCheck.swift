import Shopfloor

/// One event: the fields of its type, and what stands in them.
struct EPCISEventCheck {
  let fields: EPCISFields
  let path: String

  private static let common: Set<String> = [
    "type", "eventID", "eventTime", "recordTime", "eventTimeZoneOffset", "certificationInfo", "bizStep", "disposition",
    "readPoint", "bizLocation", "bizTransactionList", "sourceList", "destinationList", "sensorElementList",
  ]

  /// The further fields of each type (EPCIS 2.0, section 7.4).
  private static let ofType: [String: Set<String>] = [
    "ObjectEvent": ["action", "epcList", "quantityList", "persistentDisposition", "ilmd"],
    "AggregationEvent": ["action", "parentID", "childEPCs", "childQuantityList"],
    "TransactionEvent": ["action", "parentID", "epcList", "quantityList"],
    "TransformationEvent": [
      "transformationID", "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList",
      "persistentDisposition", "ilmd",
    ],
    "AssociationEvent": ["action", "parentID", "childEPCs", "childQuantityList"],
  ]

  private static let required: [String: [String]] = [
    "ObjectEvent": ["action"], "AggregationEvent": ["action"], "TransactionEvent": ["action", "bizTransactionList"],
    "TransformationEvent": ["transformationID", "outputQuantityList"], "AssociationEvent": ["action", "parentID"],
  ]

  /// Returns its time.
  func event(_ event: PlainJSON, _ findings: inout FindingList) -> Timestamp? {
    let type = event["type"].text ?? ""
    guard let own = Self.ofType[type] else {
      findings.add("\(path).type", expected: "one of the five event types", found: type)
      return nil
    }
    fields.members(of: event, Self.common.union(own), at: path, &findings)
    for name in Self.required[type] ?? [] where event[name].isNull {
      findings.add(path, expected: name, found: "")
    }
    let time = fields.time(event["eventTime"], at: "\(path).eventTime", &findings)
    if !event["recordTime"].isNull { fields.time(event["recordTime"], at: "\(path).recordTime", &findings) }
    // The times are in UTC, because the record has no other zone.
    fields.require(event["eventTimeZoneOffset"], equals: "+00:00", at: "\(path).eventTimeZoneOffset", &findings)
    words(event, &findings)
    places(event, &findings)
    lists(event, &findings)
    if !event["ilmd"].isNull { masterData(event, &findings) }
    for (index, element) in event["sensorElementList"].elements.enumerated() {
      EPCISSensorCheck(fields: fields, path: "\(path).sensorElementList[\(index)]").element(element, &findings)
    }
    return time
  }

  private func words(_ event: PlainJSON, _ findings: inout FindingList) {
    func word(_ name: String, _ words: Set<String>, _ what: String) {
      guard !event[name].isNull else { return }
      fields.word(event[name], of: words, what, at: "\(path).\(name)", &findings)
    }
    word("action", EPCISVocabulary.actions, "ADD, OBSERVE or DELETE")
    word("bizStep", EPCISVocabulary.businessSteps, "a business step of the CBV")
    word("disposition", EPCISVocabulary.dispositions, "a disposition of the CBV")
    let persistent = event["persistentDisposition"]
    guard !persistent.isNull else { return }
    let place = "\(path).persistentDisposition"
    fields.members(of: persistent, ["set", "unset"], at: place, extensions: false, &findings)
    let all = persistent["set"].elements + persistent["unset"].elements
    if all.isEmpty { findings.add(place, expected: "what is set or unset", found: "") }
    for one in all {
      fields.word(one, of: EPCISVocabulary.dispositions, "a disposition of the CBV", at: place, &findings)
    }
    if Set(all).count != all.count { findings.add(place, expected: "every disposition once", found: "one twice") }
  }

  private func places(_ event: PlainJSON, _ findings: inout FindingList) {
    for name in ["readPoint", "bizLocation"] where !event[name].isNull {
      fields.members(of: event[name], ["id"], at: "\(path).\(name)", &findings)
      fields.uri(event[name]["id"], at: "\(path).\(name).id", &findings)
    }
    if !event["transformationID"].isNull {
      fields.uri(event["transformationID"], at: "\(path).transformationID", &findings)
    }
    let typed = [
      ("bizTransactionList", "bizTransaction", EPCISVocabulary.businessTransactionTypes),
      ("sourceList", "source", EPCISVocabulary.sourceDestinationTypes),
      ("destinationList", "destination", EPCISVocabulary.sourceDestinationTypes),
    ]
    for (list, name, words) in typed {
      for (index, one) in event[list].elements.enumerated() {
        let place = "\(path).\(list)[\(index)]"
        fields.members(of: one, ["type", name], at: place, extensions: false, &findings)
        fields.word(one["type"], of: words, "a type of the CBV", at: "\(place).type", &findings)
        fields.uri(one[name], at: "\(place).\(name)", &findings)
      }
    }
  }

  private func lists(_ event: PlainJSON, _ findings: inout FindingList) {
    var named: [String: Set<String>] = [:]
    for name in ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"]
    where !event[name].isNull {
      if event[name].elements.isEmpty { findings.add("\(path).\(name)", expected: "at least one lot", found: "") }
      for (index, one) in event[name].elements.enumerated() {
        let place = "\(path).\(name)[\(index)]"
        quantity(one, at: place, &findings)
        guard let epcClass = one["epcClass"].text, !named[name, default: []].insert(epcClass).inserted else { continue }
        findings.add("\(place).epcClass", expected: "every lot once in the list", found: epcClass)
      }
    }
    for both in (named["inputQuantityList"] ?? []).intersection(named["outputQuantityList"] ?? []).sorted() {
      findings.add("\(path).outputQuantityList", expected: "a lot that did not go in", found: both)
    }
    for name in ["epcList", "inputEPCList", "outputEPCList", "childEPCs"] where !event[name].isNull {
      for (index, one) in event[name].elements.enumerated() {
        fields.uri(one, at: "\(path).\(name)[\(index)]", &findings)
      }
    }
    let type = event["type"].text
    if type == "ObjectEvent", event["epcList"].isNull, event["quantityList"].isNull {
      findings.add(path, expected: "epcList or quantityList", found: "")
    }
  }

  private func quantity(_ one: PlainJSON, at place: String, _ findings: inout FindingList) {
    fields.members(of: one, ["epcClass", "quantity", "uom"], at: place, extensions: false, &findings)
    fields.uri(one["epcClass"], at: "\(place).epcClass", &findings)
    if !one["quantity"].isNull, let number = fields.number(one["quantity"], at: "\(place).quantity", &findings),
      number < 0
    {
      findings.add("\(place).quantity", expected: "a quantity from 0", found: "\(number)")
    }
    guard !one["uom"].isNull else { return }
    fields.word(one["uom"], of: EPCISUnits.codes, "a unit of UN/ECE Recommendation 20", at: "\(place).uom", &findings)
    if one["quantity"].isNull { findings.add("\(place).uom", expected: "a unit only beside a quantity", found: "") }
  }

  /// Master data begins where the lot begins.
  private func masterData(_ event: PlainJSON, _ findings: inout FindingList) {
    let place = "\(path).ilmd"
    let begins = event["type"].text == "TransformationEvent" || event["action"].text == "ADD"
    if !begins {
      findings.add(place, expected: "master data only where a lot begins", found: event["action"].text ?? "")
    }
    fields.members(of: event["ilmd"], [], at: place, &findings)
    let expiry = event["ilmd"]["cbvmda:itemExpirationDate"]
    guard !expiry.isNull else { return }
    let isDay = expiry.text.map { $0.utf8.count == 10 && Timestamp(iso8601: $0) != nil } ?? false
    if !isDay {
      findings.add("\(place).itemExpirationDate", expected: "a day such as 2026-11-21", found: expiry.text ?? "")
    }
  }
}

/// What sensors told.
struct EPCISSensorCheck {
  let fields: EPCISFields
  let path: String

  private static let metadata: Set<String> = [
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules",
  ]
  private static let report: Set<String> = [
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time", "microorganism",
    "chemicalSubstance", "value", "component", "stringValue", "booleanValue", "hexBinaryValue", "uriValue", "minValue",
    "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom", "coordinateReferenceSystem", "bizRules",
  ]

  func element(_ element: PlainJSON, _ findings: inout FindingList) {
    fields.members(of: element, ["sensorMetadata", "sensorReport"], at: path, &findings)
    let metadata = element["sensorMetadata"]
    if !metadata.isNull {
      let place = "\(path).sensorMetadata"
      fields.members(of: metadata, Self.metadata, at: place, &findings)
      let times = ["startTime", "endTime"].filter { !metadata[$0].isNull }
        .compactMap { fields.time(metadata[$0], at: "\(place).\($0)", &findings) }
      if times.count == 2, times[1] < times[0] {
        findings.add("\(place).endTime", expected: "a time not before the start", found: "\(times[1])")
      }
    }
    if element["sensorReport"].elements.isEmpty {
      findings.add("\(path).sensorReport", expected: "at least one report", found: "")
    }
    for (index, report) in element["sensorReport"].elements.enumerated() {
      self.report(report, at: "\(path).sensorReport[\(index)]", &findings)
    }
  }

  private func report(_ report: PlainJSON, at place: String, _ findings: inout FindingList) {
    fields.members(of: report, Self.report, at: place, &findings)
    let type = report["type"].text ?? ""
    if !EPCISVocabulary.measurementTypes.contains(type) {
      // Our own for units that nobody lists: never a word without a scheme.
      if type.hasPrefix("https://gs1.org/") || type.hasPrefix("https://www.gs1.org/")
        || !EPCISIdentifierRules.isURI(type)
      {
        findings.add("\(place).type", expected: "a measurement type of GS1, or a URI of one's own", found: type)
      }
    }
    if !report["exception"].isNull {
      fields.word(
        report["exception"], of: EPCISVocabulary.sensorAlerts, "ALARM_CONDITION or ERROR_CONDITION",
        at: "\(place).exception", &findings)
    }
    if !report["deviceID"].isNull { fields.uri(report["deviceID"], at: "\(place).deviceID", &findings) }
    if !report["uom"].isNull {
      let fits = EPCISUnits.measurements(code: report["uom"].text ?? "").contains(type)
      if !fits { findings.add("\(place).uom", expected: "a unit of \(type)", found: report["uom"].text ?? "") }
    }
    let values = ["minValue", "meanValue", "maxValue"].filter { !report[$0].isNull }
      .compactMap { fields.number(report[$0], at: "\(place).\($0)", &findings) }
    // A mean is a sum of doubles, and may be off by its last digits.
    let slack = (values.map(\.magnitude).max() ?? 0) * 1e-9
    if zip(values, values.dropFirst()).contains(where: { $0 > $1 + slack }) {
      findings.add(place, expected: "minValue, meanValue and maxValue in their order", found: "\(values)")
    }
  }
}
