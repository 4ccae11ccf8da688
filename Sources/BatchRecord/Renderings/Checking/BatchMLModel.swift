/// The part of the BatchML V7 schema that a rendering of ours may use: which elements follow each other, how often, and
/// what stands in them. Narrower than the schema where it takes any text (source: BatchML-BatchProductionRecord.xsd and
/// B2MML-Common.xsd of MESA International, version 0701).
enum BatchMLModel {
  enum Leaf: Hashable, Sendable {
    /// Not empty, no blanks at its ends, one line.
    case identifier
    /// Anything but nothing.
    case text
    case anyText
    /// UTC with `Z`, a day that the calendar has.
    case time
    /// From 1.
    case index
    case objectType, eventType, eventSubType, dataType, quality, alarmEvent, disposition, status
  }

  enum Content: Sendable {
    case leaf(Leaf)
    case element(String)
  }

  struct Child: Sendable {
    var name: String
    var content: Content
    var minimum: Int
    var maximum: Int
  }

  private static func one(_ name: String, _ leaf: Leaf) -> Child {
    .init(name: name, content: .leaf(leaf), minimum: 1, maximum: 1)
  }
  private static func maybe(_ name: String, _ leaf: Leaf) -> Child {
    .init(name: name, content: .leaf(leaf), minimum: 0, maximum: 1)
  }
  private static func some(_ name: String, _ leaf: Leaf) -> Child {
    .init(name: name, content: .leaf(leaf), minimum: 0, maximum: .max)
  }
  private static func part(_ name: String, _ model: String, _ minimum: Int = 0, _ maximum: Int = 1) -> Child {
    .init(name: name, content: .element(model), minimum: minimum, maximum: maximum)
  }

  private static let entry: [Child] = [
    one("EntryID", .identifier), one("ObjectType", .objectType), maybe("TimeStamp", .time),
    maybe("ExternalReference", .identifier), some("Description", .text),
  ]

