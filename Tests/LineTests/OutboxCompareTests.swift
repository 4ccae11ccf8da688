import Console
import Foundation
import Harness
import Shopfloor
import Testing

@testable import lotwire

@Suite("A comparison at a person's request", .serialized)
struct OutboxCompareTests {
  /// A line with three material lots that wait for their release, and an ERP that keeps every record in a file.
  private final class Line {
    let line: DeviceLine
    let erp: ChildProcess
    let records: URL

    init() throws {
      let line = try DeviceLine()
      self.line = line
      let home = line.folder.url
      let scenario = line.folder.file("erp.yaml")
      try """
      orders: []
      material_lots:
        - {number: M-1, item: FILM, status: quarantined}
        - {number: M-2, item: FILM, status: quarantined}
        - {number: M-3, item: FILM, status: quarantined}

      """.write(to: scenario, atomically: true, encoding: .utf8)
      let programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      let shelf = home.appendingPathComponent("erp")
      erp = try ChildProcess(
        name: "erp", path: programs.appendingPathComponent("simulate").path,
        arguments: ["erp", "--port", "0", "--data", shelf.path, "--scenario", scenario.path],
        log: home.appendingPathComponent("erp.log"))
      records = shelf.appendingPathComponent("records")
      let said = try erp.waitForLine(containing: "listening on")
      let port = said.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
      let file = line.folder.file("lotwire.yaml")
      let text = try String(contentsOf: file, encoding: .utf8)
        .replacingOccurrences(of: "rights: [engineer]", with: "rights: [engineer, disposition]")
      try (text + "erp:\n  poll_seconds: 1\n  http: {url: \"http://127.0.0.1:\(port)\"}\n")
        .write(to: file, atomically: true, encoding: .utf8)
      try line.startDaemon()
    }

    deinit { erp.end() }

    func delivery() throws -> DeliveryStatus? { try line.status().delivery }

    func compare(_ more: [String] = ["--wait"], person: String = "P-7") throws -> (status: Int32, text: String) {
      try line.ask(["outbox", "compare", "--person", person, "--reason", "the ERP was restored"] + more)
    }

    /// Changes what the ERP holds, behind our back.
    func change(record: String) throws {
      let file = records.appendingPathComponent(record)
      let stored = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
      var object = try #require(stored as? [String: Any])
      object["content"] = Data("{\"movement\":\"block\"}".utf8).base64EncodedString()
      try JSONSerialization.data(withJSONObject: object).write(to: file, options: .atomic)
    }
  }

  @Test("a person has everything compared: what agrees, what differs with both values, who asked, and the numbers")
  func asked() throws {
    let plant = try Line()
    let line = plant.line
    // Known once the work of the ERP is taken over.
    for lot in ["M-1", "M-2", "M-3"] {
      #expect(
        try DeviceLine.becomes {
          try line.ask(["release", lot, "--person", "P-7", "--reason", "CoA checked"]).status == 0
        })
    }
    #expect(try DeviceLine.becomes { try plant.delivery()?.deliveredRows == 3 })
    let refused = try plant.compare(person: "P-1")
    #expect(refused.status == EX_NOPERM, "\(refused.text)")

    let clean = try plant.compare()
    #expect(clean.status == 0, "\(clean.text)")
    #expect(clean.text.contains("3 deliveries compared, 0 differ, 0 could not be compared"), "\(clean.text)")
    #expect(clean.text.contains("已核对 3 项"))

    try plant.change(record: "000002.json")
    let differing = try plant.compare()
    #expect(differing.status == OutboxCompareCommand.differencesFound, "\(differing.text)")
    #expect(differing.text.contains("3 deliveries compared, 1 differ"), "\(differing.text)")
    #expect(differing.text.contains("material lot M-2 in the ERP: content sha256 was delivered as"))
    let told = try plant.compare([])
    #expect(told.status == 0 && told.text.contains("everything last on"), "\(told.text)")

    let status = try #require(try plant.delivery()?.comparison)
    #expect(status.last?.compared == 3 && status.last?.differing == 1 && status.differingNow == 1)
    #expect(status.askedFor >= 2 && status.comparedSinceStart >= 6)
    let shown = try line.ask(["status"]).text
    #expect(shown.contains("compared with the ERP: everything last on") && shown.contains("1 delivery differed"))
    let alarms = try line.status().openAlarms.filter { $0.kind == .erpDrift }
    #expect(alarms.count == 1 && alarms.first?.drift?.field == "content sha256")

    // Who asked and why, and what was found, stand in the ledger; the refusal too.
    let events = try line.events(about: .person("P-7"))
    let requests = events.filter { event in
      if case .erpNoted(let note) = event {
        note.kind == .comparisonRequested && note.text.contains("restored")
      } else {
        false
      }
    }
    #expect(requests.count == 3)
    let wholes = try line.events(about: .recorder).compactMap { event in
      if case .deliveriesCompared(let found) = event { found.whole } else { nil }
    }
    #expect(wholes.map(\.comparedRows).allSatisfy { $0 == 3 } && wholes.contains { $0.differingRows == 1 })
  }

  @Test("without an ERP there is nothing to compare, and the command says so")
  func withoutERP() throws {
    let line = try DeviceLine()
    try line.startDaemon()
    let answer = try line.ask(["outbox", "compare", "--wait", "--person", "P-7", "--reason", "x"])
    #expect(answer.status == EX_DATAERR && answer.text.contains("No ERP is configured"), "\(answer.text)")
  }
}
