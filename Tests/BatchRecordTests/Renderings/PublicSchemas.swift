import Foundation
import Harness
import Testing

/// The public schemas, which are not part of the project: `LOTWIRE_SCHEMAS` names a folder with `batchml/` (the XML
/// schemas of MESA International, repository MESAInternational/B2MML-BatchML) and `epcis/` (the JSON schema of GS1,
/// repository gs1/EPCIS). Tests that need them are skipped, and say so, where it is not set.
enum PublicSchemas {
  static let folder = ProcessInfo.processInfo.environment["LOTWIRE_SCHEMAS"].map { URL(fileURLWithPath: $0) }

  static let areThere: ConditionTrait = .enabled(
    if: folder != nil, "LOTWIRE_SCHEMAS does not name a folder with the public schemas: nothing was validated")

  /// What a program that validates said; nil where it found the document valid.
  static func complaint(of program: String, _ arguments: [String], about document: [UInt8]) throws -> String? {
    let temporary = try TemporaryFolder("schemas")
    let file = temporary.file("document")
    try Data(document).write(to: file)
    let log = temporary.file("log")
    let child = try ChildProcess(
      name: program, path: "/usr/bin/env", arguments: [program] + arguments + [file.path], log: log)
    let status = try child.waitUntilExit(patienceSeconds: 120)
    return status == 0 ? nil : String(decoding: try Data(contentsOf: log), as: UTF8.self)
  }

  /// `xmllint` of Debian's libxml2-utils.
  static func batchMLComplaint(about document: [UInt8]) throws -> String? {
    let schema = try #require(folder).appendingPathComponent("batchml/BatchML-BatchProductionRecord.xsd")
    return try complaint(of: "xmllint", ["--noout", "--nonet", "--schema", schema.path], about: document)
  }

  /// `jsonschema` of Debian's python3-jsonschema: what it says of each document, empty where it found it valid.
  static func epcisComplaints(about documents: [[UInt8]]) throws -> [String] {
    let schema = try #require(folder).appendingPathComponent("epcis/EPCIS-JSON-Schema.json")
    let temporary = try TemporaryFolder("schemas")
    var files: [String] = []
    for (index, document) in documents.enumerated() {
      files.append(temporary.file("\(index).json").path)
      try Data(document).write(to: temporary.file("\(index).json"))
    }
    let program = """
      import json, sys, jsonschema
      validator = jsonschema.Draft7Validator(json.load(open(sys.argv[1])), format_checker=jsonschema.FormatChecker())
      for file in sys.argv[2:]:
          print(" ".join(e.message[:300].replace("\\n", " ") for e in validator.iter_errors(json.load(open(file)))))
      """
    let child = try ChildProcess(
      name: "jsonschema", path: "/usr/bin/env", arguments: ["python3", "-c", program, schema.path] + files,
      log: temporary.file("log"))
    let status = try child.waitUntilExit(patienceSeconds: 120)
    let said = String(decoding: try Data(contentsOf: temporary.file("log")), as: UTF8.self)
    try #require(status == 0, "\(said)")
    return said.split(separator: "\n", omittingEmptySubsequences: false).prefix(documents.count).map(String.init)
  }
}
