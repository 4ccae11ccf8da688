import Foundation
import Harness
import Testing

@testable import powercut

@Suite("A daemon whose disk loses its power")
struct PowerCutTests {
  static let cuts = 10
  static let obstacle = LoopDisk.obstacle(.ext4)

  @Test(
    "10 power cuts on a real file system: nothing acknowledged is lost, the chain holds",
    .enabled(if: obstacle == nil, "no power can be cut here: \(obstacle ?? "")"), .timeLimit(.minutes(4)))
  func cuts() throws {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64(ProcessInfo.processInfo.environment["LOTWIRE_SEED"] ?? "") ?? generator.next()
    let folder = try TemporaryFolder("powercut-test")
    let programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    // Mounts of its own: another mount namespace would keep a file system alive that is unmounted here.
    let child = try ChildProcess(
      name: "powercut", path: "/usr/bin/unshare",
      arguments: [
        "--mount", "--propagation", "private", programs.appendingPathComponent("powercut").path, "--cycles",
        "\(Self.cuts)", "--file-system", "ext4", "--seed", "\(seed)",
      ], log: folder.file("powercut.log"))
    let status = try child.waitUntilExit(patienceSeconds: 200)
    let said = try child.outputLines()
    #expect(status == 0, "\(said.joined(separator: "\n"))")
    #expect(said.contains { $0.hasPrefix("ext4: \(Self.cuts) power cuts") && $0.hasSuffix("; 0 problems") })
  }
}
