import Devices
import Shopfloor
import Testing

@testable import Modbus

/// One-off requests on a board, without any link.
@Suite struct ErrandTests {
  private let points = [word("a", 0, interval: 1_000_000), word("b", 10, interval: 1_000_000)]

  private func write(
    _ type: PointType = .uint16, table: RegisterTable = .holding, address: Int = 20,
    function: WritePoint.Function = .single, minimum: Double? = 0, maximum: Double? = 100, isReadBack: Bool = true
  ) -> WritePoint {
    WritePoint(
      name: "setpoint", table: table, address: address, type: type, wordOrder: .abcd, minimum: minimum,
      maximum: maximum, function: function, isReadBack: isReadBack)
  }

  private func board() throws -> PollBoard {
    var board = try PollBoardTests.board(points: points)
    board.connected(now: at(0))
    return board
  }

  private func submit(
    _ board: inout PollBoard, _ point: WritePoint, _ value: Double, id: UInt64 = 1, at time: Int64 = 0
  ) {
    board.submit(
      Errand(id: id, attempted: "write", work: .write(WriteErrand(point: point, value: value))), index: 0, now: at(time)
    )
  }

  /// Answers what is asked, errands only; returns the requests.
  private func serve(
    _ board: inout PollBoard, at time: Int64 = 0, _ answer: (LinkRequest) -> TestAnswer
  ) -> [LinkRequest] {
    var asked: [LinkRequest] = []
    while let turn = board.nextTurn(now: at(time)) {
      asked.append(turn.request)
      switch answer(turn.request) {
      case .data(let data): board.complete(turn, data: data, now: at(time))
      case .other(let outcome): board.complete(turn, outcome, now: at(time))
      }
    }
    return asked
  }

  private enum TestAnswer {
    case data([UInt8])
    case other(PollBoard.Outcome)
  }

  private func outcome(_ board: inout PollBoard) throws -> ModbusWriteOutcome {
    let finished = board.takeFinishedErrands()
    guard finished.count == 1, case .written(let outcome) = finished[0].result else {
      throw ModbusErrandFault(code: "test", attempted: "find one outcome in \(finished)", nextStep: "")
    }
    return outcome
  }

