import Foundation
import Harness
import Ledger

@testable import ERP

/// Exchange folders without an importer that answers.
struct FilesUnderTest: ConnectorUnderTest {
  static let notApplicable: [ConformanceCase: String] = [
    .answerLostAfterTheWrite: "a file is its own answer: what a killed daemon wrote is found under its name",
    .severalUnderTheKeyAreBlocked: "a folder holds one file of a name",
    .aRefusalIsBlockedWithTheWordsOfTheERP: "without acknowledgements nobody can refuse a file",
    .aBatchKeepsItsOrder: "the times of files are too coarse to tell which one came first",
    .aWrongCredentialIsTriedOnce: "a folder asks nobody for a credential",
  ]
  static let tamperings = ["content"]

  let folder: TemporaryFolder
  var awaitsAcknowledgement = false

  init() throws {
    folder = try TemporaryFolder("files-under-test")
    for name in ["out", "in"] {
      try FileManager.default.createDirectory(at: folder.file(name), withIntermediateDirectories: true)
    }
  }

  func connector() async throws -> any ERPConnector {
    FileDropConnector(
      FileDropSettings(
        outboundFolder: folder.file("out").path, inboundFolder: folder.file("in").path,
        awaitsAcknowledgement: awaitsAcknowledgement, settleMicroseconds: 0))
  }

  func row(_ number: Int, subject: Int, _ content: ConformanceContent) -> OutboxRow {
    plainRow(number, subject: subject, content)
  }

  func file(_ row: OutboxRow, _ ending: String = ".json") -> URL {
    folder.file("out/" + FileDropName.of(key: row.idempotencyKey) + ending)
  }

  func count(_ row: OutboxRow) throws -> Int {
    let base = FileDropName.of(key: row.idempotencyKey)
    return try FileManager.default.contentsOfDirectory(atPath: folder.file("out").path)
      .count { $0.hasPrefix(base) && !$0.hasSuffix(".ack") }
  }

  func content(_ row: OutboxRow) -> [UInt8]? { FileManager.default.contents(atPath: file(row).path).map(Array.init) }

  func arrivedKeys() -> [String] { [] }

  func disturb(_ disturbance: ConformanceDisturbance) throws {
    let files = FileManager.default
    switch disturbance {
    case .away(true):
      for name in ["out", "in"] { try files.moveItem(at: folder.file(name), to: folder.file(name + "-")) }
    case .away(false):
      for name in ["out", "in"] { try files.moveItem(at: folder.file(name + "-"), to: folder.file(name)) }
    case .otherContentUnderTheKey(let row): try Data("something else".utf8).write(to: file(row))
    case .fail(let row): try files.createDirectory(at: file(row), withIntermediateDirectories: true)
    case .failNoLonger(let row): try files.removeItem(at: file(row))
    case .refuse(let row, let words):
      if let words {
        try Data("refused: \(words)\n".utf8).write(to: file(row, ".ack"))
      } else if files.fileExists(atPath: file(row, ".ack").path) {
        try files.removeItem(at: file(row, ".ack"))
      }
    case .loseNextAnswerAfterTheWrite, .severalUnderTheKey, .credential:
      throw NotInTime(description: "a folder cannot be disturbed so")
    }
  }

  func tamper(_ tampering: String, _ row: OutboxRow) throws { try Data("changed".utf8).write(to: file(row)) }

  func seedOrders(good: [String], bad: [String]) throws {
    let orders = good.map { SeededOrder.json($0) } + bad.map { SeededOrder.json($0, quantity: "-1") }
    let text = "{\"orders\":[\(orders.joined(separator: ","))]}"
    try Data(text.utf8).write(to: folder.file("in/\(good.first ?? "none").json"))
  }

  func refusedCredentials() -> Int { 0 }

  func end() async {}
}

/// Exchange folders with an importer that acknowledges what it took, and takes the file away.
struct AcknowledgedFilesUnderTest: ConnectorUnderTest {
  static let notApplicable = FilesUnderTest.notApplicable.filter { $0.key != .aRefusalIsBlockedWithTheWordsOfTheERP }
    .merging(
      [.aBatchEndsAtItsFirstFailure: "every row waits for the importer first, so that every batch ends there"],
      uniquingKeysWith: { first, _ in first })
  static let tamperings = FilesUnderTest.tamperings

  private var folders: FilesUnderTest

  init() throws {
    folders = try FilesUnderTest()
    folders.awaitsAcknowledgement = true
  }

  func connector() async throws -> any ERPConnector { try await folders.connector() }

  func row(_ number: Int, subject: Int, _ content: ConformanceContent) -> OutboxRow {
    folders.row(number, subject: subject, content)
  }

  func count(_ row: OutboxRow) throws -> Int { try folders.count(row) }
  func content(_ row: OutboxRow) -> [UInt8]? { folders.content(row) }
  func arrivedKeys() -> [String] { [] }
  func disturb(_ disturbance: ConformanceDisturbance) throws { try folders.disturb(disturbance) }
  func tamper(_ tampering: String, _ row: OutboxRow) throws { try folders.tamper(tampering, row) }
  func seedOrders(good: [String], bad: [String]) throws { try folders.seedOrders(good: good, bad: bad) }
  func refusedCredentials() -> Int { 0 }
  func end() async {}

  /// The importer reads the file and says what it read.
  func receiverWorks(_ row: OutboxRow) throws {
    let read = [UInt8](try Data(contentsOf: folders.file(row)))
    try Data(hexadecimalSHA256(read).utf8).write(to: folders.file(row, ".ack"))
  }
}
