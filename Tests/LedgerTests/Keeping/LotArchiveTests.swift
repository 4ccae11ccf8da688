import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Archive of a lot, and what a command leaves for the daemon")
struct LotArchiveTests {
  private func archive(_ line: KeptLine) throws -> LotArchive {
    LotArchive(folder: try line.makeFolder("archive"), programVersion: "1")
  }

  @Test("holds the record byte for byte, the events as they are in the ledger, and every reading")
  func archive() throws {
    let line = try KeptLine("archive")
    let lot = try line.recordLot()
    let result = try archive(line).make(
      of: lot, from: line.store.reader, extras: [.init(name: "proof.json", bytes: [1, 2])], at: line.now)
    #expect(result.path.hasSuffix("/archive/lot-L-1"))
    #expect(
      result.manifest.files.map(\.name) == ["events.jsonl", "proof.json", "readings.csv", "record-0.json"])
    func bytes(_ name: String) throws -> [UInt8] {
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: result.path + "/" + name)))
    }
    #expect(try bytes("record-0.json") == line.store.reader.sealedRecord(of: lot))
    let events = try #require(try line.store.reader.evidence(of: lot)).events
    #expect(
      try bytes("events.jsonl").split(separator: 0x0A).map(Array.init) == events.map(\.canonicalBytes))
    let lines = String(decoding: try bytes("readings.csv"), as: UTF8.self).split(separator: "\r\n")
    #expect(lines.count == 201)
    #expect(lines[1].hasSuffix(",R-1,sealer,seal.temperature,°C,180.0,good,,,plc-1"))
    #expect(try LotArchive.verify(result.path) == result.manifest)
    #expect(result.fact.lots == [lot])
  }

  @Test("readings that came later, and a later record, ask for a second archive beside the first")
  func second() throws {
    let line = try KeptLine("archive-second")
    let lot = try line.recordLot(commits: 2)
    let archive = try archive(line)
    let first = try archive.make(of: lot, from: line.store.reader, at: line.now)
    let notice = SealedRecordNotice(
      lot: lot, revision: 1, digestSHA256: String(repeating: "cd", count: 32), keyID: "key", byteCount: 2,
      exceptionCount: 0, throughSequence: 1)
    try line.commit([.ledgerCopied(first.fact)])
    #expect(try line.store.reader.retentionLot(lot)?.archive?.name == "lot-L-1")
    try line.commit([.recordSealed(notice)]) { group in
      group.records = [CommitGroup.SealedRecord(notice: notice, bytes: [1, 2])]
    }
    #expect(try line.store.reader.retentionLot(lot)?.archive == nil)
    // An archive that was told of late, but ended before the record, holds no more than it did.
    try line.commit([.ledgerCopied(first.fact)])
    #expect(try line.store.reader.retentionLot(lot)?.archive == nil)
    let second = try archive.make(of: lot, from: line.store.reader, at: line.now)
    #expect(second.path.hasSuffix("/lot-L-1+r1"))
    #expect(second.manifest.files.map(\.name).contains("record-1.json"))
    #expect(second.manifest.standing.throughBatch == (try line.store.reader.standing().throughBatch))
    try line.commit([.ledgerCopied(second.fact)])
    #expect(try line.store.reader.retentionLot(lot)?.archive?.name == "lot-L-1+r1")
    #expect { try archive.make(of: lot, from: line.store.reader, at: line.now) } throws: {
      ($0 as? KeepingFault)?.code == "keeping.exists"
    }
  }

  @Test("register words keep their leading zeros, and a bad reading its detail")
  func rawWords() throws {
    let line = try KeptLine("archive-raw")
    try line.recordLot(commits: 1)
    let run = try #require(try line.store.reader.evidence(of: "L-1", series: .none)?.runs.first)
    let parameter = try #require(try line.store.reader.read(LedgerReader.parameters).first)
    var reading = Reading(parameter: parameter.index, time: run.startedAt.advanced(byMicroseconds: 1), value: 1)
    reading.raw = 1
    reading.rawWordCount = 2
    reading.detail = 7
    let batch = ReadingBatch(
      device: "plc-1", receivedAt: line.now, monotonicMicroseconds: 0, readings: [reading])
    try line.commit { $0.batches = [batch] }
    let path = line.folder.file("readings.csv").path
    _ = try LotReadingsFile(reader: line.store.reader, lot: "L-1").write(to: path)
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    #expect(text.contains(",good,00000001,7,plc-1\r\n"))
  }

  @Test("what does not read back as it was written is no archive")
  func readBack() throws {
    let line = try KeptLine("archive-read-back")
    try line.recordLot(commits: 1)
    let folder = try line.makeFolder("partial")
    let digest = try LotReadingsFile(reader: line.store.reader, lot: "L-1").write(to: folder + "/readings.csv")
    #expect(try LotArchive.readBack(["readings.csv": digest], in: folder).map(\.sha256) == [digest])
    let file = URL(fileURLWithPath: folder + "/readings.csv")
    var data = try Data(contentsOf: file)
    data[data.count / 2] ^= 1
    try data.write(to: file)
    #expect { try LotArchive.readBack(["readings.csv": digest], in: folder) } throws: {
      ($0 as? KeepingFault)?.code == "keeping.not_verified"
    }
  }

  @Test("one changed byte is found")
  func changed() throws {
    let line = try KeptLine("archive-changed")
    let lot = try line.recordLot(commits: 1)
    let result = try archive(line).make(of: lot, from: line.store.reader, at: line.now)
    let file = URL(fileURLWithPath: result.path + "/readings.csv")
    var data = try Data(contentsOf: file)
    data[data.count / 2] ^= 1
    try data.write(to: file)
    #expect { try LotArchive.verify(result.path) } throws: { ($0 as? KeepingFault)?.code == "keeping.not_verified" }
  }

  @Test("a lot without a sealed record, or with an archive already, is refused")
  func refused() throws {
    let line = try KeptLine("archive-refused")
    let lot = try line.recordLot(commits: 1)
    let archive = try archive(line)
    #expect { try archive.make(of: "L-9", from: line.store.reader, at: line.now) } throws: {
      ($0 as? KeepingFault) == .notSealed(lot: "L-9")
    }
    _ = try archive.make(of: lot, from: line.store.reader, at: line.now)
    #expect { try archive.make(of: lot, from: line.store.reader, at: line.now) } throws: {
      ($0 as? KeepingFault)?.code == "keeping.exists"
    }
  }

  @Test("the name of its folder is one on every file system")
  func names() {
    #expect(LotArchive.folderName(of: "L-2026.001_a") == "lot-L-2026.001_a")
    #expect(LotArchive.folderName(of: "A/B 批") == "lot-A%2fB%20%e6%89%b9")
  }

  @Test("the daemon takes up each notice once, and clears away what is none")
  func notices() throws {
    let line = try KeptLine("notices")
    let lot = try line.recordLot(commits: 1)
    let notices = KeptNotices(ledgerPath: line.path)
    let fact = try archive(line).make(of: lot, from: line.store.reader, at: line.now).fact
    var duty = NoticeDuty(notices)
    let context = DutyContext(now: LedgerStoreTests.clock(1), reader: line.store.reader) {
      work, facts throws(LedgerError) in
      do {
        return try line.commit(facts) { $0.upkeep = work }.events
      } catch {
        throw .commitFailed(reason: "\(error)")
      }
    }
    for _ in 0..<3 {
      try notices.leave(fact)
      _ = try duty.perform(context)
    }
    #expect(try line.store.reader.latestCopies(limit: 10) == [fact])
    #expect(try line.store.reader.retentionLot(lot)?.archive?.name == fact.name)
    try Data("{".utf8).write(to: URL(fileURLWithPath: line.path + ".kept/x.json"))
    _ = try duty.perform(context)
    #expect(notices.waiting().isEmpty)
  }
}
