import Devices
import Shopfloor
import Testing

@testable import Modbus

@Suite struct LinkMachineTests {
  private let everyTenth = [word("a", 0, interval: 100_000)]

  private func machine(
    units: [UInt8] = [1], points: [ProfilePoint]? = nil, framing: LinkMachine.Framing = .tcp,
    rules: (inout RequestRules) -> Void = { _ in }
  ) throws -> LinkMachine {
    let board = try PollBoardTests.board(units: units, points: points ?? everyTenth, rules: rules)
    return LinkMachine(board: board, framing: framing, seed: 1)
  }

  /// A machine that has just been connected, and what it sent.
  private func connected(
    units: [UInt8] = [1], points: [ProfilePoint]? = nil, framing: LinkMachine.Framing = .tcp,
    rules: (inout RequestRules) -> Void = { _ in }
  ) throws -> LinkMachine {
    var machine = try machine(units: units, points: points, framing: framing, rules: rules)
    machine.start(now: at(0))
    #expect(machine.takeActions() == LinkMachine.Actions(connect: 1))
    machine.handle(.connected(connection: 1), now: at(0))
    return machine
  }

  private func sent(_ machine: inout LinkMachine) throws -> [FrameBytes] {
    try FrameBytes.all(in: machine.takeActions().bytes)
  }

  private func reply(_ frame: FrameBytes, _ value: UInt8) -> [UInt8] {
    FrameBytes(transaction: frame.transaction, unit: frame.unit, pdu: [3, 2, 0, value]).bytes
  }

  private func values(_ machine: inout LinkMachine) -> [Double] {
    machine.board.takeBatches().flatMap(\.readings).filter(\.quality.isGood).map(\.value)
  }

  private func qualities(_ machine: inout LinkMachine) -> [Quality] {
    machine.board.takeBatches().flatMap(\.readings).map(\.quality)
  }

  @Test func anAnsweredRequestIsAReading() throws {
    var machine = try connected()
    let request = try #require(try sent(&machine).first)
    machine.receive(reply(request, 42), connection: 1, now: at(500))
    #expect(machine.takeActions() == LinkMachine.Actions())
    #expect(machine.state == .open && machine.inFlight.isEmpty)
    #expect(values(&machine) == [42])
    #expect(machine.nextWake(now: 500) == 100_000)
    machine.handle(.tick, now: at(100_000))
    let next = try sent(&machine).first
    #expect(next?.transaction == request.transaction &+ 1)
  }

