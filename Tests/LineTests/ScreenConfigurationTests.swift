import Console
import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import lotwire

@Suite("Configuration of screens")
struct ScreenConfigurationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("screens") }

  private func read(_ console: String) throws -> PlantConfiguration {
    let file = folder.file("lotwire.yaml")
    try (ConfigurationTests.good + console).write(to: file, atomically: true, encoding: .utf8)
    return try ConfigurationReader.read(file)
  }

  @Test("nothing is served over TCP unless it is asked for, and then it is part of what is audited")
  func listen() throws {
    #expect(try read("").screens == nil)
    let plant = try read("console: {listen: \"127.0.0.1:8080\"}\n")
    #expect(plant.screens == ScreenAddress(host: "127.0.0.1", port: 8_080))
    #expect(plant.plan.wiring.contains { $0.name == "console" && $0.description == "screens read at 127.0.0.1:8080" })
  }

  @Test(
    "a fault says what to write instead",
    arguments: ["console: {listen: nowhere}\n", "console: {}\n", "console: {listen: \"127.0.0.1:8080\", port: 1}\n"])
  func faults(text: String) {
    let issues = #expect(throws: DocumentIssues.self) { try read(text) }
    #expect("\(String(describing: issues))".contains("listen"))
  }
}
