import Shopfloor

extension BatchMLRendering {
  /// The events that stand among the samples, as their results.
  var sampledEvents: Set<Int64> {
    Set(
      characteristics.flatMap { one in
        ["points", "measurements"].flatMap { one.view[$0].list.compactMap { $0["event"].integer } }
      })
  }

  /// The characteristics with points or measurements, run by run.
  private var characteristics: [(run: RecordView, view: RecordView)] {
    record["runs"].list.flatMap { run in
      run["characteristics"].list.filter { !$0["points"].list.isEmpty || !$0["measurements"].list.isEmpty }
        .map { (run, $0) }
    }
  }

  /// One sample for every characteristic of a run, one result for every point and measurement.
  func samples(_ xml: inout XMLWriter) {
    guard !characteristics.isEmpty else { return }
    xml.element("Samples") { xml in
      for (run, one) in characteristics {
        let name = one["name"].text ?? "?"
        let id = "\(name) of run \(run["id"].text ?? "?")"
        let results = one["points"].list.count + one["measurements"].list.count
        xml.element("Sample") { xml in
          BatchMLEntry("sample: \(id)", "Sample", time: run["end"].time?.rendered).write(to: &xml)
          xml.leaf("SampleSourceID", source.lot)
          xml.element("SampleSize") { xml in
            xml.leaf("QuantityString", String(results))
            xml.leaf("DataType", "integer")
          }
          xml.leaf("SampleType", "characteristic")
          xml.leaf("EquipmentID", run["station"].text)
          xml.leaf("ProceduralElementReference", run["id"].text)
          xml.element("SampleTest") { xml in
            var entry = BatchMLEntry("test: \(id)", "Sample Test")
            if let parameter = one["parameter"].text { entry.descriptions = [(nil, "Parameter: \(parameter)")] }
            entry.write(to: &xml)
            xml.leaf("TestCode", one["feature"].text)
            xml.leaf("TestName", name)
            writeResults(of: one, run: run, id: id, to: &xml)
          }
        }
      }
    }
  }

  private func writeResults(of one: RecordView, run: RecordView, id: String, to xml: inout XMLWriter) {
    for (index, point) in one["points"].list.enumerated() {
      result(point, [point["value"].text].compactMap { $0 }, one, run, "point \(index + 1) of \(id)", to: &xml)
    }
    for (index, measured) in one["measurements"].list.enumerated() {
      result(measured, measured["values"].texts, one, run, "measurement \(index + 1) of \(id)", to: &xml)
    }
  }

  private func result(
    _ point: RecordView, _ values: [String], _ one: RecordView, _ run: RecordView, _ id: String,
    to xml: inout XMLWriter
  ) {
    let unit = one["unit"].text
    xml.element("SampleTestResult") { xml in
      // The id of its event, so that what refers to the event finds it.
      var entry = BatchMLEntry(
        point["event"].integer.map { "event \($0)" } ?? id, "Sample Test Result", time: point["at"].time?.rendered)
      if let cycle = point["cycle"].integer { entry.descriptions.append((nil, "Cycle \(cycle)")) }
      if let person = point["person"].text { entry.descriptions.append((nil, "Measured by \(person)")) }
      if let gate = point["closedGate"].text { entry.descriptions.append((nil, "Not charted: \(gate)")) }
      entry.write(to: &xml)
      xml.leaf("TestDisposition", Self.disposition(of: values, limits: one["specification"]).rawValue)
      xml.leaf("EquipmentID", run["station"].text)
      for value in values { BatchMLValue.decimal(value, unit: unit).write("Results", to: &xml) }
      for limit in BatchMLValue.limits(one["specification"], unit: unit) { limit.write("ExpectedResults", to: &xml) }
    }
  }

  enum Disposition: String, CaseIterable {
    case within = "within specification"
    case outside = "outside specification"
    case notJudged = "not judged"
  }

  static func disposition(of values: [String], limits: RecordView) -> Disposition {
    let numbers = values.compactMap(DecimalText.value)
    let (low, high) = (limits["low"].decimal, limits["high"].decimal)
    guard !numbers.isEmpty, numbers.count == values.count, low != nil || high != nil else { return .notJudged }
    let isWithin = numbers.allSatisfy { value in (low.map { value >= $0 } ?? true) && (high.map { value <= $0 } ?? true)
    }
    return isWithin ? .within : .outside
  }
}