  /// The children of every kind of element, in their order.
  static let models: [String: [Child]] = [
    "": [part("BatchProductionRecord", "record", 1)],
    "record": [one("ID", .identifier)] + entry + [
      maybe("EquipmentScope", .identifier), maybe("PublishedDate", .time), maybe("CreationDate", .time),
      maybe("BatchID", .identifier), maybe("BatchProductionRecordSpec", .identifier), maybe("ChangeIndication", .text),
      maybe("EquipmentID", .identifier), maybe("ExpirationDate", .time), maybe("Language", .identifier),
      maybe("LastChangedDate", .time), one("LotID", .identifier), maybe("MaterialDefinitionID", .identifier),
      one("RecordStatus", .status), maybe("Version", .identifier), part("ChangeHistory", "changes"),
      part("Comments", "comments"), part("DataSets", "dataSets"), part("Events", "events", 1),
      part("PersonnelIdentification", "people"), part("ResourceQualifications", "qualifications"),
      part("Samples", "samples"),
    ],
    "changes": [part("Change", "change", 1, .max)],
    "change": entry + [
      one("RecordReference", .identifier), part("PrechangeData", "value", 1, .max), some("Reason", .text),
    ],
    "comments": [part("Comment", "comment", 1, .max)],
    "comment": entry + [
      one("RecordReference", .identifier), .init(name: "CommentText", content: .leaf(.text), minimum: 1, maximum: .max),
      maybe("PersonID", .identifier),
    ],
    "dataSets": [part("DataSet", "dataSet", 1, .max)],
    "dataSet": entry + [
      maybe("StartTime", .time), maybe("EndTime", .time), part("TagSpecification", "tag", 1, .max),
      part("OrderedData", "orderedData", 1, .max),
    ],
    "tag": [
      one("TagIndex", .index), one("DataType", .dataType), one("UnitOfMeasure", .anyText),
      some("DataSource", .identifier),
      some("Alias", .identifier), some("Description", .text), some("EquipmentID", .identifier),
      some("ProceduralElementReference", .identifier), part("Deadband", "value", 0, .max),
      some("SamplingType", .identifier),
    ],
    "orderedData": [one("OrderIndex", .index), maybe("TimeValue", .time), part("DataValue", "dataValue", 1, .max)],
    "dataValue": [one("TagIndex", .index), one("Value", .anyText), one("Quality", .quality)],
    "events": [part("Event", "event", 1, .max)],
    "event": entry + [
      one("EventType", .eventType), one("EventSubType", .eventSubType), some("EquipmentID", .identifier),
      part("Value", "value", 0, .max), part("PreviousValue", "value", 0, .max), some("MessageText", .text),
      some("PersonID", .identifier), some("ComputerID", .identifier), some("ProceduralElementReference", .identifier),
      some("Category", .identifier), part("AlarmData", "alarm"), some("AssociatedEventID", .identifier),
      part("UserAttribute", "attribute", 0, .max),
    ],
    "alarm": [
      one("AlarmEvent", .alarmEvent), one("AlarmType", .identifier), part("AlarmLimit", "value", 0, .max),
      some("Priority", .identifier),
    ],
    "attribute": [one("AttributeID", .identifier), some("Description", .text), part("Value", "value", 0, .max)],
    "value": [
      one("ValueString", .anyText), one("DataType", .dataType), maybe("UnitOfMeasure", .text),
      maybe("Key", .identifier),
    ],
    "quantity": [one("QuantityString", .text), one("DataType", .dataType), maybe("UnitOfMeasure", .text)],
    "people": [part("PersonnelIdentificationManifest", "person", 1, .max)],
    "person": entry + [
      one("RecordReference", .identifier), .init(name: "Name", content: .leaf(.text), minimum: 1, maximum: .max),
      one("ChangeIndication", .text), maybe("Reason", .text),
    ],
    "qualifications": [part("ResourceQualificationsManifest", "qualification", 1, .max)],
    "qualification": entry + [
      one("RecordReference", .identifier), one("ResourceID", .identifier), one("ResourceUse", .identifier),
      one("ResourceType", .identifier), one("QualificationStatus", .identifier), maybe("EffectiveTimeStamp", .time),
      maybe("ExpirationTimeStamp", .time),
    ],
    "samples": [part("Sample", "sample", 1, .max)],
    "sample": entry + [
      maybe("SampleSourceID", .identifier), part("SampleSize", "quantity", 1), some("SampleType", .identifier),
      some("EquipmentID", .identifier), some("ProceduralElementReference", .identifier),
      part("SampleTest", "sampleTest", 1, .max),
    ],
    "sampleTest": entry + [
      maybe("TestCode", .identifier), maybe("TestName", .identifier), part("SampleTestResult", "result", 1, .max),
    ],
    "result": entry + [
      one("TestDisposition", .disposition), some("EquipmentID", .identifier), part("Results", "value", 1, .max),
      part("ExpectedResults", "value", 0, .max),
    ],
  ]

  /// The word of `ObjectType` that belongs to each kind of entry.
  static let objectTypes = [
    "record": "Batch Production Record", "change": "Change", "comment": "Comment", "dataSet": "Data Set",
    "event": "Event", "person": "Personnel Identification Manifest", "qualification": "Resource Definition Manifest",
    "sample": "Sample", "sampleTest": "Sample Test", "result": "Sample Test Result",
  ]

  /// The words of the standard's lists; those that stand for another one beside them are "Other".
  static let eventTypes: Set<String> = [
    "Alarm", "Control Recipe", "Equipment", "General", "Material", "Message", "Operator", "Procedural Execution",
    "Other",
  ]
  static let eventSubTypes: Set<String> = [
    "Allocation", "Application", "Consume", "Deallocation", "Equipment", "Message", "Mode Change", "Mode Command",
    "Modification", "Movement", "Parameter Data", "Process", "Process Data", "Produce", "Prompt", "Prompt Response",
    "Property Value Change", "Reconciliation", "Security", "State Change", "State Command", "Status Change", "System",
    "Target End Time", "Target Start Time", "Other",
  ]
  static let dataTypes: Set<String> = ["decimal", "integer", "string", "dateTime", "boolean"]
  static let alarmEvents = Set(BatchMLEventTypes.alarmEvents.values).union(["Message"])
  static let statuses: Set<String> = ["Sealed", "Movement"]

  /// The attributes that an element may have besides the namespace of the root.
  static let attributes: [String: Set<String>] = [
    "EventType": ["OtherValue"], "EventSubType": ["OtherValue"], "ExternalReference": ["schemeName"],
    "Description": ["languageID"], "MessageText": ["languageID"], "CommentText": ["languageID"],
    "BatchProductionRecord": ["xmlns"],
  ]
}
