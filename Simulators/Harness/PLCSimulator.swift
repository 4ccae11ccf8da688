public import Foundation

/// A running `simulate plc` with its journal.
public final class PLCSimulator {
  /// In the order of the devices; one port for all where they are units; none on a serial line.
  public let ports: [Int]
  public let journalFile: URL
  private let process: ChildProcess

  /// Many start at once on a busy machine.
  private static let patienceSeconds = 120.0

  /// - Parameters:
  ///   - folder: takes journal and log under `name`.
  ///   - arguments: after `simulate plc`; journal and ports file are added.
  public init(folder: URL, name: String = "plc", arguments: [String]) throws {
    journalFile = folder.appendingPathComponent("\(name).csv")
    let portsFile = folder.appendingPathComponent("\(name).ports")
    process = try ChildProcess(
      name: "simulate plc", path: Self.program.path,
      arguments: ["plc", "--journal", journalFile.path, "--ports-file", portsFile.path] + arguments,
      log: folder.appendingPathComponent("\(name).log"))
    if arguments.contains("--rtu") {
      try process.waitForLine(containing: "serving on", patienceSeconds: Self.patienceSeconds)
      ports = []
    } else {
      try process.waitForLine(containing: "listening on", patienceSeconds: Self.patienceSeconds)
      let text = try String(contentsOf: portsFile, encoding: .utf8)
      ports = text.split(separator: "\n").compactMap { Int($0) }
    }
  }

  deinit { process.end() }

  /// Executables of the package lie beside the program that runs.
  public static var program: URL {
    let own = URL(fileURLWithPath: CommandLine.arguments[0])
    return own.deletingLastPathComponent().appendingPathComponent("simulate")
  }

  public func journal() throws -> ServedJournal { try ServedJournal(file: journalFile) }

  /// Ends the simulator; gives what it said last.
  @discardableResult
  public func end() throws -> String {
    process.end()
    return try process.outputLines().last ?? ""
  }
}
