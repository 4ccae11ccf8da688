import Devices
import Foundation
import GRDB
public import Shopfloor

/// What one lot's archive holds, in `manifest.json`.
public struct LotArchiveManifest: Hashable, Sendable, Codable {
  public struct File: Hashable, Sendable, Codable {
    public var name: String
    public var bytes: Int64
    public var sha256: String
  }

  public static let form = "lotwire-archive-1"

  public var form = Self.form
  public var lot: LotNumber
  public var files: [File]
  /// Where the ledger stood.
  public var standing: LedgerStanding
  public var programVersion: String
  public var madeAt: Timestamp
  public var madeAtText: String
}

/// Puts everything about one lot into a folder of its own, which nobody needs Lotwire to read: the sealed record in every
/// revision byte for byte, the events about the lot as they are in the ledger, its readings as CSV.
public struct LotArchive: Sendable {
  public var folder: String
  public var programVersion: String

  /// A file of somebody else's making, such as a proof.
  public struct Extra: Sendable {
    public var name: String
    public var bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  public struct Result: Hashable, Sendable {
    public var path: String
    public var manifest: LotArchiveManifest
    /// What the ledger is told.
    public var fact: LedgerCopied
  }

  public init(folder: String, programVersion: String) {
    self.folder = folder
    self.programVersion = programVersion
  }

  /// Writes under another name, makes durable, reads every file back, names at last.
  ///
  /// A lot that has an archive already gets another one beside it, `+r1`, where readings or a record came since.
  ///
  /// - Throws: `exists` where the archive that is there holds everything of the lot that is sealed and packed.
  public func make(of lot: LotNumber, from reader: LedgerReader, extras: [Extra] = [], at now: Timestamp) throws
    -> Result
  {
    // Before anything is read: what comes meanwhile may be in the archive, and is not promised by it.
    let standing = try reader.standing()
    let records = try reader.sealedRecords(of: lot)
    guard !records.isEmpty else { throw KeepingFault.notSealed(lot: lot) }
    try KeptFile.requireFolder(folder)
    let name = try freeName(of: lot, reader)
    let final = folder + "/" + name
    let partial = folder + "/." + name + LedgerBackup.partialSuffix
    try Self.removeTree(partial)
    try KeptFile.makeFolder(partial)
    defer {
      // After the renaming there is nothing; what is left after a failure goes with the next attempt.
      try? Self.removeTree(partial)
    }
    var written: [String: String] = [:]
    func write(_ bytes: [UInt8], _ name: String) throws {
      written[name] = EventChain.hex(PartDigest.sha256(Data(bytes)))
      try KeptFile.write(bytes, to: partial + "/" + name)
    }
    for record in records { try write(record.bytes, "record-\(record.revision).json") }
    try write(try reader.eventLines(of: lot), "events.jsonl")
    written["readings.csv"] = try LotReadingsFile(reader: reader, lot: lot).write(to: partial + "/readings.csv")
    for extra in extras { try write(extra.bytes, extra.name) }
    let files = try Self.readBack(written, in: partial)
    let manifest = LotArchiveManifest(
      lot: lot, files: files, standing: standing, programVersion: programVersion, madeAt: now,
      madeAtText: "\(now)")
    return try finish(manifest, name, from: partial, as: final)
  }

  /// Archives of one lot in one folder.
  static let maximumRevisions = 1_000

  /// The name of the lot's folder, or of the next one beside those that are older than what the ledger holds of the lot.
  private func freeName(of lot: LotNumber, _ reader: LedgerReader) throws -> String {
    let base = Self.folderName(of: lot)
    let needed = try reader.archiveNeed(of: lot)
    // No lot's own name has a plus sign.
    for name in [base] + (1..<Self.maximumRevisions).map({ "\(base)+r\($0)" }) {
      let path = folder + "/" + name
      guard KeptFile.exists(path) else { return name }
      // One without a manifest that can be read holds nothing for sure.
      guard let standing = try? Self.manifest(of: path).standing else { continue }
      if standing.throughSequence >= needed.throughSequence, standing.throughBatch >= needed.throughBatch {
        throw KeepingFault.exists(path: path)
      }
    }
    throw KeepingFault.exists(path: folder + "/" + base)
  }

  private func finish(
    _ manifest: LotArchiveManifest, _ name: String, from partial: String, as final: String
  ) throws -> Result {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let text = [UInt8](try encoder.encode(manifest)) + [UInt8]("\n".utf8)
    try KeptFile.write(text, to: partial + "/manifest.json")
    try KeptFile.sync(partial)
    try KeptFile.name(partial, as: final)
    return Result(
      path: final, manifest: manifest,
      fact: LedgerCopied(
        purpose: .archive, name: name, throughSequence: manifest.standing.throughSequence,
        throughBatch: manifest.standing.throughBatch, bytes: manifest.files.reduce(0) { $0 + $1.bytes },
        digestSHA256: EventChain.hex(PartDigest.sha256(Data(text))), lots: [manifest.lot]))
  }

