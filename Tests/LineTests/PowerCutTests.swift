import Foundation
import Testing

@testable import powercut

@Suite("A daemon whose disk loses its power")
struct PowerCutTests {
  static let cuts = 10
  static let obstacle = LoopDisk.obstacle(.ext4)

  @Test(
    "10 power cuts on a real file system: nothing acknowledged is lost, the chain holds",
    .enabled(if: obstacle == nil, "no power can be cut here: \(obstacle ?? "")"), .timeLimit(.minutes(4)))
  func cuts() throws {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64(ProcessInfo.processInfo.environment["LOTWIRE_SEED"] ?? "") ?? generator.next()
    print("seed \(seed) (repeat with LOTWIRE_SEED=\(seed))")
    let result = try PowerCutRun(kind: .ext4, cycles: Self.cuts, seed: seed).run()
    #expect(result.problems.isEmpty, "\(result.problems.joined(separator: "\n"))")
    #expect(result.cycles == Self.cuts)
    #expect(result.publishedCounters > 100)
  }
}
