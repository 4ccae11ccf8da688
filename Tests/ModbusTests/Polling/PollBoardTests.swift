import Devices
import Shopfloor
import Testing

@testable import Modbus

func at(_ microseconds: Int64) -> ClockReading {
  ClockReading(utc: Timestamp(microseconds: 1_000_000_000 + microseconds), monotonicMicroseconds: microseconds)
}

@Suite struct PollBoardTests {
  /// A board of units that are all due at 0 and every 100 ms.
  static func board(
    units: [UInt8] = [1], points: [ProfilePoint], rules: (inout RequestRules) -> Void = { _ in },
    selfTests: [SelfTest] = []
  ) throws -> PollBoard {
    var profile = try testProfile(points)
    rules(&profile.requests)
    profile.selfTests = selfTests
    let polled = try units.map { unit in
      let plan = try testPlan(
        profile, .tcp(host: "plc", port: 502), device: "sealer-\(unit)", unit: unit,
        firstIndex: UInt32(unit - 1) * 100)
      return try PolledUnit(plan: plan, points: try plan.mappedPoints(), start: 0, since: at(0).utc)
    }
    return PollBoard(address: "plc:502", units: polled, seed: 1)
  }

  private let two = [word("a", 0, interval: 100_000), word("b", 10, interval: 100_000)]

  private func turn(_ board: inout PollBoard, _ time: Int64) throws -> PollBoard.Turn {
    let turn = board.nextTurn(now: at(time))
    return try #require(turn)
  }

  private func qualities(_ batch: ReadingBatch?) -> [Quality] { batch?.readings.map(\.quality) ?? [] }

  @Test func aPollIsOneBatchWithTheTimeOfEachReply() throws {
    var board = try Self.board(points: two)
    board.begin(now: at(0))
    let first = try turn(&board, 0)
    #expect(first.request == .read(ReadRequest(table: .holding, address: 0, count: 1)))
    board.complete(first, data: [0, 42], now: at(5_000))
    #expect(board.takeBatches().isEmpty)
    let second = try turn(&board, 5_000)
    board.complete(second, data: [0, 43], now: at(9_000))
    let batches = board.takeBatches()
    #expect(batches.count == 1)
    #expect(batches.first?.readings.map(\.value) == [42, 43])
    #expect(batches.first?.readings.map(\.time) == [at(5_000).utc, at(9_000).utc])
    #expect(batches.first?.receivedAt == at(9_000).utc)
    #expect(batches.first?.monotonicMicroseconds == 9_000)
    #expect(board.nextTurn(now: at(9_000)) == nil)
    #expect(board.nextWake(now: 9_000) == 100_000)
    #expect(board.statuses().first?.state == .online)
  }

  @Test func aRefusedBlockIsBadAndTheOthersFlow() throws {
    var board = try Self.board(points: two)
    board.begin(now: at(0))
    board.complete(try turn(&board, 0), .exception(2), now: at(1))
    board.complete(try turn(&board, 1), data: [0, 43], now: at(2))
    let batch = board.takeBatches().first
    #expect(qualities(batch) == [.badDeviceException, .good])
    #expect(batch?.readings.first?.detail == 2)
    #expect(board.statuses().first?.state == .degraded)
    #expect(board.statuses().first?.counters.exceptions == 1)
  }

  @Test func whatWasReadBeforeATimeoutIsKept() throws {
    var board = try Self.board(points: two)
    board.begin(now: at(0))
    board.complete(try turn(&board, 0), data: [0, 42], now: at(1))
    board.complete(try turn(&board, 1), .timeout, now: at(2))
    #expect(qualities(board.takeBatches().first) == [.good, .badTimeout])
  }

  @Test func aGatewaysExceptionEndsThePollOfThatUnitOnly() throws {
    var board = try Self.board(units: [1, 2], points: two)
    board.begin(now: at(0))
    let first = try turn(&board, 0)
    board.complete(first, .exception(0x0B), now: at(1))
    let batch = board.takeBatches().first
    #expect(qualities(batch) == [.badDeviceException, .badDeviceException])
    #expect(batch?.readings.map(\.detail) == [0x0B, 0x0B])
    #expect(board.nextTurn(now: at(1))?.unit == 2)
  }

