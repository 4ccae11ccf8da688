import Shopfloor

extension BatchMLRendering {
  /// One data set for every run that has series: its readings in the order of time, or its statistics where the record
  /// does not carry them.
  func dataSets(_ xml: inout XMLWriter) {
    let runs = record["runs"].list.filter { !$0["series"].list.isEmpty }
    guard !runs.isEmpty else { return }
    xml.element("DataSets") { xml in
      for run in runs {
        let series = run["series"].list.enumerated().map { SeriesView($0.element, index: $0.offset + 1) }
        let carried = series.reduce(0) { $0 + $1.readings.count }
        let isWhole = (1...BatchRecordFormat.maximumInlineReadings).contains(carried)
        xml.element("DataSet") { xml in
          var entry = BatchMLEntry("readings of run \(run["id"].text ?? "?")", "Data Set")
          if !isWhole {
            entry.descriptions = [
              ("en", "Statistics of the run: the ledger holds the readings, whose digests stand at the tags.")
            ]
          }
          entry.write(to: &xml)
          xml.leaf("StartTime", run["start"].time?.rendered)
          xml.leaf("EndTime", run["end"].time?.rendered)
          if isWhole { write(series, of: run, to: &xml) } else { writeStatistics(of: series, run: run, to: &xml) }
        }
      }
    }
  }

  private func write(_ series: [SeriesView], of run: RecordView, to xml: inout XMLWriter) {
    for one in series { one.writeTag(run: run, sampling: "every reading as recorded", to: &xml) }
    var merge = SeriesMerge(series)
    var order = 0
    while let instant = merge.next() {
      order += 1
      xml.element("OrderedData") { xml in
        xml.leaf("OrderIndex", String(order))
        xml.leaf("TimeValue", Timestamp(microseconds: instant.microseconds).rendered)
        for (tag, reading) in instant.readings { Self.dataValue(tag, reading.value, reading.quality, to: &xml) }
      }
    }
  }

  /// A tag for each figure, and one line with all of them at the end of the run.
  private func writeStatistics(of series: [SeriesView], run: RecordView, to xml: inout XMLWriter) {
    var values: [(tag: Int, text: String)] = []
    for one in series {
      for figure in ["minimum", "mean", "maximum", "count"] {
        let text = figure == "count" ? one.view["count"].integer.map(String.init) : one.view[figure].text
        guard let text else { continue }
        values.append((values.count + 1, text))
        SeriesView(one.view, index: values.count).writeTag(
          run: run, sampling: figure == "count" ? "number of readings" : "\(figure) of the good readings", to: &xml)
      }
    }
    xml.element("OrderedData") { xml in
      xml.leaf("OrderIndex", "1")
      xml.leaf("TimeValue", run["end"].time?.rendered)
      for (tag, text) in values { Self.dataValue(tag, text, "good", to: &xml) }
    }
  }

  static func dataValue(_ tag: Int, _ value: String?, _ quality: String, to xml: inout XMLWriter) {
    xml.element("DataValue") { xml in
      xml.leaf("TagIndex", String(tag))
      xml.leaf("Value", value ?? "")
      xml.leaf("Quality", quality)
    }
  }
}

/// One series of a run with its place among the tags.
struct SeriesView {
  let view: RecordView
  /// From 1.
  let index: Int
  let readings: [RecordView]

  init(_ view: RecordView, index: Int) {
    self.view = view
    self.index = index
    readings = view["readings"].list
  }

  func writeTag(run: RecordView, sampling: String, to xml: inout XMLWriter) {
    xml.element("TagSpecification") { xml in
      xml.leaf("TagIndex", String(index))
      xml.leaf("DataType", "decimal")
      xml.leaf("UnitOfMeasure", view["unit"].text ?? "")
      xml.leaf("DataSource", [view["device"].text, view["point"].text].compactMap { $0 }.joined(separator: "/"))
      xml.leaf("Alias", view["parameter"].text)
      for text in descriptions { xml.leaf("Description", text) }
      xml.leaf("EquipmentID", run["station"].text)
      xml.leaf("ProceduralElementReference", run["id"].text)
      if let deadband = view["alarm"]["deadband"].text {
        BatchMLValue.decimal(deadband, unit: view["unit"].text).write("Deadband", to: &xml)
      }
      xml.leaf("SamplingType", sampling)
    }
  }

  private var descriptions: [String] {
    [("Specification", "specification"), ("Alarm limits", "alarm")].compactMap { title, name in
      let limits = view[name]
      guard !limits["low"].isNull || !limits["high"].isNull else { return nil }
      return "\(title): \(limits["low"].text ?? "none") to \(limits["high"].text ?? "none")"
    } + (view["digestSHA256"].text.map { ["SHA-256 of the readings: \($0)"] } ?? [])
  }
}

/// The readings of several series by time; those of one instant together, in the order of their tags.
struct SeriesMerge {
  struct Instant {
    var microseconds: Int64
    var readings: [(tag: Int, reading: (value: String?, quality: String))]
  }

  private let series: [SeriesView]
  private var places: [Int]

  init(_ series: [SeriesView]) {
    self.series = series
    places = series.map { _ in 0 }
  }

  private func time(_ place: Int) -> Int64? {
    guard places[place] < series[place].readings.count else { return nil }
    return series[place].readings[places[place]].list.first?.integer ?? Int64.min
  }

  mutating func next() -> Instant? {
    guard let first = places.indices.compactMap({ time($0) }).min() else { return nil }
    var instant = Instant(microseconds: first, readings: [])
    for place in places.indices where time(place) == first {
      let parts = series[place].readings[places[place]].list
      places[place] += 1
      guard parts.count >= 3, let quality = parts[2].text else { continue }
      instant.readings.append((series[place].index, (parts[1].text, QualityWord.of(quality))))
    }
    return instant.readings.isEmpty ? next() : instant
  }
}
