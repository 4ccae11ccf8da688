import Devices
import Foundation
import Testing

@testable import simulate

@Suite struct QuirkDocumentTests {
  @Test(arguments: Quirk.Kind.allCases.map(\.rawValue)) func everyKindCanBeGivenOnTheCommandLine(word: String) throws {
    #expect(try Quirk.load(argument: word).kind.rawValue == word)
  }

  @Test func theExampleShowsEveryKind() throws {
    let file = PeerRoom.repository.appendingPathComponent("Simulators/Scenarios/plc-quirks.yaml")
    let quirks = try Quirk.load(text: String(contentsOf: file, encoding: .utf8), file: file.path)
    #expect(Set(quirks.map(\.kind)) == Set(Quirk.Kind.allCases))
  }

  @Test func aFileSaysWhenAndWhere() throws {
    let quirks = try Quirk.load(
      text: """
        name: all at once
        quirks:
          - {kind: exception, code: 2, table: input, addresses: 10-12, units: [3], at_seconds: 1, for_seconds: 2}
        """, file: "quirks.yaml")
    let quirk = try #require(quirks.first)
    #expect(quirk.code == 2 && quirk.addresses == 10...12 && quirk.units == [3])
    #expect(!quirk.isActive(at: 0.9) && quirk.isActive(at: 1) && !quirk.isActive(at: 3))
    #expect(quirk.concerns(.input, 12..<14) && !quirk.concerns(.input, 13..<14) && !quirk.concerns(.holding, 12..<14))
    #expect(quirk.concerns(unit: 3) && !quirk.concerns(unit: 1))
  }

  @Test func aQuirkMayComeAgain() throws {
    let quirk = try Quirk.load(argument: "silence, at_seconds: 1, for_seconds: 2, every_seconds: 10")
    #expect([0.5, 3.5, 10.9, 13.1].allSatisfy { !quirk.isActive(at: $0) })
    #expect([1, 2.9, 11.1, 12.9, 101.5].allSatisfy { quirk.isActive(at: $0) })
  }

  @Test(arguments: ["sulking", "exception, codes: 3", "silence, addresses: 12-10", "delay, delay_seconds: soon"])
  func aMistakeIsRefusedWithWords(text: String) {
    #expect(throws: DocumentIssues.self) { try Quirk.load(argument: text) }
  }
}
