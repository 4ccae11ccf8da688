import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import ERP

@Suite struct FileDropConnectorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("file-drop") }

  func connector(awaitsAcknowledgement: Bool = false, inbound: Bool = false, settle: Int64 = 0) -> FileDropConnector {
    FileDropConnector(
      FileDropSettings(
        outboundFolder: folder.url.path, inboundFolder: inbound ? folder.url.path : nil,
        awaitsAcknowledgement: awaitsAcknowledgement, settleMicroseconds: settle))
  }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.file(name))
  }

  @Test func writesTheRecordByteForByteOnce() async throws {
    let row = outboxRow(1, lot: "L/1")
    let verdict = try await connector().deliver(row)
    let name = FileDropName.of(key: row.idempotencyKey) + ".json"
    #expect(verdict == .delivered(receipt: name))
    #expect(try await connector().deliver(row) == verdict)
    #expect(try names() == [name])
    #expect(try Array(Data(contentsOf: folder.file(name))) == row.payload)
  }

  @Test func otherContentUnderTheNameIsBlockedAndLeftAlone() async throws {
    let row = outboxRow(1)
    let name = FileDropName.of(key: row.idempotencyKey) + ".json"
    try write("something else", to: name)
    guard case .blocked = try await connector().deliver(row) else {
      Issue.record("other content counted as ours")
      return
    }
    #expect(try String(contentsOf: folder.file(name), encoding: .utf8) == "something else")
  }

  @Test func leftOverOfAKilledDaemonIsHarmlessAndRemoved() async throws {
    let row = outboxRow(1)
    try write("half a rec", to: ".12345" + DurableFile.temporarySuffix)
    try write("of the importer", to: ".12345.tmp")
    _ = try await connector().deliver(row)
    #expect(try names() == [".12345.tmp", FileDropName.of(key: row.idempotencyKey) + ".json"])
  }

  @Test func acknowledgements() async throws {
    let row = outboxRow(1)
    let base = FileDropName.of(key: row.idempotencyKey)
    let connector = connector(awaitsAcknowledgement: true)
    await #expect(throws: ERPFailure.self) { try await connector.deliver(row) }
    try write("", to: base + ".ack")
    // The importer has taken the file away: the acknowledgement alone must do.
    try FileManager.default.removeItem(at: folder.file(base + ".json"))
    #expect(try await connector.deliver(row) == .delivered(receipt: base + ".json"))
    #expect(try names() == [base + ".ack"])
    try write(row.payloadSHA256.uppercased() + "\n", to: base + ".ack")
    #expect(try await connector.deliver(row) == .delivered(receipt: base + ".json"))
    for text in ["refused: closed\nperiod", outboxRow(2).payloadSHA256] {
      try write(text, to: base + ".ack")
      guard case .blocked(let reason) = try await connector.deliver(row) else {
        Issue.record("\(text) counted as taken")
        return
      }
      #expect(!reason.contains("\n"))
    }
  }

  @Test func aRefusalIsPutAwayOnlyWhenThePersonTriesAgain() async throws {
    var row = outboxRow(1)
    let base = FileDropName.of(key: row.idempotencyKey)
    let connector = connector(awaitsAcknowledgement: true)
    for _ in 1...3 {
      await #expect(throws: ERPFailure.self) { try await connector.deliver(row) }
      row.lastAnswer = "the importer has not yet acknowledged"
      try write("refused: closed period", to: base + ".ack")
      try FileManager.default.removeItem(at: folder.file(base + ".json"))
      // Twice: as after an end of the daemon before the outbox held the first answer.
      for _ in 1...2 {
        guard case .blocked = try await connector.deliver(row) else {
          Issue.record("the refusal was lost")
          return
        }
        #expect(try !names().contains(base + ".json"))
      }
      guard case .blocked(let reason) = try await connector.deliver(row) else { return }
      row.lastAnswer = reason
    }
    await #expect(throws: ERPFailure.self) { try await connector.deliver(row) }
    #expect(try names() == [".refused", ".refused.2", ".refused.3"].map { base + ".ack" + $0 } + [base + ".json"])
    try write("", to: base + ".ack")
    #expect(try await connector.deliver(row) == .delivered(receipt: base + ".json"))
  }

  @Test func missingFolderIsAFailureOfOurOwnMachine() async throws {
    let connector = FileDropConnector(FileDropSettings(outboundFolder: folder.file("none").path))
    do throws(ERPFailure) {
      _ = try await connector.deliver(outboxRow(1))
      Issue.record("delivered into a folder that does not exist")
    } catch {
      #expect(error.code == .local)
    }
  }

  @Test func workDocumentsArePutAwayAfterConfirmation() async throws {
    try write("{\"orders\":[\(WorkDocumentTests.good)]}", to: "a.json")
    try write("{\"orders\":[\(WorkDocumentTests.good.replacing("WO-1", with: "WO-2")),5]}", to: "b.json")
    try write("{\"orders\":[", to: "c.json")
    try write("not for us", to: "d.txt")
    let connector = connector(inbound: true)
    let update = try await connector.fetchWork(since: nil)
    #expect(update.change.orders.map(\.number) == ["WO-1", "WO-2"])
    #expect(update.refusalCount == 2)
    #expect(try names() == ["a.json", "b.json", "c.json", "d.txt"])
    try await connector.confirm(update)
    #expect(try names() == ["d.txt", "done", "refused"])
    let refused = try FileManager.default.contentsOfDirectory(atPath: folder.file("refused").path).sorted()
    #expect(refused == ["b.json", "b.json.reason.txt", "c.json", "c.json.reason.txt"])
    let reason = try String(contentsOf: folder.file("refused/b.json.reason.txt"), encoding: .utf8)
    #expect(reason.contains("orders[1]"))
    #expect(try await connector.fetchWork(since: nil).sources.isEmpty)
    // Confirming again, as after a crash in between, harms nothing.
    try await connector.confirm(update)
  }

  @Test func peopleOfTheFolderArrive() async throws {
    try write(#"{"people":[{"id":"P-1","name":"Li Wei"}]}"#, to: "a.json")
    try write(#"{"people":[{"id":"P-2","name":"Ana"}]}"#, to: "b.json")
    let update = try await connector(inbound: true).fetchWork(since: nil)
    #expect(update.change.people?.map(\.name) == ["Li Wei", "Ana"])
  }

  @Test func youngUnreadableDocumentIsLeftForTheNextRound() async throws {
    try write("{\"orders\":[", to: "c.json")
    let update = try await connector(inbound: true, settle: 3_600_000_000).fetchWork(since: nil)
    #expect(update == WorkUpdate())
    #expect(try names() == ["c.json"])
  }

  @Test(arguments: 1...200) func differentKeysNeverShareAName(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func key() -> String {
      let alphabet = Array("ab_:./-3A批%")
      return String(
        (0..<Int.random(in: 1...4, using: &generator)).compactMap { _ in alphabet.randomElement(using: &generator) })
    }
    for _ in 0..<50 {
      let (one, two) = (key(), key())
      #expect((FileDropName.of(key: one) == FileDropName.of(key: two)) == (one == two))
      #expect(!FileDropName.of(key: one).contains("/") && !FileDropName.of(key: one).hasPrefix("."))
    }
  }

  @Test func longKeysGetAShortName() {
    let long = String(repeating: "批", count: 100)
    #expect(FileDropName.of(key: long).utf8.count <= FileDropName.maximumKeyBytes)
    #expect(FileDropName.of(key: long) != FileDropName.of(key: long + "次"))
  }
}
