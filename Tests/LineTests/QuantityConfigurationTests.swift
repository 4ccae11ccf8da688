import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import lotwire

@Suite("Configuration of the reasons why pieces are not good")
struct QuantityConfigurationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("quantity-configuration") }

  private func read(_ text: String) throws -> PlantConfiguration {
    let file = folder.file("lotwire.yaml")
    try (ConfigurationTests.good + text).write(to: file, atomically: true, encoding: .utf8)
    return try ConfigurationReader.read(file)
  }

  @Test("the lists become part of the plan, and each reason a card")
  func good() throws {
    let text = """
      quantities:
        scrap_reasons:
          burnt: {en: burnt, zh: 烧焦}
          torn: {en: torn, zh: 撕裂}
        rework_reasons:
          creased: {en: creased, zh: 折皱}

      """
    let rules = try #require(try read(text).plan.quantities)
    #expect(rules.scrapReasons.map(\.code) == ["burnt", "torn"])
    #expect(rules.reworkReasons == [ListedCode(code: "creased", words: Words("creased", "折皱"))])
    let face = CardFace(.scrap, rules.scrapReasons[0])
    #expect(face.text == "LOTWIRE:SCRAP:burnt" && face.words == Words("SCRAP: burnt", "报废：烧焦"))
    let card = try #require(CommandCard.rejection(on: face.text))
    #expect(card.kind == .scrap && card.reason == "burnt")
    #expect(try read("").plan.quantities == nil)
  }

  @Test(
    "what cannot be read is named with its place",
    arguments: [
      ("quantities: {scrap: {}}", "is not known here"),
      ("quantities: {scrap_reasons: [burnt]}", "a block of reasons"),
      ("quantities: {scrap_reasons: {\"bad code\": {en: a, zh: b}}}", "is not a code"),
      ("quantities: {scrap_reasons: {burnt: {en: a}}}", "\"zh\" is missing"),
      ("quantities: {rework_reasons: {burnt: {en: \"\", zh: b}}}", "the words cannot be taken"),
    ])
  func faults(text: String, problem: String) {
    let issues = #expect(throws: DocumentIssues.self) { _ = try read(text + "\n") }
    #expect(issues?.issues.contains { $0.problem.contains(problem) } == true, "\(String(describing: issues))")
  }
}
