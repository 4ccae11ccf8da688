import Crypto
import Devices
import Foundation
import Shopfloor

/// The records of the simulated ERP: one JSON file each in `records/`, written beside and renamed, so that a kill leaves
/// whole files only. Like a real ERP it does not look at keys: posting twice stores two records.
actor RecordShelf {
  struct Record: Codable {
    var id: String
    var key: String
    var lot: String?
    var kind: String
    var sha256: String
    var received_at: String
    var content: Data
  }

  /// What the interface lists of a record.
  struct Entry: Encodable {
    var id: String
    var key: String
    var lot: String?
    var kind: String
    var sha256: String
    var received_at: String
    /// In base64, where it was asked for.
    var content: Data?

    init(_ record: Record) {
      id = record.id
      key = record.key
      lot = record.lot
      kind = record.kind
      sha256 = record.sha256
      received_at = record.received_at
    }
  }

  private let folder: URL
  private var entries: [Entry] = []
  /// Counted again from the files at the start.
  private(set) var stock = StockBook()
  private(set) var reports = ReportBook()
  private var faults: ERPFaultPlan

  init(folder: URL, faults: [ERPFault]) throws {
    self.folder = folder.appendingPathComponent("records", isDirectory: true)
    self.faults = ERPFaultPlan(faults)
    try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    for file in try FileManager.default.contentsOfDirectory(atPath: self.folder.path).sorted()
    where file.hasSuffix(".json") {
      let bytes = try Data(contentsOf: self.folder.appendingPathComponent(file))
      let record = try JSONDecoder().decode(Record.self, from: bytes)
      entries.append(Entry(record))
      Self.count(record.kind, record.content, &stock, &reports)
    }
  }

  private static func count(_ kind: String, _ content: Data, _ stock: inout StockBook, _ reports: inout ReportBook) {
    if kind == ERPMovement.kind, let movement = ERPMovement(content) { stock.take(movement) }
    if kind == ERPReport.kind, let report = ERPReport(content) { reports.take(report) }
  }

  func faults(for kind: ERPFault.RequestKind) -> [ERPFault] {
    faults.next(kind, monotonicMicroseconds: SystemClock().now().monotonicMicroseconds)
  }

  /// All entries where no key is asked for.
  ///
  /// - Parameter withContent: whether each comes with what it holds.
  func list(keys: Set<String>, withContent: Bool) throws -> [Entry] {
    var found = entries.filter { keys.isEmpty || keys.contains($0.key) }
    if withContent { for index in found.indices { found[index].content = try content(id: found[index].id) } }
    return found
  }

  func add(key: String, lot: String?, kind: String, sha256: String, content: Data) throws -> String {
    let digits = String((entries.last.flatMap { Int($0.id) } ?? 0) + 1)
    let id = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    let record = Record(
      id: id, key: key, lot: lot, kind: kind, sha256: sha256, received_at: SystemClock().now().utc.description,
      content: content)
    try JSONEncoder().encode(record).write(to: file(id), options: .atomic)
    entries.append(Entry(record))
    Self.count(kind, content, &stock, &reports)
    return id
  }

  func content(id: String) throws -> Data? {
    guard entries.contains(where: { $0.id == id }) else { return nil }
    return try JSONDecoder().decode(Record.self, from: Data(contentsOf: file(id))).content
  }

  private func file(_ id: String) -> URL { folder.appendingPathComponent("\(id).json") }
}
