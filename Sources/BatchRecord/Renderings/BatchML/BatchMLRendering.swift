import Shopfloor

/// A sealed record as a BatchML `BatchProductionRecord`, part by part in the order of the schema.
struct BatchMLRendering {
  /// The namespace of B2MML and BatchML since version 6.
  static let namespace = "http://www.mesa.org/xml/B2MML"
  /// The statement that the licence of B2MML asks for.
  static let acknowledgement =
    "The Business To Manufacturing Markup Language (B2MML) is used courtesy of MESA International."

  let source: RecordSource
  var record: RecordView { source.record }
  /// The ledger's events of the record, read once.
  let events: [LedgerEvent]

  init(_ source: RecordSource) {
    self.source = source
    events = source.record["events"].list.compactMap(LedgerEvent.init)
  }

  func bytes() -> [UInt8] {
    var xml = XMLWriter()
    xml.element("BatchProductionRecord", [("xmlns", Self.namespace)]) { xml in
      header(&xml)
      changes(&xml)
      comments(&xml)
      dataSets(&xml)
      xml.element("Events") { xml in
        for event in allEvents() { event.write(to: &xml) }
      }
      people(&xml)
      qualifications(&xml)
      samples(&xml)
    }
    return xml.bytes
  }

  /// The last instant that the record knows of: a rendering has no time of its own.
  private var lastTime: String? { events.compactMap(\.time).max()?.rendered }

  private func header(_ xml: inout XMLWriter) {
    let order = record["workOrder"]
    xml.leaf("ID", source.key)
    var entry = BatchMLEntry("record", "Batch Production Record", time: lastTime)
    entry.reference = ("SHA-256 of the sealed record", source.digest)
    entry.descriptions = [
      ("en", "A rendering of the sealed batch record, which is the original: JSON by RFC 8785 with this SHA-256."),
      ("zh-CN", "由已封存批记录生成的副本；原件为具有此 SHA-256 的 RFC 8785 规范 JSON。"), ("en", Self.acknowledgement),
    ]
    entry.write(to: &xml)
    xml.leaf("EquipmentScope", [record["site"].text, record["line"].text].compactMap { $0 }.joined(separator: "/"))
    xml.leaf("CreationDate", lastTime)
    xml.leaf("BatchID", order["number"].text)
    xml.leaf("BatchProductionRecordSpec", specification)
    if source.revision > 0 { xml.leaf("ChangeIndication", "addendum \(source.revision)") }
    xml.leaf("EquipmentID", record["line"].text)
    xml.leaf("Language", "en")
    xml.leaf("LotID", source.lot)
    xml.leaf("MaterialDefinitionID", record["product"]["item"].text)
    xml.leaf("RecordStatus", "Sealed")
    xml.leaf("Version", String(source.revision))
  }

  /// The control plan where all runs were judged by one.
  private var specification: String? {
    let plans = record["controlPlans"].list
    guard plans.count == 1, let number = plans[0]["number"].text, let version = plans[0]["version"].integer else {
      return nil
    }
    return "\(number) version \(version)"
  }

  /// What people took back or counted again: the value as it was, never hidden.
  private func changes(_ xml: inout XMLWriter) {
    let undone = events.filter { $0.kind == "stepUndone" }.map { event in
      let step = UndoneStep(event, among: events)
      return BatchMLChange(
        id: "\(event.id) change", time: event.renderedTime, reference: step.entry ?? event.id,
        formerValue: step.formerValue, reason: "Taken back at the station",
        description: "\(step.words) was taken back by \(event.person ?? event.actor).")
    }
    let changes = undone + BatchMLChange.recounts(record["quantities"].list)
    guard !changes.isEmpty else { return }
    xml.element("ChangeHistory") { xml in
      for change in changes { change.write(to: &xml) }
    }
  }

  /// What the record says of its own completeness.
  private func comments(_ xml: inout XMLWriter) {
    let words = record["readings"]["words"]
    let texts = Language.allCases.compactMap { language in
      words[language.rawValue].text.map { (language.rawValue, $0) }
    }
    guard !texts.isEmpty else { return }
    xml.element("Comments") { xml in
      xml.element("Comment") { xml in
        BatchMLEntry("readings", "Comment", time: lastTime).write(to: &xml)
        xml.leaf("RecordReference", "record")
        for (language, text) in texts { xml.leaf("CommentText", text, [("languageID", language)]) }
      }
    }
  }
}

/// A step that a person took back, and the entry of the step itself where the record has it.
private struct UndoneStep {
  var words: String
  var entry: String?
  var formerValue: String?

  /// The payload is `{"step":{"consumed":{"_0":{…}}}}`, as Swift writes a case with one value.
  init(_ event: LedgerEvent, among events: [LedgerEvent]) {
    let kinds = [
      "consumed": ("materialConsumed", "The consumption"), "picked": ("materialPicked", "The pick"),
      "unpicked": ("materialUnpicked", "The return"), "received": ("materialReceived", "The receipt"),
    ]
    let step = event.data["step"].members.first { kinds[$0.name] != nil }
    let value = step.map { $0.value["_0"].isNull ? $0.value : $0.value["_0"] } ?? .null
    let material = value["materialLot"].text ?? value["material"].text
    words = "\(step.flatMap { kinds[$0.name]?.1 } ?? "A step") of material lot \(material ?? "?")"
    formerValue = value["quantity"].plainNumber
    let kind = step.flatMap { kinds[$0.name]?.0 }
    entry = events.last { $0.kind == kind && $0.sequence < event.sequence && $0.data.isSame(as: value) }?.id
  }
}
