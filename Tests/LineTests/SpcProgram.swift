import Foundation

/// The built program, asked for charts.
enum SpcProgram {
  struct Answer {
    var status: Int32
    var output: String
    var errors: String
  }

  static func run(_ arguments: [String], input: String? = nil) throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("lotwire")
    process.arguments = ["spc"] + arguments
    let (output, errors, standardInput) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = standardInput
    var environment = ProcessInfo.processInfo.environment
    // Help texts are as wide as the terminal says.
    environment["COLUMNS"] = "120"
    process.environment = environment
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data((input ?? "").utf8))
    try standardInput.fileHandleForWriting.close()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Answer(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: complaint, as: UTF8.self))
  }
}