  /// The process stood still: nobody looked at the clock, and the reply waited in the socket.
  @Test(arguments: [LinkMachine.Framing.tcp, .rtu])
  func aReplyThatLayUnreadForTooLongIsNoValue(framing: LinkMachine.Framing) throws {
    var machine = try connected(framing: framing) { $0.responseTimeoutMicroseconds = 400_000 }
    let bytes = machine.takeActions().bytes
    let answer =
      framing == .rtu ? rtuBytes(1, [3, 2, 0, 42]) : reply(try #require(try FrameBytes.all(in: bytes).first), 42)
    machine.receive(answer, connection: 1, now: at(2_000_000))
    #expect(qualities(&machine) == [.badTimeout])
    #expect(values(&machine) == [])
  }

  @Test func aReplyInAnyPiecesIsAReply() throws {
    for size in 1...11 {
      var machine = try connected()
      let request = try #require(try sent(&machine).first)
      var rest = reply(request, 42)[...]
      while !rest.isEmpty {
        machine.receive(Array(rest.prefix(size)), connection: 1, now: at(500))
        rest = rest.dropFirst(size)
      }
      #expect(values(&machine) == [42])
    }
  }

  @Test func aLateReplyIsDiscardedAndTheConnectionKept() throws {
    var machine = try connected()
    let late = try #require(try sent(&machine).first)
    #expect(machine.nextWake(now: 0) == 200_000)
    machine.handle(.tick, now: at(199_999))
    #expect(machine.inFlight.count == 1)
    machine.handle(.tick, now: at(200_000))
    #expect(qualities(&machine) == [.badTimeout])
    // The next slot was due meanwhile: a new request on the same connection.
    let actions = machine.takeActions()
    #expect(!actions.closes && actions.connect == nil)
    let next = try #require(try FrameBytes.all(in: actions.bytes).first)
    machine.receive(reply(late, 66), connection: 1, now: at(200_300))
    #expect(machine.board.takeBatches().isEmpty)
    #expect(machine.board.statuses().first?.counters.discardedReplies == 1)
    machine.receive(reply(next, 42), connection: 1, now: at(200_400))
    #expect(values(&machine) == [42])
  }

  @Test func aProcessThatHadNoTimeBlamesNoDevice() throws {
    var machine = try connected { $0.responseTimeoutMicroseconds = 1_000_000 }
    // A quick device is given 0.3 s.
    machine.receive(reply(try #require(try sent(&machine).first), 41), connection: 1, now: at(500))
    machine.handle(.tick, now: at(100_000))
    let request = try #require(try sent(&machine).first)
    // The tick comes 0.5 s late; the reply lies in the socket and is read right after it.
    machine.handle(.tick, now: at(900_000))
    #expect(machine.inFlight.count == 1)
    machine.receive(reply(request, 42), connection: 1, now: at(900_100))
    #expect(values(&machine) == [41, 42])
    // Once only: then it is the device that is late.
    let next = try #require(try sent(&machine).first)
    machine.handle(.tick, now: at(1_800_000))
    machine.handle(.tick, now: at(1_820_000))
    #expect(qualities(&machine) == [.badTimeout])
    #expect(machine.board.statuses().first?.counters.timeouts == 1)
    machine.receive(reply(next, 66), connection: 1, now: at(1_820_100))
    #expect(values(&machine).isEmpty)
  }

  @Test func aConnectionThatAnswersNothingIsOpenedAnew() throws {
    for (units, timeouts) in [([1], 2), ([1, 2, 3], 3)] as [([UInt8], Int)] {
      var machine = try connected(units: units)
      var seen = 0
      var old: [FrameBytes] = try sent(&machine)
      while machine.connection == 1 {
        machine.handle(.tick, now: at(machine.nextWake(now: 0)))
        seen = Int(machine.board.statuses().reduce(0) { $0 + $1.counters.timeouts })
        let actions = machine.takeActions()
        old += try FrameBytes.all(in: actions.bytes)
        #expect(actions.closes == (actions.connect != nil))
      }
      #expect(seen == timeouts)
      // Even where an old reply came through the new connection, its transaction id is nobody's.
      machine.handle(.connected(connection: 2), now: at(5_000_000))
      _ = machine.board.takeBatches()
      for frame in old { machine.receive(reply(frame, 66), connection: 2, now: at(5_000_100)) }
      #expect(values(&machine).isEmpty)
    }
  }

  @Test func oneDeadUnitCostsTheOthersNeitherConnectionNorMuchTime() throws {
    var machine = try connected(units: [1, 2, 3])
    var now: Int64 = 0
    var lost: Int64 = 0
    while now < 60_000_000 {
      for frame in try sent(&machine) where frame.unit != 1 {
        machine.receive(reply(frame, 42), connection: 1, now: at(now + 1_000))
      }
      guard machine.actions.bytes.isEmpty else { continue }
      let wake = machine.nextWake(now: now)
      if !machine.inFlight.isEmpty, now > 5_000_000 { lost += wake - now }
      now = max(now + 1, wake)
      machine.handle(.tick, now: at(now))
    }
    #expect(machine.connection == 1)
    #expect(lost < 60_000_000 / UnitHealth.shareOfFailing + 1_000_000)
    let batches = machine.board.takeBatches()
    #expect(batches.filter { $0.device != "sealer-1" }.flatMap(\.readings).allSatisfy { $0.quality.isGood })
    #expect(batches.filter { $0.device == "sealer-1" }.flatMap(\.readings).allSatisfy { $0.quality == .badTimeout })
    #expect(machine.board.statuses().map(\.state) == [.offline, .online, .online])
  }

  @Test func repliesOfAPipelineMayComeInAnyOrder() throws {
    let points = (0..<8).map { word("p\($0)", $0 * 10, interval: 100_000) }
    for seed in 0..<50 {
      var generator = SeededGenerator(seed: UInt64(seed))
      var machine = try connected(points: points) { $0.pipelineDepth = 4 }
      var waiting = try sent(&machine)
      #expect(waiting.count == 4)
      var got: [ReadingBatch] = []
      while let frame = waiting.randomElement(using: &generator) {
        waiting.removeAll { $0 == frame }
        // The value is the address that was asked for.
        machine.receive(reply(frame, frame.pdu[2]), connection: 1, now: at(1_000))
        got += machine.board.takeBatches()
        waiting += try sent(&machine)
        #expect(waiting.count <= 4)
      }
      let readings = got.flatMap(\.readings).sorted { $0.parameter < $1.parameter }
      #expect(got.count == 1 && readings.map(\.value) == (0..<8).map { Double($0 * 10) })
    }
  }

  /// Place and value of the byte that is wrong.
  @Test(arguments: [("unit", 6, 9), ("function", 7, 4), ("byte count", 8, 4), ("protocol", 3, 9), ("length", 5, 0)])
  func aReplyThatCannotBeClosesTheConnection(name: String, place: Int, value: UInt8) throws {
    var machine = try connected()
    var bytes = reply(try #require(try sent(&machine).first), 66)
    bytes[place] = value
    machine.receive(bytes, connection: 1, now: at(100))
    let actions = machine.takeActions()
    #expect(actions.closes && actions.bytes.isEmpty)
    #expect(qualities(&machine) == [.badMalformedReply])
    machine.receive(reply(FrameBytes(transaction: 0, unit: 1, pdu: []), 66), connection: 1, now: at(101))
    #expect(values(&machine).isEmpty)
  }

  @Test func rtuOverTCPTakesOneReplyAtATimeAndReopensAfterATimeout() throws {
    var machine = try connected(framing: .rtu) { $0.pipelineDepth = 4 }
    #expect(machine.takeActions().bytes == rtuBytes(1, [3, 0, 0, 0, 1]))
    let whole = rtuBytes(1, [3, 2, 0, 42])
    for byte in whole { machine.receive([byte], connection: 1, now: at(300)) }
    #expect(values(&machine) == [42])
    machine.handle(.tick, now: at(100_000))
    _ = machine.takeActions()
    machine.handle(.tick, now: at(300_000))
    #expect(qualities(&machine) == [.badTimeout])
    #expect(machine.takeActions() == LinkMachine.Actions(closes: true, connect: 2))
    machine.receive(rtuBytes(1, [3, 2, 0, 66]), connection: 1, now: at(300_001))
    machine.handle(.connected(connection: 2), now: at(300_500))
    // The line behind the gateway may still bring the late reply: silence for the longest time that one may take.
    #expect(machine.takeActions().bytes.isEmpty)
    machine.receive(rtuBytes(1, [3, 2, 0, 66]), connection: 2, now: at(310_000))
    #expect(machine.board.takeBatches().isEmpty)
    #expect(machine.nextWake(now: 310_000) >= 500_000)
    machine.handle(.tick, now: at(510_000))
    #expect(machine.takeActions().bytes == rtuBytes(1, [3, 0, 0, 0, 1]))
    machine.receive(whole, connection: 2, now: at(511_000))
    #expect(values(&machine) == [42])
  }

  @Test(arguments: [[1, 3, 2, 0, 66, 0, 0], [2], [1, 4], [9, 9, 9]] as [[UInt8]])
  func garbageOnRTUOverTCPClosesTheConnection(bytes: [UInt8]) throws {
    var machine = try connected(framing: .rtu)
    machine.receive(bytes, connection: 1, now: at(100))
    #expect(machine.takeActions().closes)
    #expect(qualities(&machine) == [.badMalformedReply])
  }

  @Test func aLostRTUConnectionKeepsSilenceForTheReplyThatMayStillCome() throws {
    var machine = try connected(framing: .rtu)
    machine.receive(rtuBytes(1, [3, 2, 0, 42]), connection: 1, now: at(300))
    machine.handle(.tick, now: at(100_000))
    _ = machine.takeActions()
    machine.handle(.closed(connection: 1, reason: "reset"), now: at(101_000))
    _ = machine.takeActions()
    machine.handle(.connected(connection: 2), now: at(200_000))
    #expect(machine.takeActions().bytes.isEmpty)
    machine.handle(.tick, now: at(301_000))
    #expect(machine.takeActions().bytes == rtuBytes(1, [3, 0, 0, 0, 1]))
  }

  @Test func onlyTheRequestThatBrokeTheRulesIsBlamed() throws {
    let points = (0..<3).map { word("p\($0)", $0 * 10, interval: 100_000) }
    var machine = try connected(units: [1, 2, 3], points: points) { $0.pipelineDepth = 3 }
    var bytes = reply(try #require(try sent(&machine).first), 66)
    bytes[7] = 4
    machine.receive(bytes, connection: 1, now: at(100))
    #expect(machine.board.units.map(\.health.failures) == [1, 0, 0])
    // A peer that closes says nothing about whom it meant.
    machine = try connected(units: [1, 2, 3], points: points) { $0.pipelineDepth = 3 }
    machine.handle(.closed(connection: 1, reason: "reset"), now: at(100))
    #expect(machine.board.units.map(\.health.failures) == [1, 1, 1])
  }

  @Test func theConnectionIsClosedAfterEveryPollWhereTheDeviceWantsIt() throws {
    var machine = try machine { rules in
      rules.closesAfterPoll = true
      rules.pauseAfterConnectMicroseconds = 5_000
    }
    machine.start(now: at(0))
    for slot in 0..<5 {
      let now = Int64(slot) * 100_000
      machine.handle(.tick, now: at(now))
      let connection = try #require(machine.takeActions().connect)
      machine.handle(.connected(connection: connection), now: at(now + 1_000))
      #expect(machine.takeActions().bytes.isEmpty)
      #expect(machine.nextWake(now: now + 1_000) == now + 6_000)
      machine.handle(.tick, now: at(now + 6_000))
      let request = try #require(try sent(&machine).first)
      machine.receive(reply(request, 42), connection: connection, now: at(now + 7_000))
      #expect(machine.takeActions() == LinkMachine.Actions(closes: true))
      #expect(machine.state == .parked && machine.nextWake(now: now + 7_000) == now + 100_000)
      #expect(values(&machine) == [42])
    }
    #expect(machine.board.statuses().first?.counters.reconnects == 0)
  }

  @Test func aFailedConnectionBacksOffLongerAndLonger() throws {
    var machine = try machine()
    machine.start(now: at(0))
    var now: Int64 = 0
    var waits: [Int64] = []
    for attempt in 1...8 {
      machine.handle(.connectFailed(connection: machine.connection, reason: "refused"), now: at(now))
      guard case .backingOff(let until) = machine.state else {
        Issue.record("not backing off after attempt \(attempt)")
        return
      }
      _ = machine.takeActions()
      waits.append(until - now)
      now = until
      machine.handle(.tick, now: at(now))
      #expect(machine.takeActions().connect == machine.connection)
    }
    #expect((125_000...250_000).contains(waits[0]))
    #expect((5_000_000...10_000_000).contains(waits[7]))
    #expect(machine.board.takeBatches().flatMap(\.readings).allSatisfy { $0.quality == .badNotConnected })
    #expect(machine.board.statuses().first?.detail.contains("refused") == true)
  }

  @Test func aConnectionThatHangsIsRecordedFromTheFirstSlotOn() throws {
    var machine = try machine()
    machine.start(now: at(0))
    machine.handle(.tick, now: at(999_999))
    #expect(machine.board.takeBatches().isEmpty)
    machine.handle(.tick, now: at(1_000_000))
    let readings = machine.board.takeBatches().first?.readings
    #expect(readings?.map(\.quality) == [.badNotConnected])
  }

  @Test func aFloodOfStrangeRepliesEndsTheConnection() throws {
    var machine = try connected()
    let request = try #require(try sent(&machine).first)
    for number in 1...100 where machine.connection == 1 {
      let strange = FrameBytes(transaction: request.transaction &+ UInt16(number), unit: 1, pdu: [3, 2, 0, 66])
      machine.receive(strange.bytes, connection: 1, now: at(Int64(number)))
    }
    #expect(machine.takeActions().closes)
    #expect(qualities(&machine) == [.badMalformedReply])
  }

  @Test func afterAStopNothingHappens() throws {
    var machine = try connected()
    machine.stop(now: at(1))
    #expect(machine.takeActions() == LinkMachine.Actions(closes: true))
    machine.handle(.connected(connection: 1), now: at(1))
    machine.handle(.tick, now: at(1_000_000))
    #expect(machine.takeActions() == LinkMachine.Actions())
    #expect(machine.nextWake(now: 1) == .max)
  }
}
