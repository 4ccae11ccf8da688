import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger
@testable import lotwire

@Suite("lotwire ledger readings and export")
struct LedgerExportTests {
  private let now = Timestamp(microseconds: 1_795_000_000_000_000)

  private func request(
    _ place: String = "sealer/seal.temperature", from: String = "2026-11-18", to: String? = "2026-11-19",
    every: String? = nil, points: Int? = nil
  ) -> ReadingsRequest {
    ReadingsRequest(place: place, from: from, to: to, every: every, points: points)
  }

  @Test("a parameter, a stretch and steps are read from the command line")
  func questions() throws {
    let question = try request().question(now: now)
    #expect(question.station == "sealer" && question.parameter == "seal.temperature")
    #expect(question.to.microseconds(since: question.from) == 86_400_000_000)
    #expect(try request(from: "2026-11-01", to: nil).question(now: now).to == now)
    #expect(try request().grid(of: question) == nil)
    #expect(try request(every: "1h").grid(of: question)?.count == 24)
    #expect(try request(points: 2).checkedPoints() == 2)
    for faulty in [
      request("sealer"), request("sealer/"), request("/x"), request(from: "yesterday"), request(to: "x"),
      request(from: "2026-11-19"),
    ] {
      #expect(throws: CommandFailure.self) { try faulty.question(now: now) }
    }
    for faulty in [request(every: "1"), request(every: "1ms"), request(every: "1h", points: 5)] {
      #expect(throws: CommandFailure.self) { try faulty.grid(of: question) }
    }
    for points in [1, 1_000_000] {
      #expect(throws: CommandFailure.self) { try request(points: points).checkedPoints() }
    }
  }

  @Test(
    "lengths of time",
    arguments: [
      ("500ms", 500_000), ("10s", 10_000_000), ("1m", 60_000_000), ("8h", 28_800_000_000), ("1d", 86_400_000_000),
      ("0s", nil), ("s", nil), ("1", nil), ("-1s", nil), ("1 s", nil), ("1w", nil), ("99999999999999d", nil), ("", nil),
    ] as [(String, Int64?)])
  func lengths(text: String, microseconds: Int64?) {
    #expect(LedgerTimes.microseconds(text) == microseconds)
  }

  @Test("one thing to export, and a form")
  func scopes() throws {
    #expect(try ExportRequest(lot: "L-1").scope() == .lot("L-1"))
    let stretch = ExportRequest(station: "sealer", from: "2026-11-18", to: "2026-11-19")
    #expect(
      try stretch.scope()
        == .station(
          "sealer", from: try #require(Timestamp(iso8601: "2026-11-18")),
          to: try #require(Timestamp(iso8601: "2026-11-19"))))
    for faulty in [
      ExportRequest(), ExportRequest(lot: "L-1", station: "sealer"), ExportRequest(lot: "L-1", from: "2026-11-18"),
      ExportRequest(station: "sealer"), ExportRequest(station: "sealer", from: "2026-11-18", to: "2026-11-18"),
    ] {
      #expect(throws: CommandFailure.self) { try faulty.scope() }
    }
    #expect(try ExportRequest.form(of: "a/b.arrow", byteOrderMark: false) == .arrow)
    #expect(throws: CommandFailure.self) { try ExportRequest.form(of: "a/b.parquet", byteOrderMark: false) }
    #expect(throws: CommandFailure.self) { try ExportRequest.form(of: "a/b.arrow", byteOrderMark: true) }
  }

  // MARK: Text

  private let parameter = RegisteredParameter(
    index: ParameterIndex(0), station: "sealer", name: "seal.temperature", device: "plc-1", point: "t", unit: "°C")

  private func readings() -> [Reading] {
    [
      Reading(parameter: parameter.index, time: now, value: 181.5),
      Reading(parameter: parameter.index, time: now.advanced(byMicroseconds: 1), quality: .badTimeout),
    ]
  }

  @Test("readings as text, CSV and JSON")
  func readingLines() {
    var text = ReadingsText(form: .text, parameters: [parameter])
    #expect(
      text.lines(readings(), isFirst: true)
        == "\(now)  181.5 °C\n\(now.advanced(byMicroseconds: 1))  no value  timeout\n")
    var csv = ReadingsText(form: .csv, parameters: [parameter])
    let page = csv.lines(readings(), isFirst: true)
    #expect(page.hasPrefix("time,station,parameter,"))
    #expect(!csv.lines(readings(), isFirst: false).contains("station,"))
    var json = ReadingsText(form: .json, parameters: [parameter])
    #expect(
      json.lines(readings(), isFirst: true).hasPrefix(
        #"{"device":"plc-1","quality":"good","time":1795000000000000,"unit":"°C","value":181.5}"# + "\n"))
  }

  @Test("buckets and pictures as text, CSV and JSON")
  func otherLines() {
    var summary = BucketSummary()
    for reading in readings() { summary.add(reading) }
    let buckets = [
      SeriesBucket(from: now, to: now.advanced(byMicroseconds: 10), summary: summary),
      SeriesBucket(from: now, to: now.advanced(byMicroseconds: 10), summary: BucketSummary()),
    ]
    let text = ReadingsText(form: .text, parameters: [parameter])
    #expect(
      text.lines(buckets) == "\(now)  min 181.5  mean 181.5  max 181.5  (1 of 2 good)\n\(now)  nothing\n")
    let csv = ReadingsText(form: .csv, parameters: [parameter]).lines(buckets).components(separatedBy: "\r\n")
    #expect(csv.count == 4 && Set(csv.dropLast().map { $0.filter { $0 == "," }.count }) == [11])
    let point = SeriesPicture.Point(time: now, value: 2, minimum: 1, maximum: 3)
    let picture = SeriesPicture(
      form: .bands, strokes: [.init(points: [point]), .init(points: [point])], edgeMicroseconds: 0, missing: [])
    #expect(text.lines(picture) == "\(now)  2.0  (1.0 to 3.0)\n\n\(now)  2.0  (1.0 to 3.0)\n")
    #expect(
      ReadingsText(form: .json, parameters: []).lines(picture).split(separator: "\n").last
        == #"{"maximum":3,"minimum":1,"stroke":2,"time":1795000000000000,"value":2}"#)
  }

  @Test("an export says what it wrote and what is missing")
  func summaries() throws {
    let folder = try TemporaryFolder("export-command")
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    let plan = ParameterPlan(
      name: parameter.name, device: "plc-1", point: "t", unit: "°C", expectedIntervalMicroseconds: 0)
    let registered = try store.register([(station: "sealer", plan: plan)], devices: ["plc-1"])
    var group = CommitGroup(clock: ClockReading(utc: now, monotonicMicroseconds: 1))
    group.batches = [
      ReadingBatch(
        device: "plc-1", receivedAt: now, monotonicMicroseconds: 1,
        readings: [Reading(parameter: registered[0].index, time: now, value: 1)])
    ]
    _ = try store.commit(group)
    let file = folder.file("x.csv").path
    let summary = try store.reader.export(
      .station("sealer", from: now, to: now.advanced(byMicroseconds: 1)), as: .csv, into: file)
    #expect(
      ExportRequest.text(summary, path: "x.csv")
        == "x.csv: 1 readings of 1 parameters, 0 runs; \(summary.bytes) bytes. Nothing is missing.")
    #expect(try ExportRequest.json(summary, path: "x.csv").contains(#""readings":1"#))
    #expect(ExportRequest.status(of: .exists(path: "x")) == EX_CANTCREAT)
  }
}
