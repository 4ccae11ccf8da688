import Console
import Shopfloor
import Testing

@testable import lotwire

@Suite("Feedback at the end of the daemon")
struct FeedbackBoardTests {
  @Test("what waits when the news are over is told before the streams end")
  func drains() async throws {
    let board = FeedbackBoard(startedAt: Timestamp(microseconds: 5_000))
    board.putInForce(["seal"])
    let watcher = try board.hub.subscribe(to: "seal").get()
    let refusal = Refusal(.recorderBusy, read: "x", why: Words("w", "w"), remedy: Words("r", "r"))
    for number in 0..<50 {
      board.tell(
        .answered(
          ScannedLabel(text: "L-\(number)"), "seal", .refused(refusal),
          at: Timestamp(microseconds: Int64(number))))
    }
    board.close()
    // Too late: the recorder's answers come before the end.
    board.tell(.stations(["seal"]))
    await board.run { item, known in
      await Task.yield()
      var writer = known
      return (writer.feedback(on: item, Floor(), at: Timestamp(microseconds: 1)), writer)
    }
    var times: [Int64] = []
    for await case .feedback(let feedback) in watcher.items { times.append(feedback.at.microseconds) }
    #expect(times == [1] + (0..<50).map { Int64($0) })
  }
}
