import Testing

@testable import MQTT

@Suite struct MosquittoLibraryTests {
  @Test func anUntestedVersionIsNamed() throws {
    for version in MosquittoLibrary.testedVersions { #expect(MosquittoLibrary.note(on: version) == nil) }
    let note = try #require(MosquittoLibrary.note(on: "2.1.2"))
    #expect(note.contains("2.1.2") && MosquittoLibrary.testedVersions.allSatisfy { note.contains($0) })
  }

  /// The tests run against the library that is installed: where it is another than the tested ones, this is where to look.
  @Test func theInstalledVersionIsATestedOne() {
    #expect(MosquittoLibrary.testedVersions.contains(MosquittoLibrary.version))
  }
}
