import Testing

/// What every connector keeps, tried with each of them.
@Suite struct ConformanceTests {
  struct Trial: Sendable, CustomTestStringConvertible {
    var peer: ConformancePeer
    var tried: ConformanceCase
    var testDescription: String { "\(peer.rawValue): \(tried.rawValue)" }
  }

  static let applicable = ConformancePeer.allCases.flatMap { peer in
    ConformanceCase.allCases.filter { peer.type.notApplicable[$0] == nil }.map { Trial(peer: peer, tried: $0) }
  }

  @Test(arguments: applicable) func keeps(_ trial: Trial) async throws {
    try await Self.run(trial.tried, with: trial.peer.make())
  }

  private static func run<Peer: ConnectorUnderTest>(_ tried: ConformanceCase, with peer: Peer) async throws {
    do {
      try await ConformanceRun(peer: peer).run(tried)
    } catch {
      await peer.end()
      throw error
    }
    await peer.end()
  }

  /// What is not tried stands here, so that nothing drops out in silence.
  @Test func whatIsNotApplicable() {
    let expected: [ConformancePeer: Int] = [.http: 0, .files: 5, .filesWithAcknowledgement: 5, .skeleton: 0]
    for peer in ConformancePeer.allCases {
      let reasons = peer.type.notApplicable
      #expect(reasons.count == expected[peer], "\(peer): \(reasons)")
      #expect(reasons.values.allSatisfy { $0.split(separator: " ").count >= 5 })
      #expect(!peer.type.tamperings.isEmpty)
    }
    let tried = ConformancePeer.allCases.count * ConformanceCase.allCases.count - expected.values.reduce(0, +)
    #expect(Self.applicable.count == tried)
  }
}
