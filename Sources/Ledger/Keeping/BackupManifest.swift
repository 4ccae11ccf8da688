import Foundation
public import Shopfloor

/// What a backup holds, in a text file beside it: `NAME.manifest.json`.
public struct BackupManifest: Hashable, Sendable, Codable {
  /// Raised when a field gets another meaning.
  public static let form = "lotwire-backup-1"

  public var form = Self.form
  /// Name of the ledger's file in the same folder.
  public var file: String
  public var bytes: Int64
  public var sha256: String
  public var schemaVersion: Int
  public var standing: LedgerStanding
  public var programVersion: String
  public var madeAt: Timestamp
  /// The same instant for people, ISO 8601 in UTC.
  public var madeAtText: String

  public init(
    file: String, bytes: Int64, sha256: String, schemaVersion: Int, standing: LedgerStanding, programVersion: String,
    madeAt: Timestamp
  ) {
    self.file = file
    self.bytes = bytes
    self.sha256 = sha256
    self.schemaVersion = schemaVersion
    self.standing = standing
    self.programVersion = programVersion
    self.madeAt = madeAt
    madeAtText = "\(madeAt)"
  }

  static let suffix = ".manifest.json"

  /// Longest manifest that is read, in bytes.
  static let maximumBytes = 64 << 10

  static func path(besides backup: String) -> String { backup + suffix }

  public func text() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(self)) + [UInt8]("\n".utf8)
  }

  /// Reads a manifest.
  public init(path: String) throws(KeepingFault) {
    guard KeptFile.size(of: path) <= Self.maximumBytes else {
      throw .noManifest(path: path, reason: "it is larger than \(Self.maximumBytes) bytes")
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw .noManifest(path: path, reason: "\(error)")
    }
    guard form == Self.form else { throw .noManifest(path: path, reason: "its form \(form) is not known") }
    guard file == (file as NSString).lastPathComponent, !file.isEmpty, file != "..", file != "." else {
      throw .noManifest(path: path, reason: "it names a file outside its folder")
    }
  }

  /// The manifests in a folder, oldest first; what cannot be read is left out.
  public static func all(in folder: String) -> [BackupManifest] {
    // A folder that is away has no backups.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(suffix) }
      // A manifest that somebody else put there says nothing about ours.
      .compactMap { try? BackupManifest(path: folder + "/" + $0) }
      .sorted { ($0.madeAt, $0.file) < ($1.madeAt, $1.file) }
  }
}
