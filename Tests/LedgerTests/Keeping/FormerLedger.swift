import Foundation
import Testing

/// A ledger's file as a former program wrote it, and what must hold after it was brought up to date.
struct FormerLedger: Decodable {
  var events: Int64
  var eventHead: String
  var commits: Int64
  var readings: Int64
  var readingsHead: String
  var sealed: [String]
  var traced: String?
  var runsOfMaterial: Int?

  /// Unpacks the file of a version.
  static func unpack(_ version: Int, to unpacked: URL) throws -> FormerLedger {
    let cases = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Cases/ledger-files/v\(version)").standardizedFileURL
    try Data().write(to: unpacked)
    let output = try FileHandle(forWritingTo: unpacked)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", cases.appendingPathComponent("lotwire.sqlite.gz").path]
    process.standardOutput = output
    try process.run()
    process.waitUntilExit()
    try output.close()
    try #require(process.terminationStatus == 0)
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: cases.appendingPathComponent("expected.json")))
  }
}
