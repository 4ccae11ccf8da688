import Devices
import Shopfloor
import Testing

@testable import Modbus

/// How a unit is judged, what it is spared, and what is recorded while it does not answer.
@Suite struct SupervisionTests {
  private let everyTenth = [word("a", 0, interval: 100_000)]

  private func turn(_ board: inout PollBoard, _ time: Int64) throws -> PollBoard.Turn {
    board.begin(now: at(time))
    let turn = board.nextTurn(now: at(time))
    return try #require(turn)
  }

  private func readings(_ board: inout PollBoard) -> [Reading] { board.takeBatches().flatMap(\.readings) }

  @Test func aBusyDeviceIsAskedAgainInTheSamePoll() throws {
    var board = try PollBoardTests.board(points: [word("a", 0, interval: 1_000_000)])
    board.complete(try turn(&board, 0), .exception(6), now: at(5_000))
    #expect(board.takeBatches().isEmpty)
    #expect(board.nextWake(now: 5_000) == 105_000)
    board.complete(try turn(&board, 105_000), .exception(5), now: at(106_000))
    board.complete(try turn(&board, 206_000), data: [0, 42], now: at(207_000))
    #expect(readings(&board).map(\.value) == [42])
    #expect(board.statuses().first?.state == .online)
  }

  @Test func aDeviceThatStaysBusyIsRecordedSoAndKeepsItsLink() throws {
    var board = try PollBoardTests.board(points: [word("a", 0, interval: 1_000_000)])
    for attempt in 0...Poll.maximumBusyRetries {
      let now = Int64(attempt) * 110_000
      board.complete(try turn(&board, now), .exception(6), now: at(now))
    }
    let bad = readings(&board)
    #expect(bad.map(\.quality) == [.badDeviceException] && bad.map(\.detail) == [6])
    #expect(board.statuses().first?.state == .degraded)
    #expect(board.units[0].health.failures == 0)
  }

  @Test func aGatewaysExceptionRestsTheUnitOnly() throws {
    var board = try PollBoardTests.board(units: [1, 2], points: everyTenth)
    var asked: [UInt8: Int] = [:]
    for slot in 0..<300 {
      let now = Int64(slot) * 100_000
      board.begin(now: at(now))
      while let turn = board.nextTurn(now: at(now)) {
        asked[turn.unit, default: 0] += 1
        if turn.unit == 1 {
          board.complete(turn, .exception(0x0B), now: at(now))
        } else {
          board.complete(turn, data: [0, 42], now: at(now))
        }
      }
    }
    #expect(asked[2] == 300)
    #expect((3...20).contains(asked[1] ?? 0))
    #expect(board.statuses().map(\.state) == [.offline, .online])
    #expect(board.statuses()[0].detail.contains("gateway"))
  }

