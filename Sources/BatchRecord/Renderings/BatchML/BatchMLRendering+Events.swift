import Shopfloor

extension BatchMLRendering {
  /// The order, the seal, then one event for every event of the ledger, then what people counted and what must be
  /// reviewed. Points of characteristics are among the samples.
  func allEvents() -> [BatchMLEvent] {
    let alarms = AlarmIndex(record)
    let materials = Dictionary(
      record["materials"].list.compactMap { one in one["event"].integer.map { ($0, one) } },
      uniquingKeysWith: { first, _ in first })
    let sampled = sampledEvents
    return [orderEvent, sealEvent]
      + events.filter { !sampled.contains($0.sequence) }.map { event in
        ledgerEvent(event, alarm: alarms[event.sequence], material: materials[event.sequence])
      } + quantityEvents + exceptionEvents
  }

  /// What is made, for whom to know it by: the number, the quantity, the UDI.
  private var orderEvent: BatchMLEvent {
    let order = record["workOrder"]
    var event = BatchMLEvent("order", time: nil, .init("General"), .init("Parameter Data"))
    event.categories = ["Work order"]
    if let quantity = order["quantity"].text { event.values = [.decimal(quantity, unit: order["unit"].text)] }
    event.attribute("work-order", order["number"].text)
    event.attribute("product", record["product"]["item"].text)
    event.attribute("product-name", record["product"]["name"].text)
    event.attribute("state", order["state"].text)
    for operation in order["operations"].texts { event.attribute("operation", operation) }
    for lot in order["lots"].texts { event.attribute("lot", lot) }
    for line in order["materials"].list {
      event.attribute(
        "material " + (line["item"].text ?? "?"), line["quantityPerUnit"].text, type: "decimal")
      if line["suppliedByCustomer"].bool == true { event.attribute("supplied-by-customer", line["item"].text) }
    }
    if let device = ProductIdentifier.gtin(of: source, events: events) {
      event.attribute("UDI-DI", device)
      event.attribute("UDI-PI lot", source.lot)
    }
    return event
  }

  /// What the rendering can be checked against.
  private var sealEvent: BatchMLEvent {
    var event = BatchMLEvent("seal", time: nil, .init("General"), .init("Security"))
    event.categories = ["Seal"]
    event.attribute("digest-sha256", source.digest)
    event.attribute("key-id", source.seal["keyID"].text)
    event.attribute("public-key", source.seal["publicKey"].text)
    event.attribute("signature", source.seal["signature"].text)
    event.attribute("signature-algorithm", source.seal["signatureAlgorithm"].text)
    event.attribute("format", record["format"]["version"].integer.map { "lotwire.batch-record \($0)" })
    let ledger = record["ledger"]
    event.attribute("ledger-through", ledger["throughSequence"].integer.map(String.init), type: "integer")
    event.attribute("ledger-hash", ledger["throughHash"].text)
    return event
  }

  private func ledgerEvent(_ ledger: LedgerEvent, alarm: RecordView?, material: RecordView?) -> BatchMLEvent {
    let (type, subtype) = BatchMLEventTypes.words(of: ledger.kind)
    var event = BatchMLEvent(ledger.id, time: ledger.renderedTime, type, subtype)
    event.categories = [ledger.kind]
    event.equipment = [ledger.station, alarm?["station"].text].compactMap { $0 }.prefix(1).map { $0 }
    event.people = [ledger.person ?? material?["person"].text].compactMap { $0 }
    if event.people.isEmpty { event.computers = [ledger.actor] }
    event.procedures = [ledger.run ?? material?["run"].text ?? alarm?["run"].text].compactMap { $0 }
    Self.describe(ledger, &event)
    if let material { Self.describe(material, &event) }
    if let alarm { Self.describe(alarm, as: ledger.kind, &event) }
    event.attribute("hash", ledger.hash)
    event.attributes += PayloadAttributes(ledger.data).attributes
    return event
  }

  private static func describe(_ ledger: LedgerEvent, _ event: inout BatchMLEvent) {
    let data = ledger.data
    switch ledger.kind {
    case "materialReceived", "materialPicked", "materialUnpicked", "materialConsumed":
      if let quantity = data["quantity"].plainNumber { event.values = [.decimal(quantity)] }
    case "materialDisposed":
      if let status = data["status"].text { event.values = [BatchMLValue(status)] }
    case "lotHeld":
      event.values = [BatchMLValue("held")]
      event.previousValues = [BatchMLValue("not held")]
    case "lotHoldLifted":
      event.values = [BatchMLValue("not held")]
      event.previousValues = [BatchMLValue("held")]
    case "runStarted": event.values = [BatchMLValue("running")]
    case "runEnded":
      event.values = [BatchMLValue(data["completedOperation"] == .bool(true) ? "completed" : "paused")]
      event.previousValues = [BatchMLValue("running")]
    case "lotCompleted", "operationCompleted": event.values = [BatchMLValue("completed")]
    case "writeOrdered":
      if let value = data["value"].plainNumber { event.values = [.decimal(value, unit: data["unit"].text)] }
    case "writeReported":
      if let outcome = data["outcome"].text { event.values = [BatchMLValue(outcome)] }
      if let value = data["oldValue"].plainNumber { event.previousValues = [.decimal(value)] }
    case "textRecorded":
      if let text = data["text"].text { event.values = [BatchMLValue(text)] }
    case "cycleEnded":
      if let number = data["cycle"].integer { event.values = [BatchMLValue(String(number), type: "integer")] }
    default: break
    }
    if let reason = data["reason"].text { event.messages.append((nil, reason)) }
  }

