import Foundation
import Harness
import Testing

/// `lotwire record --as` and `lotwire record check`, on a sealed record in a file: no daemon, no ledger.
@Suite struct RecordRenderingCommandTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .appendingPathComponent("../../Cases/renderings/eventful").standardizedFileURL

  private func ask(_ arguments: [String], log: URL) throws -> (status: Int32, text: String) {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("lotwire")
    let child = try ChildProcess(name: "lotwire", path: program.path, arguments: ["record"] + arguments, log: log)
    let status = try child.waitUntilExit(patienceSeconds: 60)
    return (status, String(decoding: try Data(contentsOf: log), as: UTF8.self))
  }

  @Test(arguments: [("batchml", "batchml.xml"), ("epcis", "epcis.json")])
  func aRecordInAFileIsRenderedAndChecked(form: (String, String)) throws {
    let temporary = try TemporaryFolder("rendering")
    let out = temporary.file(form.1)
    let record = Self.folder.appendingPathComponent("record.json").path
    let written = try ask(
      ["--file", record, "--as", form.0, "--out", out.path], log: temporary.file("written.log"))
    #expect(written.status == 0, "\(written.text)")
    let isAsItWas = try Data(contentsOf: out) == Data(contentsOf: Self.folder.appendingPathComponent(form.1))
    #expect(isAsItWas)
    let sound = try ask(["check", out.path], log: temporary.file("sound.log"))
    #expect(sound.status == 0, "\(sound.text)")
    let text = String(decoding: try Data(contentsOf: out), as: UTF8.self)
    try Data(text.replacing("LOT-7", with: "LOT-8", maxReplacements: 1).utf8).write(to: out)
    let damaged = try ask(["check", out.path], log: temporary.file("damaged.log"))
    #expect(damaged.status == EX_DATAERR, "\(damaged.text)")
    #expect(damaged.text.contains("expected"))
  }

  @Test func lotAndFileExcludeEachOther() throws {
    let temporary = try TemporaryFolder("rendering")
    #expect(try ask(["--as", "batchml"], log: temporary.file("none.log")).status == EX_USAGE)
    #expect(try ask(["L-1", "--file", "x", "--as", "epcis"], log: temporary.file("both.log")).status == EX_USAGE)
    #expect(try ask(["--file", "x", "--base", "urn:x:y"], log: temporary.file("base.log")).status == EX_USAGE)
  }
}
