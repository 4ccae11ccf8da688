import Shopfloor

extension EPCISRendering {
  /// Holds and their lifting: set aside for a look, and back.
  var holds: [Draft] {
    events.compactMap { event in
      guard event.kind == "lotHeld" || event.kind == "lotHoldLifted", event.data["lot"].text == source.lot,
        let at = event.time
      else { return nil }
      let isHeld = event.kind == "lotHeld"
      return Draft(
        "ObjectEvent", at: at, ("action", .string("OBSERVE")), ("bizStep", isHeld ? .string("holding") : nil),
        ("quantityList", .array([quantity(of: product, nil, unit: nil)])),
        (
          "persistentDisposition",
          .object((isHeld ? "set" : "unset", .array([.string("unavailable")])))
        ),
        ("lotwire:event", .number(String(event.sequence))), ("lotwire:reason", .text(event.data["reason"].text)))
    }
  }

  /// What was measured in each run: lowest, mean and highest of the good readings of every parameter. Without the order,
  /// which the reference implementation of the event hash puts behind the sensors and the standard before them.
  var sensed: [Draft] {
    record["runs"].list.compactMap { run in
      let alarms = record["alarms"].list.filter { !$0["run"].isNull && $0["run"].text == run["id"].text }
      let sources = Set(alarms.compactMap { $0["source"].text })
      let reports = run["series"].list.compactMap { report($0, alarmed: sources) }
      guard let end = run["end"].time, !reports.isEmpty else { return nil }
      let element: PlainJSON = .object(
        (
          "sensorMetadata",
          .object(
            ("startTime", .text(run["start"].time?.renderedMilliseconds)),
            ("endTime", .text(end.renderedMilliseconds)))
        ), ("sensorReport", .array(reports)))
      return Draft(
        "ObjectEvent", at: end, ("action", .string("OBSERVE")), ("bizStep", .string("sensor_reporting")),
        ("quantityList", .array([quantity(of: product, nil, unit: nil)])),
        ("readPoint", place(run["station"].text)),
        ("sensorElementList", .array([element])), ("lotwire:run", .text(run["id"].text)),
        ("lotwire:alarm", alarms.isEmpty ? nil : .array(alarms.map(alarm))))
    }
  }

  private func report(_ series: RecordView, alarmed: Set<String>) -> PlainJSON? {
    guard let low = series["minimum"].text, let high = series["maximum"].text else { return nil }
    let text = series["unit"].text ?? ""
    let unit = EPCISUnits.unit(text)
    let parameter = series["parameter"].text
    return .object(
      ("type", .string(unit?.measurement ?? naming.measurement(text))),
      ("exception", parameter.map(alarmed.contains) == true ? .string("ALARM_CONDITION") : nil),
      ("deviceID", series["device"].text.map { .string(naming.device($0)) }), ("minValue", .number(low)),
      ("maxValue", .number(high)), ("meanValue", series["mean"].text.map { .number($0) }), ("uom", .text(unit?.code)),
      ("lotwire:parameter", .text(parameter)), ("lotwire:unit", unit == nil && !text.isEmpty ? .string(text) : nil),
      ("lotwire:digestSHA256", .text(series["digestSHA256"].text)))
  }

  /// An alarm, control chart signals among them, which EPCIS has no field for.
  private func alarm(_ alarm: RecordView) -> PlainJSON {
    .object(
      ("lotwire:id", .text(alarm["id"].text)), ("lotwire:kind", .text(alarm["kind"].text)),
      ("lotwire:source", .text(alarm["source"].text)), ("lotwire:rule", .text(alarm["rule"]["en"].text)),
      ("lotwire:value", alarm["value"].text.map { .number($0) }),
      ("lotwire:limit", alarm["limit"].text.map { .number($0) }), ("lotwire:unit", .text(alarm["unit"].text)),
      ("lotwire:raised", .text(alarm["raised"].time?.renderedMilliseconds)),
      ("lotwire:cause", .text(alarm["acknowledgement"]["cause"].text)))
  }

  /// The verdict: conformant where every value of a characteristic with a specification lies within it, no value of a
  /// parameter left its specification, and no hold stands. Nothing is said of a lot of which nothing was judged.
  var inspected: Draft? {
    guard let at = completedAt else { return nil }
    let judged = judgements
    guard !judged.isEmpty else { return nil }
    let outside = judged.filter { !$0.isWithin }.map { $0.characteristic }
    let alarms = record["alarms"].list.filter { $0["kind"].text == "specification" }.compactMap { $0["id"].text }
    let isHeld = events.last { $0.kind == "lotHeld" || $0.kind == "lotHoldLifted" }?.kind == "lotHeld"
    let isConformant = outside.isEmpty && alarms.isEmpty && !isHeld
    var seen: Set<String> = []
    let names = outside.filter { seen.insert($0).inserted }
    return Draft(
      "ObjectEvent", at: at, ("action", .string("OBSERVE")), ("bizStep", .string("inspecting")),
      ("disposition", .string(isConformant ? "conformant" : "non_conformant")),
      ("quantityList", .array([quantity(of: product, goodQuantity, unit: record["workOrder"]["unit"].text)])),
      ("bizTransactionList", productionOrder), ("lotwire:judged", .number(String(judged.count))),
      ("lotwire:outside", Self.texts(names)),
      ("lotwire:specificationAlarm", Self.texts(alarms)),
      ("lotwire:exceptions", .number(String(record["exceptions"].list.count))))
  }

  private static func texts(_ texts: [String]) -> PlainJSON? {
    texts.isEmpty ? nil : .array(texts.map { PlainJSON.string($0) })
  }

  /// Every value that a specification judged, in the order of the record.
  private var judgements: [(characteristic: String, isWithin: Bool)] {
    var judgements: [(characteristic: String, isWithin: Bool)] = []
    for run in record["runs"].list {
      for one in run["characteristics"].list {
        let points = one["points"].list.compactMap { $0["value"].text }.map { [$0] }
        for values in points + one["measurements"].list.map({ $0["values"].texts }) {
          let disposition = BatchMLRendering.disposition(of: values, limits: one["specification"])
          guard disposition != .notJudged else { continue }
          judgements.append((one["name"].text ?? "?", disposition == .within))
        }
      }
    }
    return judgements
  }
}
