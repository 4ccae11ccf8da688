import Shopfloor

/// A row of the outbox, a movement of material or a report of production, as a batch production record with one event.
struct BatchMLMovement {
  private let row: RecordView
  /// "receipt", "operation".
  private let name: String
  private let isMovement: Bool
  private let subject: String
  private let event: Int64
  private let hash: String

  init(payload: [UInt8]) throws(RenderingFault) {
    do {
      row = RecordView(try CanonicalJSONParser.parse(payload))
    } catch {
      throw .notJSON(error)
    }
    isMovement = row["movement"].text != nil
    guard let name = row["movement"].text ?? row["report"].text else {
      throw .notAMovement(missing: "\"movement\" or \"report\"")
    }
    self.name = name
    guard let subject = row[isMovement ? "material_lot" : "lot"].text else {
      throw .notAMovement(missing: isMovement ? "\"material_lot\"" : "\"lot\"")
    }
    self.subject = subject
    guard let event = row["event"].integer else { throw .notAMovement(missing: "\"event\"") }
    guard let hash = row["event_hash"].text else { throw .notAMovement(missing: "\"event_hash\"") }
    self.event = event
    self.hash = hash
  }

  /// The key of the row at the ERP.
  private var key: String {
    let digits = String(event)
    let place = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    return "lotwire:\(isMovement ? "movement" : "report"):\(place):\(hash.prefix(16))"
  }

  func bytes() -> [UInt8] {
    let time = row["at"].time?.rendered
    var xml = XMLWriter()
    xml.element("BatchProductionRecord", [("xmlns", BatchMLRendering.namespace)]) { xml in
      xml.leaf("ID", key)
      var entry = BatchMLEntry("record", "Batch Production Record", time: time)
      entry.reference = ("Hash of the event in the ledger", hash)
      entry.descriptions = [("en", BatchMLRendering.acknowledgement)]
      entry.write(to: &xml)
      xml.leaf("CreationDate", time)
      xml.leaf("BatchID", row["work_order"].text)
      xml.leaf("Language", "en")
      xml.leaf("LotID", subject)
      xml.leaf("MaterialDefinitionID", row["item"].text)
      xml.leaf("RecordStatus", "Movement")
      xml.element("Events") { xml in told(time).write(to: &xml) }
    }
    return xml.bytes
  }

  private func told(_ time: String?) -> BatchMLEvent {
    let (type, subtype) = Self.words[name] ?? ("Material", "Other")
    var event = BatchMLEvent(
      "event \(self.event)", time: time, .init(type), subtype == "Other" ? .init(other: name) : .init(subtype))
    event.equipment = [row["station"].text].compactMap { $0 }
    if let quantity = row["quantity"].text ?? row["good"].text {
      event.values = [.decimal(quantity, unit: row["unit"].text)]
    } else if let status = row["status"].text {
      event.values = [BatchMLValue(status)]
    }
    if let reason = row["reason"].text { event.messages = [(nil, reason)] }
    event.people = [row["person"].text].compactMap { $0 }
    event.procedures = [row["run"].text].compactMap { $0 }
    event.categories = [name]
    guard case .object(let object) = row.value else { return event }
    event.attributes =
      PayloadAttributes(.object(object.members.map { .init(name: $0.name, value: Self.plain($0.value)) }))
      .attributes
    return event
  }

  private static let words: [String: (String, String)] = [
    "release": ("Material", "Status Change"), "quarantine": ("Material", "Status Change"),
    "block": ("Material", "Status Change"), "pick": ("Material", "Allocation"),
    "unpick": ("Material", "Deallocation"), "consumption": ("Material", "Consume"),
    "operation": ("Procedural Execution", "State Change"), "quantities": ("Material", "Produce"),
    "hold": ("Material", "Status Change"), "hold_lifted": ("Material", "Status Change"),
  ]

  private static func plain(_ value: CanonicalJSON) -> PlainJSON {
    switch value {
    case .null: .null
    case .bool(let bool): .bool(bool)
    case .integer(let integer): .number(String(integer))
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(plain))
    case .object(let object): .object(object.members.map { .init(name: $0.name, value: plain($0.value)) })
    }
  }
}
