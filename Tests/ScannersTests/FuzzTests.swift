import Harness
import Testing

/// A short run of the fuzzer with a fixed seed; `make fuzz` goes on for longer and under the address sanitizer.
@Suite struct ScannerFuzzTests {
  @Test func anyReportsAndBytesStayLabelsOrNothing() throws {
    let folder = try TemporaryFolder("fuzz")
    let child = try ChildProcess(
      name: "fuzz", path: builtProgram("fuzz"),
      arguments: ["scanners", "--rounds", "60", "--seconds", "60", "--seed", "1"], log: folder.file("fuzz.log"))
    let status = try child.waitUntilExit(patienceSeconds: 120)
    let output = try child.outputLines().joined(separator: "\n")
    #expect(status == 0, "\(output)")
    #expect(output.contains("labels from keys"), "\(output)")
  }
}