  /// What was consumed, and what the ERP had said of the lot.
  private static func describe(_ material: RecordView, _ event: inout BatchMLEvent) {
    if let quantity = material["quantity"].text { event.values = [.decimal(quantity)] }
    event.attribute("material-lot", material["materialLot"].text)
    event.attribute("item", material["item"].text)
    event.attribute("supplier-lot", material["supplierLot"].text)
    for share in material["fromPicked"].list {
      event.attribute("from picking of " + (share["workOrder"].text ?? "?"), share["quantity"].text, type: "decimal")
    }
    event.attribute("status", material["status"].text)
    event.attribute("unusable-from", material["unusableFrom"].time?.rendered, type: "dateTime")
    event.attribute("taken-back", material["undone"].bool.map { String($0) }, type: "boolean")
  }

  private static func describe(_ alarm: RecordView, as kind: String, _ event: inout BatchMLEvent) {
    let unit = alarm["unit"].text
    event.alarm = BatchMLEvent.AlarmData(
      event: BatchMLEventTypes.alarmEvents[kind] ?? "Message",
      type: [alarm["kind"].text, alarm["rule"]["en"].text].compactMap { $0 }.joined(separator: ": "),
      limit: alarm["limit"].text.map { .decimal($0, unit: unit, key: alarm["side"].text) },
      priority: alarm["priority"].text)
    event.attribute("alarm", alarm["id"].text)
    event.attribute("source", alarm["source"].text)
    let sequences = alarm["events"].list.compactMap(\.integer)
    if kind == "alarmRaised" {
      if let value = alarm["value"].text { event.values = [.decimal(value, unit: unit)] }
      event.message(alarm["rule"])
    } else if let raised = sequences.first {
      event.associated = ["event \(raised)"]
    }
    guard kind == "alarmAcknowledged" else { return }
    let acknowledgement = alarm["acknowledgement"]
    if let cause = acknowledgement["cause"].text { event.messages.append((nil, cause)) }
    if let person = acknowledgement["person"].text { event.people = [person] }
  }

  /// What an operation made of the lot: one event for the good, one for every reason of scrap and rework.
  private var quantityEvents: [BatchMLEvent] {
    let unit = record["workOrder"]["unit"].text
    return record["quantities"].list.enumerated().flatMap { index, counted -> [BatchMLEvent] in
      func event(_ id: String, _ subtype: BatchMLEvent.Word, _ quantity: String?, _ reason: String?) -> BatchMLEvent? {
        guard let quantity else { return nil }
        var event = BatchMLEvent(
          "quantity \(index + 1) \(id)", time: counted["at"].time?.rendered, .init("Material"), subtype)
        event.equipment = [counted["station"].text].compactMap { $0 }
        event.values = [.decimal(quantity, unit: unit)]
        if let reason { event.messages = [(nil, reason)] }
        event.people = [counted["person"].text].compactMap { $0 }
        event.procedures = [counted["run"].text].compactMap { $0 }
        event.categories = counted["replaced"].bool == true ? ["Quantity", "Replaced"] : ["Quantity"]
        event.attribute("operation", counted["operation"].text)
        return event
      }
      let rejected = [("scrap", "Scrap"), ("rework", "Rework")].flatMap { name, word in
        counted[name].list.enumerated().map { number, one in
          event("\(name) \(number + 1)", .init(other: word), one["quantity"].text, one["reason"].text)
        }
      }
      return ([event("good", .init("Produce"), counted["good"].text, nil)] + rejected).compactMap { $0 }
    }
  }

  private var exceptionEvents: [BatchMLEvent] {
    record["exceptions"].list.enumerated().map { index, exception in
      var event = BatchMLEvent(
        "exception \(index + 1)", time: exception["at"].time?.rendered, .init(other: "Exception"), .init("Message"))
      event.equipment = [exception["station"].text].compactMap { $0 }
      event.values = [BatchMLValue(exception["severity"].text ?? "unknown")]
      event.message(exception["words"])
      event.procedures = [exception["run"].text].compactMap { $0 }
      event.categories = ["Exception", exception["kind"].text].compactMap { $0 }
      event.associated = exception["events"].list.compactMap { $0.integer.map { "event \($0)" } }
      return event
    }
  }
}

/// The alarms of a record by the events that made them what they are.
private struct AlarmIndex {
  private var alarms: [Int64: RecordView] = [:]

  init(_ record: RecordView) {
    for alarm in record["alarms"].list {
      for sequence in alarm["events"].list.compactMap(\.integer) { alarms[sequence] = alarm }
    }
  }

  subscript(sequence: Int64) -> RecordView? { alarms[sequence] }
}