  /// The first bad reading has the time of the first slot that brought nothing, the first good one its own.
  @Test func anOutageHasItsExactExtent() throws {
    var board = try PollBoardTests.board(points: everyTenth)
    var now: Int64 = 0
    var all: [Reading] = []
    while now < 60_000_000 {
      board.begin(now: at(now))
      if let turn = board.nextTurn(now: at(now)) {
        // Away from 7.0 s to 21.0 s.
        if (7_000_000..<21_000_000).contains(now) {
          now += turn.responseTimeoutMicroseconds
          board.complete(turn, .timeout, elapsed: turn.responseTimeoutMicroseconds, now: at(now))
        } else {
          now += 3_000
          board.complete(turn, data: [0, 42], now: at(now))
        }
      }
      all += readings(&board)
      now = max(now + 1, board.nextWake(now: now))
    }
    let first = try #require(all.firstIndex { !$0.quality.isGood })
    let last = try #require(all.lastIndex { !$0.quality.isGood })
    #expect(all[first].time == at(7_000_000).utc)
    #expect(all[first - 1].time == at(6_903_000).utc && all[first - 1].quality.isGood)
    #expect(all[first...last].allSatisfy { $0.quality == .badTimeout })
    #expect(all[(last + 1)...].allSatisfy { $0.quality.isGood })
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.time <= $1.time })
    // At most one bad batch a second, and none of the silence is long without one.
    #expect((12...40).contains(last - first + 1))
  }

  @Test func whatAnInterruptedConnectionTookWithItIsNotTheUnitsFault() throws {
    var board = try PollBoardTests.board(points: everyTenth)
    for slot in 0..<5 {
      let now = Int64(slot) * 100_000
      board.complete(try turn(&board, now), .interrupted("reset"), now: at(now))
    }
    #expect(board.units[0].health.failures == 0)
    #expect(readings(&board).allSatisfy { $0.quality == .badNotConnected })
  }

  @Test func whereAllUnitsFailNoneRestsForTheOthers() throws {
    var board = try PollBoardTests.board(units: [1, 2, 3], points: everyTenth)
    for slot in 0..<2 {
      let now = Int64(slot) * 100_000
      board.begin(now: at(now))
      while let turn = board.nextTurn(now: at(now)) {
        board.complete(turn, .timeout, elapsed: 30_000_000, now: at(now))
      }
    }
    // The last to fail found all others failing: it rests no longer than its first backoff.
    #expect(board.units[2].health.restsUntil <= 100_000 + 500_000)
  }

  @Test func slotsMissedWhileAnotherUnitFailsAreNoOverload() throws {
    var board = try PollBoardTests.board(units: [1, 2], points: everyTenth)
    var now: Int64 = 0
    while now < 60_000_000 {
      board.begin(now: at(now))
      if let turn = board.nextTurn(now: at(now)) {
        now += turn.unit == 1 ? 1_000_000 : 1_000
        if turn.unit == 1 {
          board.complete(turn, .timeout, elapsed: 1_000_000, now: at(now))
        } else {
          board.complete(turn, data: [0, 1], now: at(now))
        }
      }
      now = max(now + 1, board.nextWake(now: now))
    }
    #expect(board.overload.thinning == 1)
  }

  @Test func aUnitThatFailedIsAskedOneQuestionAtATime() throws {
    let points = (0..<4).map { word("p\($0)", $0 * 10, interval: 100_000) }
    var board = try PollBoardTests.board(points: points) { $0.pipelineDepth = 4 }
    let all = [try turn(&board, 0)] + (0..<3).compactMap { _ in board.nextTurn(now: at(0)) }
    #expect(all.count == 4)
    for turn in all { board.complete(turn, .timeout, now: at(200_000)) }
    var now: Int64 = 5_000_000
    let probe = try turn(&board, now)
    #expect(board.nextTurn(now: at(now)) == nil)
    board.complete(probe, data: [0, 1], now: at(now))
    now += 1
    #expect(board.nextTurn(now: at(now)) != nil && board.nextTurn(now: at(now)) != nil)
  }

  @Test func latenessIsCountedForEveryGroup() throws {
    var board = try PollBoardTests.board(
      points: [word("fast", 0, interval: 100_000), word("slow", 10, interval: 1_000_000)])
    for slot in 0..<50 {
      var now = Int64(slot) * 100_000
      board.begin(now: at(now))
      while let turn = board.nextTurn(now: at(now)) {
        now += 4_000
        board.complete(turn, data: [0, 1], now: at(now))
      }
    }
    let groups = try #require(board.statuses().first?.groups)
    #expect(groups.map(\.intervalMicroseconds) == [100_000, 1_000_000])
    #expect(groups.map(\.polls) == [50, 5] && groups.map(\.thinning) == [1, 1])
    #expect((4_000...4_500).contains(groups[0].latenessMedianMicroseconds))
    #expect((8_000...9_000).contains(groups[1].latenessMedianMicroseconds))
    #expect(groups[0].latenessMaximumMicroseconds == 8_000)
  }

  @Test func anOverloadedLineThinsAllItsUnitsAlikeAndSaysSo() throws {
    var board = try PollBoardTests.board(units: [1, 2, 3], points: [word("a", 0, interval: 10_000)])
    var now: Int64 = 0
    var times: [UInt8: [Int64]] = [:]
    while now < 60_000_000 {
      board.begin(now: at(now))
      if let turn = board.nextTurn(now: at(now)) {
        now += 8_000
        board.complete(turn, data: [0, 1], now: at(now))
        if now > 30_000_000 { times[turn.unit, default: []].append(now) }
      }
      now = max(now, board.nextWake(now: now))
    }
    let counts = [1, 2, 3].map { times[$0]?.count ?? 0 }
    #expect(Set(counts).count <= 2 && (counts.max() ?? 0) - (counts.min() ?? 0) <= 1 && counts[0] > 500)
    let status = try #require(board.statuses().first)
    #expect(status.detail.contains("overloaded") && status.state == .online)
    #expect((3...4).contains(status.groups[0].thinning) && status.counters.skippedSlots > 1_000)
  }

  /// What 247 units on one line cost per event, as a multiple of what one costs: nothing is searched.
  @Test func manyUnitsCostNoMoreThanFewPerRequest() throws {
    func seconds(units: Int) throws -> Double {
      let points = [word("a", 0, interval: 1_000_000)]
      let ids = (1...units).map { UInt8($0) }
      var board = try PollBoardTests.board(units: ids, points: points)
      let clock = ContinuousClock()
      var requests = 0
      let start = clock.now
      var now: Int64 = 0
      while requests < 10_000 {
        board.begin(now: at(now))
        if let turn = board.nextTurn(now: at(now)) {
          board.complete(turn, data: [0, 1], now: at(now))
          requests += 1
        } else {
          now = board.nextWake(now: now)
        }
        if requests % 64 == 0 { _ = board.takeBatches() }
      }
      let spent = clock.now - start
      return Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
    }
    let few = try seconds(units: 2)
    let many = try seconds(units: 247)
    // Generous: a search through all units would make it a hundred times.
    #expect(many < few * 10 + 0.1)
  }
}
