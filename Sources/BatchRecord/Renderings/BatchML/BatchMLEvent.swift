import Shopfloor

/// One `Event` of a batch production record, with its parts in the order of the schema.
struct BatchMLEvent {
  /// A word of the list of the standard, or "Other" with ours beside it.
  struct Word {
    var text: String
    var other: String?

    init(_ text: String) { self.text = text }

    init(other: String) {
      text = "Other"
      self.other = other
    }

    func write(_ name: String, to xml: inout XMLWriter) {
      xml.leaf(name, text, other.map { [("OtherValue", $0)] } ?? [])
    }
  }

  struct AlarmData {
    /// "Raised", "Acknowledged", "Returned", "Closed", "Shelved", "Escalated".
    var event: String
    /// The kind of alarm and its rule.
    var type: String
    var limit: BatchMLValue?
    var priority: String?
  }

  struct Attribute {
    var id: String
    var description: String?
    var value: BatchMLValue
  }

  var entry: BatchMLEntry
  var type: Word
  var subtype: Word
  var equipment: [String] = []
  var values: [BatchMLValue] = []
  var previousValues: [BatchMLValue] = []
  var messages: [(language: String?, text: String)] = []
  var people: [String] = []
  var computers: [String] = []
  var procedures: [String] = []
  var categories: [String] = []
  var alarm: AlarmData?
  /// Entry ids.
  var associated: [String] = []
  var attributes: [Attribute] = []

  init(_ id: String, time: String?, _ type: Word, _ subtype: Word) {
    entry = BatchMLEntry(id, "Event", time: time)
    self.type = type
    self.subtype = subtype
  }

  func write(to xml: inout XMLWriter) {
    xml.element("Event") { xml in
      entry.write(to: &xml)
      type.write("EventType", to: &xml)
      subtype.write("EventSubType", to: &xml)
      for one in equipment { xml.leaf("EquipmentID", one) }
      for one in values { one.write("Value", to: &xml) }
      for one in previousValues { one.write("PreviousValue", to: &xml) }
      for (language, text) in messages {
        xml.leaf("MessageText", text, language.map { [("languageID", $0)] } ?? [])
      }
      for one in people { xml.leaf("PersonID", one) }
      for one in computers { xml.leaf("ComputerID", one) }
      for one in procedures { xml.leaf("ProceduralElementReference", one) }
      for one in categories { xml.leaf("Category", one) }
      if let alarm { Self.write(alarm, to: &xml) }
      for one in associated { xml.leaf("AssociatedEventID", one) }
      for one in attributes {
        xml.element("UserAttribute") { xml in
          xml.leaf("AttributeID", one.id)
          xml.leaf("Description", one.description)
          one.value.write("Value", to: &xml)
        }
      }
    }
  }

  private static func write(_ alarm: AlarmData, to xml: inout XMLWriter) {
    xml.element("AlarmData") { xml in
      xml.leaf("AlarmEvent", alarm.event)
      xml.leaf("AlarmType", alarm.type)
      alarm.limit?.write("AlarmLimit", to: &xml)
      xml.leaf("Priority", alarm.priority)
    }
  }
}

extension BatchMLEvent {
  mutating func attribute(_ id: String, _ text: String?, type: String = "string", unit: String? = nil) {
    guard let text else { return }
    attributes.append(Attribute(id: id, value: BatchMLValue(text, type: type, unit: unit)))
  }

  /// Words in both languages, where the record has them.
  mutating func message(_ words: RecordView) {
    for language in Language.allCases {
      if let text = words[language.rawValue].text { messages.append((language.rawValue, text)) }
    }
  }
}
