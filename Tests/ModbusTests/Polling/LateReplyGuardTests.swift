import Devices
import Shopfloor
import Testing

@testable import Modbus

@Suite struct LateReplyGuardTests {
  private func read(_ count: Int, at address: Int = 0) -> LinkRequest {
    .read(ReadRequest(table: .holding, address: address, count: count))
  }

  private func input(_ count: Int, at address: Int = 0) -> LinkRequest {
    .read(ReadRequest(table: .input, address: address, count: count))
  }

  /// Asks what comes next and answers it with an exception.
  private func refuseProbe(_ late: inout LateReplyGuard, _ expected: LinkRequest) {
    #expect(late.probe(now: 1) == .ask(expected))
    late.refused(expected, now: 1)
  }

  @Test func anExceptionIsProofOnlyWhereNothingOfItsFunctionIsOwed() {
    var late = LateReplyGuard(rules: RequestRules())
    late.unanswered(read(2, at: 100), now: 0)
    refuseProbe(&late, read(1, at: 100))
    #expect(late.owesReply)
    refuseProbe(&late, input(1, at: 100))
    #expect(late.probe(now: 2) == .notNeeded)
    // A device that does not answer the other function at all is asked in its own again.
    late.unanswered(read(2, at: 100), now: 0)
    refuseProbe(&late, read(1, at: 100))
    late.unanswered(input(1, at: 100), now: 1)
    #expect(late.probe(now: 2) == .ask(read(3, at: 100)))
  }

  @Test func probesKeepToTheRulesOfTheDevice() {
    func allowed(_ table: RegisterTable, _ addresses: Range<Int>) -> AddressRange {
      AddressRange(table: table, addresses: addresses)
    }
    var late = LateReplyGuard(
      rules: RequestRules(maximumRegisters: 2, readableRanges: [allowed(.holding, 10..<12), allowed(.input, 40..<41)]))
    late.unanswered(read(1, at: 11), now: 0)
    #expect(late.probe(now: 0) == .ask(read(2, at: 10)))
    late.unanswered(read(2, at: 10), now: 0)
    #expect(late.probe(now: 0) == .ask(input(1, at: 40)))
    late.unanswered(input(1, at: 40), now: 0)
    #expect(late.probe(now: 0) == .wait)
    late = LateReplyGuard(
      rules: RequestRules(deniedRanges: [DeniedRange(range: allowed(.holding, 12..<20), reason: "clears a counter")]))
    late.unanswered(read(1, at: 11), now: 0)
    #expect(late.probe(now: 0) == .ask(input(1, at: 11)))
  }

  @Test func aProbeHasAnotherLengthThanEverythingThatIsOwed() {
    var late = LateReplyGuard(rules: RequestRules())
    #expect(late.probe(now: 0) == .notNeeded)
    late.unanswered(read(1, at: 100), now: 0)
    #expect(late.probe(now: 0) == .ask(read(2, at: 100)))
    late.unanswered(read(2, at: 100), now: 1)
    late.unanswered(read(3, at: 100), now: 2)
    #expect(late.probe(now: 2) == .ask(read(4, at: 100)))
    late.answered()
    #expect(late.probe(now: 3) == .notNeeded)
  }

  @Test func itKeepsToTheMultipleOfTheDeviceAndTheEndOfTheTable() {
    var late = LateReplyGuard(rules: RequestRules(registerMultiple: 2))
    late.unanswered(read(8, at: 65_535), now: 0)
    #expect(late.probe(now: 0) == .ask(read(2, at: 65_534)))
    var coils = LateReplyGuard(rules: RequestRules())
    coils.unanswered(.read(ReadRequest(table: .coil, address: 7, count: 3)), now: 0)
    #expect(coils.probe(now: 0) == .ask(.read(ReadRequest(table: .coil, address: 7, count: 16))))
  }

