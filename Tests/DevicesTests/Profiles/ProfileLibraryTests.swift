import Devices
import Foundation
import Testing

@Suite final class ProfileLibraryTests {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("profiles-\(UUID().uuidString)")
    for (path, name) in [
      ("acme/sealer", "sealer"), ("acme/oven", "oven"), ("zeta/oven", "oven"), ("own", "own"), ("acme/wrong", "other"),
    ] {
      let file = folder.appendingPathComponent(path + ".yaml")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      let text = """
        name: \(name)
        vendor: V
        model: M
        transport: modbus
        status: documented
        points: [{name: a, table: holding, address: 0, type: int16}]
        """
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    try "no profile".write(to: folder.appendingPathComponent("README.md"), atomically: true, encoding: .utf8)
  }

  deinit {
    // A leftover in the temporary folder harms nobody.
    try? FileManager.default.removeItem(at: folder)
  }

  @Test(arguments: [
    ("sealer", "acme/sealer"), ("acme/sealer", "acme/sealer"), ("own", "own"), ("zeta/oven", "zeta/oven"),
  ])
  func aProfileIsFoundByItsFile(text: String, found: String) throws {
    let entry = try ProfileLibrary(folder: folder.path).entry(named: text)
    #expect(entry.qualifiedName == found)
    #expect(try ProfileLibrary.load(entry).profile.name == entry.name)
  }

  @Test(arguments: [
    ("seeler", "there is no profile \"seeler\"", "Write \"sealer\""),
    ("zeta/sealer", "there is no profile \"zeta/sealer\"", "acme/sealer"),
    ("nonsense", "there is no profile", "Write one of: oven, sealer, wrong, own, oven"),
    ("oven", "there are 2 profiles with this name", "Write the folder too: acme/oven"),
    ("../own", "there is no profile", "Write"),
  ])
  func aNameThatIsNoneIsExplained(text: String, problem: String, remedy: String) {
    #expect {
      _ = try ProfileLibrary(folder: folder.path).entry(named: text)
    } throws: { error in
      guard let fault = error as? ProfileLibraryFault else { return false }
      return fault.problem.contains(problem) && fault.remedy.contains(remedy)
    }
  }

  @Test func anEmptyFolderSaysSo() {
    #expect(throws: ProfileLibraryFault.self) {
      try ProfileLibrary(folder: folder.appendingPathComponent("none").path).entry(named: "sealer")
    }
  }

  @Test func profilesAreFoundByTheirTransport() throws {
    for (name, text) in [("sensor", "transport: mqtt\n"), ("other", "transport: opcua\n"), ("broken", "a: [\n")] {
      try text.write(to: folder.appendingPathComponent("\(name).yaml"), atomically: true, encoding: .utf8)
    }
    let library = ProfileLibrary(folder: folder.path)
    #expect(library.entries(over: .mqtt).map(\.name) == ["sensor"])
    #expect(library.entries(over: .modbus).map(\.name) == ["oven", "sealer", "wrong", "own", "oven"])
  }

  @Test func duplicatesAreSeen() {
    let library = ProfileLibrary(folder: folder.path)
    #expect(library.duplicates.map { $0.map(\.qualifiedName) } == [["acme/oven", "zeta/oven"]])
  }

  @Test func theNameIsThatOfTheFile() throws {
    let entry = try ProfileLibrary(folder: folder.path).entry(named: "wrong")
    do throws(DocumentIssues) {
      _ = try ProfileLibrary.load(entry)
      Issue.record("another name was taken")
    } catch {
      #expect(error.issues.count == 1 && error.issues.first?.line == 1)
      #expect(error.issues.first?.problem.contains("its file \"wrong.yaml\"") == true)
    }
  }
}
