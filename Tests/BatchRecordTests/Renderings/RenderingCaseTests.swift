import Foundation
import Harness
import Testing

@testable import BatchRecord

/// The folders of Tests/Cases/renderings: a sealed record and its renderings, byte for byte. Who changes what is written
/// changes them, too, and looks at the difference.
@Suite struct RenderingCaseTests {
  private static let repository = URL(fileURLWithPath: #filePath)
    .appendingPathComponent("../../../..").standardizedFileURL
  private static let cases = repository.appendingPathComponent("Tests/Cases/renderings")

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Self.cases.appendingPathComponent(name)))
  }

  @Test(arguments: ["eventful", "shared"]) func theRenderingsAreAsTheyWere(name: String) throws {
    let record = try bytes("\(name)/record.json")
    #expect(RecordVerifier.verify(record).isVerified)
    // Not compared as values, because a difference would print them whole.
    let batchML = try RecordRendering.batchML(of: record) == bytes("\(name)/batchml.xml")
    #expect(batchML)
    let epcis = try RecordRendering.epcis(of: record) == bytes("\(name)/epcis.json")
    #expect(epcis)
    #expect(BatchMLCheck.findings(in: try bytes("\(name)/batchml.xml")) == [])
    #expect(EPCISCheck.findings(in: try bytes("\(name)/epcis.json")) == [])
  }

  /// The reference implementation of the event hash, by the authors of that section of the standard, in Python
  /// (`make setup` installs it).
  @Test func theReferenceImplementationComputesTheSameIdentifiers() throws {
    let python = Self.repository.appendingPathComponent(".build/python-epcis/bin/python")
    guard FileManager.default.isExecutableFile(atPath: python.path) else {
      Issue.record("\(python.path) is missing: run .ci/python-peers")
      return
    }
    let records = [
      try bytes("eventful/record.json"), try bytes("shared/record.json"), try RenderingStory.quiet(),
      try RenderingStory.counted(),
    ]
    for record in records {
      let document = try RecordRendering.epcis(of: record)
      let folder = try TemporaryFolder("event-hashes")
      try Data(document).write(to: folder.file("epcis.json"))
      let child = try ChildProcess(
        name: "event hashes", path: python.path,
        arguments: [Self.cases.appendingPathComponent("peers/event_hashes.py").path, folder.file("epcis.json").path],
        log: folder.file("log"))
      #expect(try child.waitUntilExit(patienceSeconds: 120) == 0)
      let said = String(decoding: try Data(contentsOf: folder.file("log")), as: UTF8.self)
      let ours = try PlainJSONParser.parse(document)["epcisBody"]["eventList"].elements.compactMap {
        $0["eventID"].text
      }
      #expect(ours == said.split(separator: "\n").map(String.init))
    }
  }
}
