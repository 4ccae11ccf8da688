import Devices
import Shopfloor
import Testing

@testable import MQTT

@Suite struct DecodingLossesTests {
  @Test func nothingLostIsNothingSaid() throws {
    var bench = DecodingBench([try MessageMapping("t/+", [try MessagePoint("a", nil)])])
    for number in 0..<100 { _ = bench.take("1", topic: "t/\(number)") }
    #expect(bench.decoder.losses == DecodingLosses(topicsLookedUp: 100) && bench.decoder.losses.words.isEmpty)
  }

  @Test func whatBoundsTakeAwayIsInTheStatus() throws {
    var bench = DecodingBench([try MessageMapping("t/+", [try MessagePoint("a", nil)])])
    for number in 0...TopicRoutes.maximumTopics { _ = bench.take("1", topic: "t/\(number)") }
    let losses = bench.decoder.losses
    #expect(losses.topicsLookedUp == 10_001 && losses.unwatchedTopics == TopicThinner.maximumTopics / 4)
    let board = SessionBoard(since: DecodingBench.start)
    board.show(losses)
    let detail = board.status(of: DecodingBench.device).detail
    #expect(detail.contains("10001 topics were looked up and 10000 can be remembered"))
    #expect(detail.contains("the rates of 2500 topics were forgotten"))
    #expect(DecodingLosses(forgottenOverlays: 3).words.first?.hasPrefix("what 3 delta topics had said") == true)
  }
}
