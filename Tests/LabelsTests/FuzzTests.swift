import Foundation
import Harness
import Testing

/// A short run of the fuzzer with a fixed seed; `make fuzz` goes on for longer and under the address sanitizer.
@Suite struct LabelFuzzTests {
  @Test func damagedLabelsAreSoundOrSayWhatIsWrong() throws {
    let folder = try TemporaryFolder("fuzz")
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("fuzz").path
    let child = try ChildProcess(
      name: "fuzz", path: program, arguments: ["labels", "--rounds", "20", "--seconds", "60", "--seed", "1"],
      log: folder.file("fuzz.log"))
    let status = try child.waitUntilExit(patienceSeconds: 120)
    let output = try child.outputLines().joined(separator: "\n")
    #expect(status == 0, "\(output)")
    #expect(output.contains("good labels"), "\(output)")
  }
}
