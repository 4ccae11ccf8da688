import Testing

/// The promises of every connector, kept with a real Tryton.
@Suite(.serialized) struct TrytonConformanceTests {
  /// One server for all cases: starting one takes longer than all of them.
  @Test func keepsAllThatCanBeTried() async throws {
    let peer = try TrytonUnderTest()
    for tried in ConformanceCase.allCases where TrytonUnderTest.notApplicable[tried] == nil {
      peer.beginCase()
      do {
        try await ConformanceRun(peer: peer).run(tried)
      } catch {
        Issue.record("\(tried.rawValue): \(error)")
      }
    }
    await peer.end()
  }

  @Test func whatIsNotApplicable() { #expect(TrytonUnderTest.notApplicable.count == 2) }
}