  /// The files as they lie on the disk are what was given to them.
  ///
  /// - Parameter written: the SHA-256 of what was written, in hexadecimal, by the name of the file.
  static func readBack(_ written: [String: String], in folder: String) throws(KeepingFault)
    -> [LotArchiveManifest.File]
  {
    var files: [LotArchiveManifest.File] = []
    for (name, sha256) in written.sorted(by: { $0.key < $1.key }) {
      try KeptFile.syncForReadingBack(folder + "/" + name)
      let digest = try KeptFile.digest(of: folder + "/" + name)
      guard digest.sha256 == sha256 else {
        throw .notVerified(path: folder + "/" + name, reason: "it does not read back as it was written")
      }
      files.append(LotArchiveManifest.File(name: name, bytes: digest.bytes, sha256: sha256))
    }
    return files
  }

  /// Compares the files of an archive with its manifest.
  ///
  /// - Throws: `notVerified` with the first file that differs or is missing.
  public static func verify(_ path: String) throws -> LotArchiveManifest {
    let manifest = try manifest(of: path)
    for file in manifest.files {
      guard !file.name.contains("/") else {
        throw KeepingFault.noManifest(path: path, reason: "it names a file outside its folder")
      }
      let digest = try KeptFile.digest(of: path + "/" + file.name)
      guard digest.sha256 == file.sha256 else {
        throw KeepingFault.notVerified(path: path + "/" + file.name, reason: "its SHA-256 is not that of its manifest")
      }
    }
    return manifest
  }

  private static func manifest(of path: String) throws(KeepingFault) -> LotArchiveManifest {
    do {
      return try JSONDecoder().decode(
        LotArchiveManifest.self, from: Data(contentsOf: URL(fileURLWithPath: path + "/manifest.json")))
    } catch {
      throw .noManifest(path: path + "/manifest.json", reason: "\(error)")
    }
  }

  /// A folder's name that says which lot it is, on every file system: what is no letter, digit, `-`, `_` or `.` is written
  /// as `%` and two hexadecimal digits.
  static func folderName(of lot: LotNumber) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8)
    return "lot-"
      + lot.text.utf8.map { plain.contains($0) ? String(UnicodeScalar($0)) : "%" + EventChain.hex([$0]) }.joined()
  }

  private static func removeTree(_ path: String) throws {
    if KeptFile.exists(path) { try FileManager.default.removeItem(atPath: path) }
  }
}

extension LedgerReader {
  /// Every revision of a lot's sealed record, the first one first.
  func sealedRecords(of lot: LotNumber) throws(LedgerError) -> [(revision: Int, bytes: [UInt8])] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT revision, body FROM record WHERE lot = ? ORDER BY revision", arguments: [lot.text]
      ).map { (Int(try $0.integer("revision")), try $0.bytes("body")) }
    }
  }

  /// What an archive of a lot must hold: its last sealed record, and every segment that its readings may lie in.
  func archiveNeed(of lot: LotNumber) throws(LedgerError) -> (throughSequence: Int64, throughBatch: Int64) {
    let events = try read { db in try Self.events(db, about: [EventSubject.lot(lot).key]) }
    let sealed = events.last { if case .recordSealed = $0.event { true } else { false } }
    let runs = try evidence(of: lot, series: .none)?.runs ?? []
    let batch = try read { db in
      try runs.map { run in
        try Int64.fetchOne(
          db,
          sql: """
            SELECT max(last_batch) FROM segment WHERE min(first_time, coalesce(first_reading, first_time)) <= ?
              AND max(last_time, coalesce(last_reading, last_time)) >= ?
            """, arguments: [run.endedAt?.microseconds ?? .max, run.startedAt.microseconds]) ?? 0
      }.max()
    }
    return (sealed?.sequence ?? 0, batch ?? 0)
  }

  /// Lots whose record was sealed before an instant, the oldest first.
  public func lotsSealed(before time: Timestamp) throws(LedgerError) -> [LotNumber] {
    try read { db in
      try String.fetchAll(
        db, sql: "SELECT lot FROM record GROUP BY lot HAVING max(sealed_at) < ? ORDER BY max(sealed_at), lot",
        arguments: [time.microseconds]
      ).map { try LotNumber($0) }
    }
  }

  /// The canonical bytes of the events of a lot's evidence, one a line.
  func eventLines(of lot: LotNumber) throws(LedgerError) -> [UInt8] {
    let events = try evidence(of: lot, series: .none)?.events ?? []
    return events.flatMap { $0.canonicalBytes + [0x0A] }
  }
}
