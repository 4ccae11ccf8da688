import Devices
import Testing

@testable import Modbus

@Suite struct TCPLinkMachineTests {
  private func connected() throws -> TCPLinkMachine {
    var machine = TCPLinkMachine(
      board: try PollBoardTests.board(points: [word("a", 0, interval: 100_000)]), seed: 1)
    #expect(machine.start(now: at(0)) == [.connect(connection: 1)])
    return machine
  }

  /// The request that the actions send, as a frame.
  private func sent(_ actions: [TCPLinkMachine.Action]) throws -> TCPFrame {
    var decoder = TCPFrameDecoder()
    for case .send(let bytes) in actions { decoder.append(bytes) }
    return try #require(try decoder.next())
  }

  private func reply(_ frame: TCPFrame, _ value: UInt8) -> [UInt8] {
    TCPFrame(transaction: frame.transaction, unit: frame.unit, pdu: [3, 2, 0, value]).bytes
  }

  @Test func anAnsweredRequestIsAReading() throws {
    var machine = try connected()
    let request = try sent(machine.handle(.connected(connection: 1), now: at(0)))
    #expect(machine.handle(.received(connection: 1, bytes: reply(request, 42)), now: at(500)) == [])
    #expect(machine.state == .idle)
    #expect(machine.board.takeBatches().first?.readings.first?.value == 42)
    #expect(machine.nextWake(now: 500) == 100_000)
    let next = try sent(machine.handle(.tick, now: at(100_000)))
    #expect(next.transaction == request.transaction &+ 1)
  }

  @Test func aTimeoutMeansANewConnectionAndALateReplyIsNothing() throws {
    var machine = try connected()
    let request = try sent(machine.handle(.connected(connection: 1), now: at(0)))
    #expect(machine.nextWake(now: 0) == 200_000)
    #expect(machine.handle(.tick, now: at(199_999)) == [])
    #expect(machine.handle(.tick, now: at(200_000)) == [.close, .connect(connection: 2)])
    #expect(machine.board.takeBatches().first?.readings.first?.quality == .badTimeout)
    #expect(machine.handle(.received(connection: 1, bytes: reply(request, 66)), now: at(200_100)) == [])
    let again = try sent(machine.handle(.connected(connection: 2), now: at(200_200)))
    // Even where the old reply came through the new connection, its transaction id is nobody's.
    #expect(machine.handle(.received(connection: 2, bytes: reply(request, 66)), now: at(200_300)) == [])
    #expect(machine.board.takeBatches().isEmpty)
    #expect(machine.board.statuses().first?.detail.contains("late replies discarded: 1") == true)
    _ = machine.handle(.received(connection: 2, bytes: reply(again, 42)), now: at(200_400))
    #expect(machine.board.takeBatches().first?.readings.first?.value == 42)
  }

  @Test func aFailedConnectionBacksOffLongerAndLonger() throws {
    var machine = try connected()
    var now: Int64 = 0
    var waits: [Int64] = []
    for attempt in 1...8 {
      #expect(
        machine.handle(.connectFailed(connection: machine.connection, reason: "refused"), now: at(now)) == [])
      guard case .backingOff(let until) = machine.state else {
        Issue.record("not backing off after attempt \(attempt)")
        return
      }
      waits.append(until - now)
      now = until
      #expect(machine.handle(.tick, now: at(now)) == [.connect(connection: machine.connection)])
    }
    #expect((125_000...250_000).contains(waits[0]))
    #expect((5_000_000...10_000_000).contains(waits[7]))
    #expect(machine.board.takeBatches().flatMap(\.readings).allSatisfy { $0.quality == .badNotConnected })
    #expect(machine.board.statuses().first?.detail.contains("refused") == true)
  }

  @Test func aConnectionThatHangsIsRecordedAfterASecond() throws {
    var machine = try connected()
    _ = machine.handle(.tick, now: at(999_999))
    #expect(machine.board.takeBatches().isEmpty)
    _ = machine.handle(.tick, now: at(1_000_000))
    #expect(machine.board.takeBatches().first?.readings.map(\.quality) == [.badNotConnected])
  }

  @Test func aFloodOfStrangeRepliesEndsTheConnection() throws {
    var machine = try connected()
    let request = try sent(machine.handle(.connected(connection: 1), now: at(0)))
    var actions: [TCPLinkMachine.Action] = []
    for number in 1...100 where actions.isEmpty {
      let strange = TCPFrame(transaction: request.transaction &+ UInt16(number), unit: 1, pdu: [3, 2, 0, 66])
      actions = machine.handle(.received(connection: 1, bytes: strange.bytes), now: at(Int64(number)))
    }
    #expect(actions == [.close])
    #expect(machine.board.takeBatches().first?.readings.map(\.quality) == [.badMalformedReply])
  }

  @Test func afterAStopNothingHappens() throws {
    var machine = try connected()
    #expect(machine.stop() == [.close])
    #expect(machine.handle(.connected(connection: 1), now: at(1)) == [])
    #expect(machine.nextWake(now: 1) == nil)
  }

  /// 3,000 random events: no trap, and never a value that the device did not send as an answer.
  @Test func randomEventsNeverInventAValue() throws {
    var generator = SeededGenerator(seed: 3)
    for round in 0..<20 {
      var machine = TCPLinkMachine(
        board: try PollBoardTests.board(units: [1, 2], points: [word("a", 0, interval: 50_000)]), seed: UInt64(round))
      var now: Int64 = 0
      var outstanding: TCPFrame?
      var actions = machine.start(now: at(now))
      for _ in 0..<150 {
        now += Int64.random(in: 0...300_000, using: &generator)
        for case .send(let bytes) in actions {
          var decoder = TCPFrameDecoder()
          decoder.append(bytes)
          outstanding = try decoder.next()
        }
        let connection = Bool.random(using: &generator) ? machine.connection : machine.connection &- 1
        switch Int.random(in: 0...6, using: &generator) {
        case 0: actions = machine.handle(.tick, now: at(now))
        case 1: actions = machine.handle(.connected(connection: machine.connection), now: at(now))
        case 2: actions = machine.handle(.connectFailed(connection: connection, reason: "no"), now: at(now))
        case 3: actions = machine.handle(.closed(connection: connection, reason: "gone"), now: at(now))
        case 4:
          let bytes = generator.bytes(Int.random(in: 0...20, using: &generator))
          actions = machine.handle(.received(connection: connection, bytes: bytes), now: at(now))
        default:
          guard var frame = outstanding else { continue }
          let isHonest = connection == machine.connection && Bool.random(using: &generator)
          if !isHonest { frame.transaction &+= UInt16.random(in: 1...9, using: &generator) }
          let bytes = reply(frame, isHonest ? 42 : 66)
          actions = machine.handle(.received(connection: connection, bytes: bytes), now: at(now))
        }
        for reading in machine.board.takeBatches().flatMap(\.readings) where reading.quality.isGood {
          #expect(reading.value == 42)
        }
      }
    }
  }
}
