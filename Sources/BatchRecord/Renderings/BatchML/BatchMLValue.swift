/// A `ValueType` of B2MML: text, its type and its unit.
struct BatchMLValue {
  var text: String
  /// Of the type library of B2MML: "decimal", "string", "dateTime", "boolean".
  var type: String
  var unit: String?
  /// Which of several values it is: "low", "high".
  var key: String?

  init(_ text: String, type: String = "string", unit: String? = nil, key: String? = nil) {
    self.text = text
    self.type = type
    self.unit = unit
    self.key = key
  }

  static func decimal(_ text: String, unit: String? = nil, key: String? = nil) -> BatchMLValue {
    BatchMLValue(text, type: "decimal", unit: unit, key: key)
  }

  /// The limits that are given, by their side.
  static func limits(_ limits: RecordView, unit: String?) -> [BatchMLValue] {
    ["low", "high"].compactMap { side in limits[side].text.map { .decimal($0, unit: unit, key: side) } }
  }

  func write(_ name: String, to xml: inout XMLWriter) {
    xml.element(name) { xml in
      xml.leaf("ValueString", text)
      xml.leaf("DataType", type)
      if let unit, !unit.isEmpty { xml.leaf("UnitOfMeasure", unit) }
      xml.leaf("Key", key)
    }
  }
}

/// What every entry of a batch production record begins with.
struct BatchMLEntry {
  var id: String
  /// Of the list `RecordObjectType` of the standard.
  var objectType: String
  var time: String?
  var reference: (scheme: String, text: String)?
  /// In English, or in the language that stands beside.
  var descriptions: [(language: String?, text: String)] = []

  init(_ id: String, _ objectType: String, time: String? = nil) {
    self.id = id
    self.objectType = objectType
    self.time = time
  }

  func write(to xml: inout XMLWriter) {
    xml.leaf("EntryID", id)
    xml.leaf("ObjectType", objectType)
    xml.leaf("TimeStamp", time)
    if let reference { xml.leaf("ExternalReference", reference.text, [("schemeName", reference.scheme)]) }
    for (language, text) in descriptions {
      xml.leaf("Description", text, language.map { [("languageID", $0)] } ?? [])
    }
  }
}
