import Devices
import Shopfloor
import Testing

@testable import Modbus

/// Random events in random order: no trap, and never a value that the device did not send as an answer.
@Suite struct LinkMachineChaosTests {
  private struct World {
    var machine: LinkMachine
    var generator: SeededGenerator
    var now: Int64 = 0
    /// Requests of the connection that is open, and those of earlier ones or whose time was up.
    var asked: [FrameBytes] = []

    /// A reply of one register; honest ones say the address that was asked for.
    func reply(_ frame: FrameBytes, _ value: UInt8) -> [UInt8] {
      FrameBytes(transaction: frame.transaction, unit: frame.unit, pdu: [3, 2, 0, value]).bytes
    }

    mutating func step() throws {
      now += Int64.random(in: 0...150_000, using: &generator)
      let connection = Int.random(in: 0...4, using: &generator) > 0 ? machine.connection : machine.connection &- 1
      switch Int.random(in: 0...9, using: &generator) {
      case 0, 1: machine.handle(.tick, now: at(now))
      case 2: machine.handle(.connected(connection: machine.connection), now: at(now))
      case 3 where Int.random(in: 0...5, using: &generator) == 0:
        switch Int.random(in: 0...2, using: &generator) {
        case 0: machine.handle(.connectFailed(connection: connection, reason: "no"), now: at(now))
        case 1: machine.handle(.closed(connection: connection, reason: "gone"), now: at(now))
        default:
          let bytes = generator.bytes(Int.random(in: 0...20, using: &generator))
          machine.receive(bytes, connection: connection, now: at(now))
        }
      default:
        guard let frame = asked.randomElement(using: &generator) else { return }
        // Answers come whole or in two pieces, once, twice, late, or to a question that nobody asked.
        var bytes = reply(frame, frame.pdu[2])
        if Int.random(in: 0...4, using: &generator) == 0 {
          var strange = frame
          strange.transaction &+= UInt16.random(in: 40...400, using: &generator)
          bytes = reply(strange, 66)
        }
        let cut = Int.random(in: 0...bytes.count, using: &generator)
        machine.receive(Array(bytes[..<cut]), connection: connection, now: at(now))
        machine.receive(Array(bytes[cut...]), connection: connection, now: at(now))
      }
      asked += try FrameBytes.all(in: machine.takeActions().bytes)
      if asked.count > 20 { asked.removeFirst(asked.count - 20) }
    }
  }

  @Test(arguments: [1, 4, 16])
  func randomEventsNeverInventAValue(depth: Int) throws {
    let points = (0..<6).map { word("p\($0)", $0 * 10, interval: 50_000 * Int64($0 + 1)) }
    var good = 0
    for seed in 0..<60 {
      let board = try PollBoardTests.board(units: [1, 2], points: points) { $0.pipelineDepth = depth }
      var world = World(
        machine: LinkMachine(board: board, seed: UInt64(seed)), generator: SeededGenerator(seed: UInt64(seed)))
      world.machine.start(now: at(0))
      var last: [ParameterIndex: Timestamp] = [:]
      for _ in 0..<300 {
        try world.step()
        #expect(world.machine.inFlight.count <= depth)
        for batch in world.machine.board.takeBatches() {
          for reading in batch.readings {
            // Each parameter is fed by one register, whose right value is its address.
            if reading.quality.isGood {
              good += 1
              #expect(reading.value == Double(reading.parameter.rawValue % 100 * 10))
            }
            #expect(reading.time >= last[reading.parameter] ?? reading.time)
            last[reading.parameter] = reading.time
          }
        }
      }
    }
    #expect(good > 100)
  }

  /// RTU frames have no transaction id: an answer is right only while its own question is the one that waits.
  @Test func randomEventsOnRTUOverTCPNeverInventAValue() throws {
    var good = 0
    for seed in 0..<60 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let board = try PollBoardTests.board(units: [1, 2], points: [word("a", 7, interval: 50_000)])
      var machine = LinkMachine(board: board, framing: .rtu, seed: UInt64(seed))
      machine.start(now: at(0))
      var now: Int64 = 0
      for _ in 0..<300 {
        now += Int64.random(in: 0...80_000, using: &generator)
        let connection = Int.random(in: 0...4, using: &generator) > 0 ? machine.connection : machine.connection &- 1
        switch Int.random(in: 0...7, using: &generator) {
        case 0, 1: machine.handle(.tick, now: at(now))
        case 2: machine.handle(.connected(connection: machine.connection), now: at(now))
        case 3: machine.handle(.closed(connection: connection, reason: "gone"), now: at(now))
        case 4:
          let bytes = generator.bytes(Int.random(in: 0...9, using: &generator))
          machine.receive(bytes, connection: connection, now: at(now))
        case 5:
          // The late reply to a question of before, on a connection that does not wait for it.
          guard machine.inFlight.isEmpty else { continue }
          machine.receive(rtuBytes(1, [3, 2, 0, 66]), connection: machine.connection, now: at(now))
        default:
          guard let unit = machine.inFlight.first?.turn.unit else { continue }
          let value: UInt8 = connection == machine.connection ? 42 : 66
          machine.receive(rtuBytes(unit, [3, 2, 0, value]), connection: connection, now: at(now))
        }
        machine.actions.clear()
        for reading in machine.board.takeBatches().flatMap(\.readings) where reading.quality.isGood {
          good += 1
          #expect(reading.value == 42)
        }
      }
    }
    #expect(good > 50)
  }
}
