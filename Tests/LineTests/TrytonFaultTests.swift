import Foundation
import Harness
import Testing

@Suite("The exchange with a real Tryton through a connection that is disturbed")
struct TrytonFaultTests {
  static let orders = 2

  @Test("orders each call of which may be cut, lost, repeated or refused: every object exists exactly once")
  func faults() throws {
    var generator = SystemRandomNumberGenerator()
    let words = ProcessInfo.processInfo.environment["LOTWIRE_SEED"] ?? ""
    let seed = UInt64(words) ?? .random(in: 1...1_000_000, using: &generator)
    let folder = try TemporaryFolder("erpfaults-test")
    let programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let child = try ChildProcess(
      name: "erpfaults", path: programs.appendingPathComponent("erpfaults").path,
      arguments: ["--seeds", "\(Self.orders)", "--seed", "\(seed)", "--outage", "0"], log: folder.file("erpfaults.log"))
    let status = try child.waitUntilExit(patienceSeconds: 600)
    let said = try child.outputLines()
    #expect(status == 0, "seed \(seed)\n\(said.joined(separator: "\n"))")
    #expect(said.contains { $0.hasPrefix("\(Self.orders) orders, ") }, "\(said.joined(separator: "\n"))")
  }
}
