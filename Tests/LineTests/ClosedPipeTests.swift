import Foundation
import Harness
import Testing

@Suite("The reader of a command's output has gone")
struct ClosedPipeTests {
  private static var program: String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("lotwire").path
  }

  private static var profiles: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("DeviceProfiles").path
  }

  private func shell(_ script: String, _ arguments: [String], in folder: TemporaryFolder) throws -> [String] {
    let child = try ChildProcess(
      name: "shell", path: "/bin/sh",
      arguments: ["-c", script, "sh", folder.file("pipe").path, Self.program] + arguments,
      log: folder.file("shell.log"))
    #expect(try child.waitUntilExit(patienceSeconds: 60) == 0)
    return try child.outputLines()
  }

  @Test(
    "the command ends quietly, with the status that SIGPIPE would give",
    arguments: [["spc", "rules"], ["profiles", "list", "--profiles", Self.profiles]])
  func quiet(_ arguments: [String]) throws {
    let folder = try TemporaryFolder("closed-pipe")
    // The pipe has lost its only reader before the program starts.
    let script = """
      pipe=$1; shift
      mkfifo "$pipe"; exec 3<>"$pipe" 4>"$pipe" 3<&-
      "$@" >&4
      echo "status $?"
      """
    #expect(try shell(script, arguments, in: folder) == ["status 141"])
  }

  @Test("a full device is said, with the status of an input and output error")
  func full() throws {
    let folder = try TemporaryFolder("full")
    let said = try shell("shift; \"$@\" >/dev/full; echo \"status $?\"", ["spc", "rules"], in: folder)
    #expect(said.count == 2 && said[0].hasPrefix("The output cannot be written") && said[1] == "status 74", "\(said)")
  }

  @Test("a reader that takes the first lines gets them")
  func head() throws {
    let folder = try TemporaryFolder("head")
    let said = try shell(
      "shift; \"$@\" | head -n 1", ["profiles", "list", "--profiles", Self.profiles], in: folder)
    #expect(said.count == 1 && said[0].hasPrefix("NAME"), "\(said)")
  }
}