  @Test func unitsTakeTurnsRequestByRequest() throws {
    var board = try Self.board(units: [1, 2, 3], points: two)
    board.begin(now: at(0))
    var order: [UInt8] = []
    while let turn = board.nextTurn(now: at(0)) {
      order.append(turn.unit)
      board.complete(turn, data: [0, 0], now: at(0))
    }
    #expect(order == [1, 2, 3, 1, 2, 3])
  }

  @Test func aSilentUnitRestsIsProbedAndSpeaksAtMostOnceASecond() throws {
    var board = try Self.board(units: [1, 2], points: [word("a", 0, interval: 100_000)])
    var asked: [UInt8: Int] = [:]
    var bad = 0
    var good = 0
    for slot in 0..<600 {
      let now = at(Int64(slot) * 100_000)
      board.begin(now: now)
      while let turn = board.nextTurn(now: now) {
        asked[turn.unit, default: 0] += 1
        if turn.unit == 1 {
          board.complete(turn, .timeout, now: now)
        } else {
          board.complete(turn, data: [0, 1], now: now)
        }
      }
      for batch in board.takeBatches() {
        if batch.device == "sealer-1" {
          bad += 1
          #expect(batch.readings.map(\.quality) == [.badTimeout])
        } else {
          good += 1
        }
      }
    }
    #expect(good == 600)
    #expect(asked[2] == 600)
    // Rests of 0.5 s doubling to 10 s, shortened by up to half, fit 6 to 30 times into a minute.
    #expect((6...30).contains(asked[1] ?? 0))
    #expect((55...90).contains(bad))
    #expect(board.statuses().first?.state == .offline)
  }

  @Test func aUnitThatAnswersAgainIsPolledAtOnce() throws {
    var board = try Self.board(points: [word("a", 0, interval: 100_000)])
    var now: Int64 = 0
    for _ in 0..<20 {
      board.begin(now: at(now))
      if let turn = board.nextTurn(now: at(now)) { board.complete(turn, .timeout, now: at(now)) }
      now += 100_000
    }
    now += 20_000_000
    board.begin(now: at(now))
    board.complete(try turn(&board, now), data: [0, 1], now: at(now))
    #expect(board.takeBatches().last?.readings.first?.quality == .good)
    now += 100_000
    board.begin(now: at(now))
    #expect(board.nextTurn(now: at(now)) != nil)
  }

  @Test func refusalsSpeakForSlowPointsToo() throws {
    var board = try Self.board(points: [word("fast", 0, interval: 100_000), word("slow", 10, interval: 700_000)])
    var refused: [UInt32: Int] = [:]
    for slot in 0..<100 {
      board.notConnected("refused", now: at(Int64(slot) * 100_000 + 7))
      for reading in board.takeBatches().flatMap(\.readings) {
        #expect(reading.quality == .badNotConnected)
        refused[reading.parameter.rawValue, default: 0] += 1
      }
    }
    #expect((9...11).contains(refused[0] ?? 0))
    #expect((9...11).contains(refused[1] ?? 0))
  }

  @Test func thePauseOfTheProfileIsKept() throws {
    var profile = try testProfile(two)
    profile.requests.pauseMicroseconds = 20_000
    let plan = try testPlan(profile, .tcp(host: "plc", port: 502))
    var board = PollBoard(
      address: "plc:502",
      units: [try PolledUnit(plan: plan, points: try plan.mappedPoints(), start: 0, since: at(0).utc)], seed: 1)
    board.begin(now: at(0))
    board.complete(try turn(&board, 0), data: [0, 1], now: at(1_000))
    #expect(board.nextTurn(now: at(20_999)) == nil)
    #expect(board.nextWake(now: 1_000) == 21_000)
    #expect(board.nextTurn(now: at(21_000)) != nil)
  }

  @Test func onePointMayFeedSeveralParameters() throws {
    let profile = try testProfile([word("a", 0)])
    var plan = try testPlan(profile, .tcp(host: "plc", port: 502))
    plan.parameters = [("a", ParameterIndex(3)), ("a", ParameterIndex(9))]
    #expect(try plan.mappedPoints().map(\.parameters) == [[ParameterIndex(3), ParameterIndex(9)]])
    plan.parameters = [("b", ParameterIndex(3))]
    #expect(throws: ModbusSetupFault.self) { try plan.mappedPoints() }
  }
}
