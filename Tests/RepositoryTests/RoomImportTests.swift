import Testing

@Suite struct RoomImportTests {
  @Test(arguments: Room.all.map(\.folder))
  func aRoomImportsOnlyWhatItMay(folder: String) throws {
    let room = try #require(Room.all.first { $0.folder == folder })
    let files = try Repository.swiftFiles(below: folder)
    #expect(!files.isEmpty, "\(folder) has no Swift file: take its row out of Room.all")
    let findings = files.flatMap(room.findings)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test func everyFolderOfSwiftIsARoom() throws {
    for parent in ["Sources", "Simulators"] {
      for name in try Repository.folders(in: parent) {
        let folder = "\(parent)/\(name)"
        guard try !Repository.swiftFiles(below: folder).isEmpty else { continue }
        #expect(Room.all.contains { $0.folder == folder }, "\(folder) has no row in Room.all")
      }
    }
  }

  /// The simulators speak the same protocols from the other side, so they may have the protocol libraries too.
  @Test(arguments: [
    ("CModbus", "Sources/Modbus"), ("CUSB", "Sources/Scanners"), ("CMosquitto", "Sources/MQTT"),
    ("GRDB", "Sources/Ledger"),
  ])
  func aSystemLibraryHasOneRoom(module: String, owner: String) {
    let owners = Room.all.filter { $0.folder.hasPrefix("Sources/") && $0.mayImport.contains(module) }.map(\.folder)
    #expect(owners == [owner])
  }

  @Test func theDirectionsOfTheHouseHold() throws {
    for room in Room.all where ["Devices", "Modbus", "Scanners", "MQTT"].contains(room.folder.dropFirst(8)) {
      #expect(!room.mayImport.contains("Ledger"), "\(room.folder): devices never see the ledger")
    }
    for pure in ["Sources/Shopfloor", "Sources/ControlCharts", "Sources/Labels", "Sources/Symbols"] {
      let room = try #require(Room.all.first { $0.folder == pure })
      #expect(room.mayImport.isDisjoint(with: Room.standard), "\(pure) is pure")
    }
  }

  @Test func anExceptionIsOfAFileThatNeedsIt() throws {
    for room in Room.all {
      for (path, modules) in room.exceptions {
        let file = try #require(try Repository.swiftFiles(below: room.folder).first { $0.path == path }, "\(path)")
        #expect(Set(ImportLine.all(in: file).map(\.module)) == modules)
        let neighbour = SourceFile(path: room.folder + "/Other.swift", text: file.lines.joined(separator: "\n"))
        #expect(!room.findings(in: neighbour).isEmpty, "only \(path) may import \(modules)")
      }
    }
  }

  // MARK: The checker itself

  @Test(arguments: [
    ("import Glibc", "Glibc"), ("  public import Shopfloor", "Shopfloor"), ("@testable import Labels", "Labels"),
    ("@preconcurrency internal import NIOCore", "NIOCore"), ("import struct Foundation.Data", "Foundation"),
    ("@_exported import class NIOPosix.Pipe  // why", "NIOPosix"), ("import `Devices`", "Devices"),
  ])
  func anImportIsRead(line: String, module: String) {
    #expect(ImportLine.all(in: SourceFile(path: "a.swift", text: line)).map(\.module) == [module])
  }

  @Test(arguments: [
    "// import Glibc", "let important = 1", "let text = \"import Glibc\"", "func imports() {}", "import",
  ])
  func otherLinesAreNoImports(line: String) {
    #expect(ImportLine.all(in: SourceFile(path: "a.swift", text: line)).isEmpty)
  }

  @Test func aForbiddenImportIsReportedWithItsPlace() throws {
    let shopfloor = try #require(Room.all.first { $0.folder == "Sources/Shopfloor" })
    let file = SourceFile(
      path: "Sources/Shopfloor/Bad.swift", text: "/// Bad.\nimport Foundation\nimport Glibc; import GRDB\n")
    #expect(
      shopfloor.findings(in: file).map(\.description) == [
        "Sources/Shopfloor/Bad.swift:2: imports Foundation; Sources/Shopfloor may import ControlCharts",
        "Sources/Shopfloor/Bad.swift:3: imports Glibc; Sources/Shopfloor may import ControlCharts",
        "Sources/Shopfloor/Bad.swift:3: imports GRDB; Sources/Shopfloor may import ControlCharts",
      ])
  }
}
