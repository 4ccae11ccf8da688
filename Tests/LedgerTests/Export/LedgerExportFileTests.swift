import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Exports")
struct LedgerExportFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("export") }

  private func path(_ name: String) -> String { folder.file(name).path }

  /// Two runs of a lot with a stretch between them, an alarm and a gap; half of it packed.
  private func day() throws -> SeriesFixture {
    var fixture = try SeriesFixture(path("lotwire.sqlite"))
    func commit(_ seconds: Double, _ events: [Event]) throws {
      var group = CommitGroup(clock: ClockReading(utc: SeriesFixture.at(seconds), monotonicMicroseconds: 1))
      group.events = events.map { .init($0, actor: "person P-1") }
      _ = try fixture.store.commit(group)
    }
    func run(_ id: RunID, _ from: Double) -> Event {
      .runStarted(
        Run(
          id: id, station: SeriesFixture.station, operation: "seal", workOrders: ["WO-1"], lots: ["L-1", "L-2"],
          startedAt: SeriesFixture.at(from), startedBy: "P-1", planDigest: "d"))
    }
    func end(_ id: RunID, _ at: Double) -> Event {
      .runEnded(RunEnded(run: id, person: "P-1", at: SeriesFixture.at(at), completedOperation: true))
    }
    try commit(
      0,
      [
        .workOrderUpdated(
          WorkOrder(
            number: "WO-1", product: "P", productName: "Pouch, \"small\"", quantity: 1, unit: "pcs",
            operations: ["seal"], lots: ["L-1", "L-2"], materials: [])), run("R-1", 10), end("R-1", 60), run("R-2", 90),
        .alarmRaised(
          Alarm(
            id: "A-1", kind: .alarmLimit, station: SeriesFixture.station, source: "seal.temperature",
            rule: Words("above 185", "高于 185"), side: .high, value: 186, limit: 185, unit: "°C", run: "R-2",
            raisedAt: SeriesFixture.at(95))),
      ])
    try fixture.fill(seconds: 120, period: 0.2, seed: 11)
    try SeriesPacking.pack(fixture.store, commitsPerSegment: 30, leaving: 60, drops: true)
    return fixture
  }

  private func expected(_ fixture: SeriesFixture) -> [Reading] {
    let indices = fixture.parameters.map(\.index)
    return fixture.plain(indices, SeriesFixture.at(10), SeriesFixture.at(60))
      + fixture.plain(indices, SeriesFixture.at(90), SeriesFixture.at(1_000_000))
  }

  /// A row in the terms of the reader: the order of equal times of different parameters is nobody's promise.
  private func key(_ time: Int64, _ parameter: String, _ value: Double?, _ quality: String, _ run: String?) -> String {
    "\(time)|\(parameter)|\(value.map { "\($0)" } ?? "")|\(quality)|\(run ?? "")"
  }

  private func keys(_ fixture: SeriesFixture, _ readings: [Reading]) -> [String] {
    let names = Dictionary(uniqueKeysWithValues: fixture.parameters.map { ($0.index, $0.name.text) })
    return readings.map { reading in
      key(
        reading.time.microseconds, names[reading.parameter] ?? "?", reading.quality.hasValue ? reading.value : nil,
        reading.quality.name, reading.time < SeriesFixture.at(60) ? "R-1" : "R-2")
    }
  }

  @Test("CSV of a lot is read back as its readings")
  func csv() throws {
    let fixture = try day()
    defer { fixture.store.close() }
    let summary = try fixture.store.reader.export(
      .lot("L-1"), as: .csv, into: path("lot.csv"), byteOrderMark: true)
    let text = try Data(contentsOf: folder.file("lot.csv"))
    #expect(Array(text.prefix(3)) == CSVText.byteOrderMark)
    #expect(summary.bytes == Int64(text.count))
    let lines = try #require(String(data: text.dropFirst(3), encoding: .utf8)).components(separatedBy: "\r\n")
    #expect(lines.first == "time,station,parameter,unit,device,value,quality,detail,raw,run")
    #expect(lines.last == "")
    // No name in this ledger holds a comma.
    let rows = lines.dropFirst().dropLast().map { $0.components(separatedBy: ",") }
    #expect(rows.allSatisfy { $0.count == 10 && $0[1] == "sealer" && $0[3] == "°C" && $0[4] == "plc-1" })
    let found = try rows.map { row in
      let name = row[2].hasPrefix("'") ? String(row[2].dropFirst()) : row[2]
      return key(
        try #require(Timestamp(iso8601: row[0])).microseconds, name, Double(row[5]), row[6], row[9])
    }
    let expected = keys(fixture, expected(fixture))
    #expect(found.sorted() == expected.sorted())
    #expect(summary.readings == Int64(expected.count) && summary.missing.isEmpty)
    #expect(summary.runs == 2 && summary.parameters == 3)
    // By run, then time.
    let times = try rows.map { try #require(Timestamp(iso8601: $0[0])) }
    #expect(times == times.sorted())
  }

  @Test("a SQLite slice of a lot holds readings, runs, lots, alarms and the bytes of the events")
  func sqlite() throws {
    let fixture = try day()
    defer { fixture.store.close() }
    let summary = try fixture.store.reader.export(.lot("L-1"), as: .sqlite, into: path("lot.sqlite"))
    let slice = try DatabaseQueue(path: path("lot.sqlite"))
    try slice.read { db in
      #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
      let found = try Row.fetchAll(
        db,
        sql:
          "SELECT r.time, p.name, r.value, r.quality, r.run FROM readings r JOIN parameters p ON p.number = r.parameter"
      ).map { key($0["time"], $0["name"], $0["value"], $0["quality"], $0["run"]) }
      #expect(found.sorted() == keys(fixture, expected(fixture)).sorted())
      #expect(summary.readings == Int64(found.count))
      #expect(try String.fetchAll(db, sql: "SELECT id FROM runs ORDER BY id") == ["R-1", "R-2"])
      #expect(try Int.fetchOne(db, sql: "SELECT ended_at IS NULL FROM runs WHERE id = 'R-2'") == 1)
      #expect(
        try String.fetchAll(db, sql: "SELECT lot FROM run_lots WHERE run = 'R-1' ORDER BY lot") == ["L-1", "L-2"])
      #expect(
        try String.fetchAll(db, sql: "SELECT product_name FROM lots WHERE number = 'L-1'") == ["Pouch, \"small\""])
      #expect(try String.fetchAll(db, sql: "SELECT rule FROM alarms") == ["above 185"])
      let events = try Row.fetchAll(db, sql: "SELECT sequence, kind, body, hash FROM events ORDER BY sequence")
      #expect(events.count == 5 && summary.events == 5)
      for event in events {
        let stored = try #require(try fixture.store.reader.event(event["sequence"]))
        #expect(Array((event["body"] as String).utf8) == stored.canonicalBytes)
        #expect(event["hash"] == EventChain.hex(stored.hash))
        #expect(event["kind"] == stored.event.kind.rawValue)
      }
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM missing") == 0)
      #expect(try String.fetchOne(db, sql: "SELECT text FROM readme LIMIT 1")?.contains("lot L-1") == true)
      let named = try #require(
        try Row.fetchOne(db, sql: "SELECT n.time, r.time FROM readings_named n, readings r LIMIT 1"))
      #expect(Timestamp(iso8601: named[0])?.microseconds == named[1])
    }
    try slice.close()
  }

  @Test("of the lots that ran along with the exported one only the number is told; nothing that subscribers were told")
  func others() throws {
    let fixture = try day()
    defer { fixture.store.close() }
    var group = CommitGroup(clock: ClockReading(utc: SeriesFixture.at(130), monotonicMicroseconds: 1))
    group.events = [
      .init(
        .workOrderUpdated(
          WorkOrder(
            number: "WO-9", product: "Q", productName: "of another customer", quantity: 1, unit: "pcs",
            operations: ["seal"], lots: ["L-2"], materials: [])), actor: "erp")
    ]
    _ = try fixture.store.commit(group)
    _ = try fixture.store.reader.export(.lot("L-1"), as: .sqlite, into: path("one.sqlite"))
    let slice = try DatabaseQueue(path: path("one.sqlite"))
    let lots = try slice.read { db in
      try String.fetchAll(db, sql: "SELECT number || ' ' || coalesce(product, '-') FROM lots ORDER BY number")
    }
    #expect(lots == ["L-1 P", "L-2 -"])
    try slice.close()
    for kind in [EventKind.notificationOwed, .thresholdCrossed, .personUpdated] {
      #expect(SQLiteSlice.leftOut.contains(kind))
    }
  }

  @Test("units that are equal as strings and not in their bytes stay apart")
  func dictionary() {
    var units = ArrowReadings.Dictionary()
    #expect(units.place(of: "\u{2126}") == 0)
    #expect(units.place(of: "\u{03A9}") == 1)
    #expect(units.place(of: "\u{2126}") == 0)
  }

  @Test("a station in a stretch of time: each reading in the run that was there")
  func station() throws {
    let fixture = try day()
    defer { fixture.store.close() }
    let scope = ExportScope.station(SeriesFixture.station, from: SeriesFixture.at(50), to: SeriesFixture.at(100))
    let summary = try fixture.store.reader.export(scope, as: .sqlite, into: path("s.sqlite"))
    let expected = fixture.plain(fixture.parameters.map(\.index), SeriesFixture.at(50), SeriesFixture.at(100))
    #expect(summary.readings == Int64(expected.count))
    try DatabaseQueue(path: path("s.sqlite")).read { db in
      for (run, from, to) in [("R-1", 50.0, 60.0), ("", 60, 90), ("R-2", 90, 100)] {
        let count = expected.filter { $0.time >= SeriesFixture.at(from) && $0.time < SeriesFixture.at(to) }.count
        let found = try Int.fetchOne(
          db, sql: "SELECT count(*) FROM readings WHERE coalesce(run, '') = ?", arguments: [run])
        #expect(found == count)
      }
    }
  }

  @Test("a file that is there is not touched, and nothing half-written stays")
  func refusals() throws {
    let fixture = try day()
    defer { fixture.store.close() }
    let mine = folder.file("mine.csv")
    try Data("mine".utf8).write(to: mine)
    #expect(throws: ExportFault.exists(path: mine.path)) {
      try fixture.store.reader.export(.lot("L-1"), as: .csv, into: mine.path)
    }
    #expect(try Data(contentsOf: mine) == Data("mine".utf8))
    for form in ExportForm.allCases {
      #expect(throws: ExportFault.unknown(.lot("L-9"))) {
        try fixture.store.reader.export(.lot("L-9"), as: form, into: path("x"))
      }
      let nowhere = ExportScope.station("nowhere", from: SeriesFixture.at(0), to: SeriesFixture.at(9))
      #expect(throws: ExportFault.unknown(nowhere)) {
        try fixture.store.reader.export(nowhere, as: form, into: path("x"))
      }
    }
    #expect { try fixture.store.reader.export(.lot("L-1"), as: .csv, into: path("no/x.csv")) } throws: {
      ($0 as? ExportFault)?.code == "export.cannot_write"
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(left.allSatisfy { $0.hasPrefix("lotwire.sqlite") || $0 == "mine.csv" })
    // Somebody else was faster: the file of the same name that came meanwhile stays.
    let file = try ExportFile(path: path("late.csv"))
    try Data("theirs".utf8).write(to: folder.file("late.csv"))
    #expect(throws: ExportFault.exists(path: path("late.csv"))) { try file.finish() }
    #expect(try Data(contentsOf: folder.file("late.csv")) == Data("theirs".utf8))
  }

  @Test("the form goes by the ending")
  func forms() {
    #expect(ExportForm(fileName: "/a.b/x.CSV") == .csv)
    #expect(ExportForm(fileName: "x.arrow") == .arrow)
    #expect(ExportForm(fileName: "x.sqlite") == .sqlite)
    for name in ["x", "x.parquet", "/a.csv/x", "x."] { #expect(ExportForm(fileName: name) == nil) }
  }
}
