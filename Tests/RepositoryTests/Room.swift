/// A room of the house: a folder of sources and what its files may import.
struct Room {
  var folder: String
  var mayImport: Set<String>
  /// Modules that one file alone may import besides, by the path of that file.
  var exceptions: [String: Set<String>] = [:]

  /// What a room outside the pure ones may import without being asked: the language's own modules and the C library.
  static let standard: Set<String> = ["Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch"]
  static let nio: Set<String> = ["NIOCore", "NIOPosix"]

  /// A pure room: no I/O, no clock, no C.
  static func pure(_ folder: String, _ others: Set<String> = []) -> Room { Room(folder: folder, mayImport: others) }

  static func open(_ folder: String, _ others: Set<String>) -> Room {
    Room(folder: folder, mayImport: others.union(standard))
  }

  /// The table of README.md, "Where things are". Who may import `Devices` may import `Shopfloor`: its types speak it.
  static let all: [Room] = [
    Room(
      folder: "Sources/ControlCharts", mayImport: [],
      exceptions: ["Sources/ControlCharts/Mathematics/ElementaryFunctions.swift": ["Glibc"]]),
    .pure("Sources/Shopfloor", ["ControlCharts"]),
    .pure("Sources/Labels"),
    .pure("Sources/Symbols"),
    .open("Sources/Devices", ["Shopfloor", "Yams"]),
    .open("Sources/Modbus", ["Devices", "Shopfloor", "CModbus", "NIOSSL", "NIOTLS"] + nio),
    .open("Sources/Scanners", ["Devices", "Shopfloor", "Labels", "CUSB"]),
    .open("Sources/MQTT", ["Devices", "Shopfloor", "CMosquitto"]),
    .open("Sources/Ledger", ["Devices", "Shopfloor", "GRDB", "Crypto"]),
    .open("Sources/Recorder", ["Devices", "Shopfloor", "ControlCharts", "Ledger"]),
    .open("Sources/BatchRecord", ["Devices", "Shopfloor", "ControlCharts", "Ledger", "Crypto"]),
    .open(
      "Sources/ERP",
      ["Devices", "Shopfloor", "Ledger", "BatchRecord", "Crypto", "AsyncHTTPClient", "NIOHTTP1", "NIOSSL", "NIOTLS"]
        + nio),
    .open(
      "Sources/Notifications",
      ["Devices", "Shopfloor", "Ledger", "Crypto", "AsyncHTTPClient", "NIOHTTP1", "NIOSSL", "NIOTLS"] + nio),
    .open(
      "Sources/Console",
      [
        "Devices", "Shopfloor", "ControlCharts", "Ledger", "Recorder", "BatchRecord", "Hummingbird", "Logging",
        "ServiceLifecycle",
      ] + nio),
    .open(
      "Sources/lotwire",
      [
        "Shopfloor", "ControlCharts", "Labels", "Symbols", "Devices", "Modbus", "Scanners", "MQTT", "Ledger",
        "Recorder", "BatchRecord", "ERP", "Notifications", "Console", "ArgumentParser", "Crypto", "Logging",
        "ServiceLifecycle", "UnixSignals",
      ]),
    .open("Simulators/Harness", []),
    .open("Simulators/LedgerBuilder", ["Ledger", "Devices", "Shopfloor"]),
    .open(
      "Simulators/simulate",
      [
        "Harness", "LedgerBuilder", "Ledger", "Devices", "Shopfloor", "CModbus", "CMosquitto", "ArgumentParser",
        "Crypto", "Hummingbird",
        "Logging", "NIOSSL",
      ] + nio),
  ]

  /// Every import that the room does not allow.
  func findings(in file: SourceFile) -> [Finding] {
    let mayImport = mayImport.union(exceptions[file.path] ?? [])
    return ImportLine.all(in: file).filter { !mayImport.contains($0.module) }.map { line, module in
      let allowed = mayImport.isEmpty ? "nothing" : mayImport.sorted().joined(separator: ", ")
      return Finding(path: file.path, line: line, problem: "imports \(module); \(folder) may import \(allowed)")
    }
  }
}

private func + (one: Set<String>, other: Set<String>) -> Set<String> { one.union(other) }