  @Test func aWriteReadsWritesAndReadsBack() throws {
    var board = try board()
    submit(&board, write(), 42)
    var register: [UInt8] = [0, 7]
    let asked = serve(&board) { request in
      guard case .write = request else { return .data(register) }
      register = [0, 42]
      return .other(.written)
    }
    #expect(
      asked == [
        .read(ReadRequest(table: .holding, address: 20, count: 1)),
        .write(WriteRequest(address: 20, values: .register(42))),
        .read(ReadRequest(table: .holding, address: 20, count: 1)),
      ])
    let outcome = try outcome(&board)
    #expect(outcome.result == .confirmed && outcome.oldValue == 7 && outcome.readBackValue == 42)
    #expect(outcome.oldWords == [7] && outcome.writtenWords == [42] && outcome.readBackWords == [42])
  }

  @Test func aValueThatTheDeviceIgnoresIsAMismatch() throws {
    var board = try board()
    submit(&board, write(), 42)
    _ = serve(&board) { request in
      guard case .write = request else { return .data([0, 7]) }
      return .other(.written)
    }
    #expect(try outcome(&board).result == .mismatch)
  }

  @Test func oneBitIsChangedInTheWordThatStandsThere() throws {
    var board = try board()
    submit(&board, write(.bit(3), minimum: nil, maximum: nil), 1)
    var word: [UInt8] = [0xA5, 0x41]
    let asked = serve(&board) { request in
      guard case .write(let write) = request, case .register(let value) = write.values else { return .data(word) }
      // Another bit moves meanwhile: that is not our business.
      word = [UInt8(value >> 8), UInt8(value & 0xFF) ^ 0x80]
      return .other(.written)
    }
    #expect(asked[1] == .write(WriteRequest(address: 20, values: .register(0xA549))))
    #expect(try outcome(&board).result == .confirmed)
  }

  @Test func longValuesAndCoilsGoByTheFunctionOfTheirPoint() throws {
    let cases: [(WritePoint, Double, WriteRequest.Values)] = [
      (write(.float32), 21.5, .registers([0x41AC, 0])),
      (write(.uint16, function: .multiple), 5, .registers([5])),
      (write(.bool, table: .coil, minimum: nil, maximum: nil), 1, .coil(true)),
      (write(.bool, table: .coil, function: .multiple, minimum: nil, maximum: nil), 0, .coils([false])),
    ]
    for (point, value, expected) in cases {
      var board = try board()
      submit(&board, point, value)
      let asked = serve(&board) { request in
        guard case .read(let read) = request else { return .other(.written) }
        return .data([UInt8](repeating: 0, count: read.replyByteCount))
      }
      #expect(asked[1] == .write(WriteRequest(address: 20, values: expected)))
    }
  }

  @Test func aWriteIsNeverRepeatedAndItsSilenceIsUnknown() throws {
    for outcomes in [PollBoard.Outcome.timeout, .lost("reset"), .malformed("unit 9 answered"), .exception(0x0B)] {
      var board = try board()
      submit(&board, write(), 42)
      let asked = serve(&board) { request in
        guard case .write = request else { return .data([0, 7]) }
        return .other(outcomes)
      }
      #expect(asked.count == 2)
      guard case .unknown = try outcome(&board).result else {
        Issue.record("\(outcomes) was not unknown")
        continue
      }
    }
  }

  @Test func aRefusedWriteSaysSo() throws {
    var board = try board()
    submit(&board, write(), 42)
    _ = serve(&board) { request in
      guard case .write = request else { return .data([0, 7]) }
      return .other(.exception(3))
    }
    #expect(try outcome(&board).result == .refused(exception: 3))
  }

  @Test func nothingIsWrittenWhereTheOldValueCannotBeRead() throws {
    var board = try board()
    submit(&board, write(), 42)
    let asked = serve(&board) { _ in .other(.exception(2)) }
    #expect(asked.count == 1)
    guard case .denied(let reason) = try outcome(&board).result else {
      Issue.record("it was not denied")
      return
    }
    #expect(reason.contains("exception 2"))
  }

  @Test func whatCannotBeReadIsAcceptedByItsEcho() throws {
    var board = try board()
    submit(&board, write(isReadBack: false), 42)
    #expect(serve(&board) { _ in .other(.written) }.count == 1)
    let outcome = try outcome(&board)
    #expect(outcome.result == .accepted(unreadBecause: nil) && outcome.oldValue == nil)
  }

  @Test func theIntervalBetweenWritesIsKept() throws {
    var board = try board()
    for (time, isDenied) in [(0, false), (400_000, true), (1_000_000, false)] as [(Int64, Bool)] {
      submit(&board, write(), 42, at: time)
      _ = serve(&board, at: time) { request in
        guard case .write = request else { return .data([0, 42]) }
        return .other(.written)
      }
      let result = try outcome(&board).result
      if case .denied(let reason) = result {
        #expect(isDenied && reason.contains("wait 0.6 s"))
      } else {
        #expect(!isDenied && result == .confirmed)
      }
    }
  }

  @Test(
    arguments: [
      (42.0, false, "not allowed"), (101, true, "outside"), (.nan, true, "no number"), (0.5, true, "nearest"),
    ] as [(Double, Bool, String)])
  func whatMustNotBeWrittenIsDeniedInWords(value: Double, isAllowed: Bool, words: String) {
    let reason = WriteErrand.denial(point: write(), value: value, isAllowed: isAllowed, rules: RequestRules())
    #expect(reason?.contains(words) == true)
  }

  @Test func theDenyListOutranksEverything() {
    let rules = RequestRules(
      deniedRanges: [DeniedRange(range: AddressRange(table: .holding, addresses: 19..<22), reason: "zeroing")])
    let reason = WriteErrand.denial(point: write(), value: 1, isAllowed: true, rules: rules)
    #expect(reason?.contains("zeroing") == true)
    #expect(WriteErrand.denial(point: write(address: 22), value: 1, isAllowed: true, rules: rules) == nil)
  }

  @Test func nothingIsWrittenWhileTheSelfTestDoesNotHold() throws {
    var board = try PollBoardTests.board(
      points: points, selfTests: [SelfTest(point: "a", expectation: .number(1))])
    board.connected(now: at(0))
    submit(&board, write(), 42)
    guard case .denied(let reason) = try outcome(&board).result else {
      Issue.record("it was not denied")
      return
    }
    #expect(reason.contains("self-test"))
  }

  @Test func theQueueIsBoundedAndEveryErrandEndsOnce() throws {
    var board = try board()
    let plan = try ReadPlan.once(
      [points[0]], device: "d", profile: try testProfile(points), rules: RequestRules())
    for id in 1...20 {
      board.submit(
        Errand(id: UInt64(id), attempted: "read", work: .read(ReadErrand(points: [points[0]], plan: plan))), index: 0,
        now: at(0))
    }
    let refused = board.takeFinishedErrands()
    #expect(refused.map(\.id) == [17, 18, 19, 20])
    let asked = board.nextTurn(now: at(0))
    board.begin(now: at(Errand.patienceMicroseconds))
    let expired = board.takeFinishedErrands()
    #expect(expired.map(\.id) == Array(2...16))
    // What is on its way is not given up: its answer still counts.
    board.complete(try #require(asked), data: [0, 42], now: at(Errand.patienceMicroseconds))
    let last = board.takeFinishedErrands()
    #expect(last.map(\.id) == [1])
    guard case .values(let values) = last[0].result else { return }
    #expect(values.map(\.value) == [42] && values[0].words == [42] && values[0].point == "a")
  }

  @Test func aStopAnswersEveryErrand() throws {
    var board = try board()
    submit(&board, write(), 42)
    _ = board.nextTurn(now: at(0))
    board.stop(now: at(1))
    let finished = board.takeFinishedErrands()
    guard finished.count == 1, case .fault(let fault) = finished[0].result else {
      Issue.record("\(finished)")
      return
    }
    #expect(fault.code == "stopped")
  }
}