  @Test func whenEveryLengthIsOwedItWaitsAndThenForgets() {
    var late = LateReplyGuard(rules: RequestRules())
    for count in 1...4 {
      late.unanswered(read(count), now: 5)
      late.unanswered(input(count), now: 5)
    }
    #expect(late.probe(now: 6) == .wait)
    #expect(late.probe(now: 4 + LateReplyGuard.oblivionMicroseconds) == .wait)
    #expect(late.probe(now: 5 + LateReplyGuard.oblivionMicroseconds) == .notNeeded)
    #expect(!late.owesReply)
  }

  @Test(arguments: 0..<20)
  func noReplyIsEverTakenForAnother(seed: UInt64) throws {
    let good = try (0..<10).reduce(0) { try $0 + goodReadings(seed: seed * 10 + $1) }
    #expect(good > 100)
  }

  /// A serial device that answers in its own time, later than any silence, whatever the line does meanwhile: block `a`
  /// and block `b` have replies of one length, and none of them may be taken for the other.
  private func goodReadings(seed: UInt64) throws -> Int {
    var random = SeededGenerator(seed: seed)
    let points = [
      word("a", 0, interval: 100_000), word("next", 1, interval: 100_000), word("b", 10, interval: 100_000),
      word("c", 20, interval: 300_000),
    ]
    let plan = try testPlan(try testProfile(points), .tcp(host: "plc", port: 502))
    var board = PollBoard(
      address: "line",
      units: [try PolledUnit(plan: plan, points: try plan.mappedPoints(), start: 0, since: at(0).utc)],
      hasTransactionIDs: false, seed: seed)
    var device = SlowDevice()
    var good = 0
    var time: Int64 = 0
    while time < 120_000_000 {
      board.begin(now: at(time))
      guard let turn = board.nextTurn(now: at(time)) else {
        time = max(time + 1_000, board.nextWake(now: time))
        continue
      }
      // What has come in until now lies before the request and is thrown away.
      device.passed(until: time)
      let isSlow = Int.random(in: 0..<100, using: &random) < 30
      device.ask(
        turn.request, at: time, takes: isSlow ? .random(in: 200_000...4_000_000, using: &random) : 5_000,
        refuses: Int.random(in: 0..<100, using: &random) < 15)
      let deadline = time + turn.responseTimeoutMicroseconds
      guard let reply = device.reply(before: deadline) else {
        time = deadline
        board.complete(turn, .timeout, elapsed: turn.responseTimeoutMicroseconds, now: at(time))
        board.holdSilence(until: time + turn.responseTimeoutCapMicroseconds)
        continue
      }
      time = reply.at
      if reply.function == turn.request.functionCode | 0x80 {
        board.complete(turn, .exception(4), elapsed: 1_000, now: at(time))
      } else if reply.function == turn.request.functionCode, reply.bytes.count == turn.request.replyPDUBytes - 2 {
        board.complete(turn, data: reply.bytes, now: at(time))
      } else {
        board.complete(turn, .malformed("another function or length"), elapsed: 1_000, now: at(time))
        board.holdSilence(until: time + turn.responseTimeoutCapMicroseconds)
      }
      for reading in board.takeBatches().flatMap(\.readings) where reading.quality.isGood {
        // The device says the address it was asked for.
        #expect(reading.value == [0, 1, 10, 20][Int(reading.parameter.rawValue)])
        good += 1
      }
    }
    return good
  }
}

/// Works through its questions one after the other, each in its own time; every register holds its own address.
private struct SlowDevice {
  struct Reply {
    var at: Int64
    /// With the highest bit set in an exception.
    var function: UInt8
    var bytes: [UInt8]
  }

  private var replies: [Reply] = []
  private var freeAt: Int64 = 0

  mutating func ask(_ request: LinkRequest, at time: Int64, takes duration: Int64, refuses: Bool) {
    freeAt = max(freeAt, time) + duration
    let function = request.functionCode
    let data = request.addresses.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    replies.append(Reply(at: freeAt, function: refuses ? function | 0x80 : function, bytes: refuses ? [4] : data))
  }

  mutating func passed(until time: Int64) { replies.removeAll { $0.at <= time } }

  /// The first reply that comes before then, whatever it answers.
  mutating func reply(before time: Int64) -> Reply? {
    guard let first = replies.first, first.at < time else { return nil }
    return replies.removeFirst()
  }
}
