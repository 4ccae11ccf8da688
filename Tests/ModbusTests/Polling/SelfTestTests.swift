import Devices
import Shopfloor
import Testing

@testable import Modbus

@Suite struct SelfTestTests {
  private let points = [
    word("a", 0, interval: 100_000), word("fixed", 500, interval: 100_000),
    ProfilePoint(
      name: "maker", table: .holding, address: 600, asPrinted: "40601", type: .text(TextLayout(registers: 2)),
      pollIntervalMicroseconds: 100_000),
  ]
  private let tests = [
    SelfTest(point: "fixed", expectation: .number(1_234)), SelfTest(point: "maker", expectation: .text("ACME")),
  ]

  private func board() throws -> PollBoard {
    var board = try PollBoardTests.board(points: points, selfTests: tests)
    board.connected(now: at(0))
    return board
  }

  /// Answers everything that is asked at one time; returns the addresses.
  private func serve(_ board: inout PollBoard, _ now: Int64, fixed: [UInt8] = [0x04, 0xD2]) -> [Int] {
    var asked: [Int] = []
    board.begin(now: at(now))
    while let turn = board.nextTurn(now: at(now)) {
      asked.append(turn.request.addresses.lowerBound)
      switch turn.request.addresses.lowerBound {
      case 500: board.complete(turn, data: fixed, now: at(now))
      case 600: board.complete(turn, data: Array("ACME".utf8), now: at(now))
      default: board.complete(turn, data: [0, 42], now: at(now))
      }
    }
    return asked
  }

  @Test func theTestsComeBeforeTheFirstValueAndOnce() throws {
    var board = try board()
    #expect(serve(&board, 0) == [500, 600, 0, 500, 600])
    #expect(board.takeBatches().flatMap(\.readings).allSatisfy { $0.quality.isGood })
    #expect(serve(&board, 100_000) == [0, 500, 600])
    #expect(board.statuses().first?.state == .online)
  }

  @Test func whileOneDoesNotHoldThereIsNoValueAndItIsReadAgain() throws {
    var board = try board()
    #expect(serve(&board, 0, fixed: [0xD2, 0x04]) == [500, 600])
    var bad = board.takeBatches().flatMap(\.readings)
    #expect(bad.count == 3 && bad.allSatisfy { $0.quality == .badSelfTest })
    let status = try #require(board.statuses().first)
    #expect(status.state == .degraded)
    #expect(status.detail.contains("holding 500 (\"fixed\") must hold 1234.0, it holds 53764.0"))
    for slot in 1..<50 { #expect(serve(&board, Int64(slot) * 100_000) == []) }
    bad = board.takeBatches().flatMap(\.readings)
    #expect((9...15).contains(bad.count) && bad.allSatisfy { $0.quality == .badSelfTest })
    #expect(serve(&board, 5_000_000) == [500, 600, 0, 500, 600])
    #expect(board.takeBatches().flatMap(\.readings).allSatisfy { $0.quality.isGood })
  }

  @Test func aRefusedTestIsNamed() throws {
    var board = try board()
    board.begin(now: at(0))
    while let turn = board.nextTurn(now: at(0)) { board.complete(turn, .exception(2), now: at(0)) }
    #expect(board.takeBatches().flatMap(\.readings).allSatisfy { $0.quality == .badSelfTest && $0.detail == 2 })
    #expect(board.statuses().first?.detail.contains("was refused with exception 2") == true)
  }

  @Test func aNewConnectionAndAnOutageAskForThemAgain() throws {
    var board = try board()
    _ = serve(&board, 0)
    board.connected(now: at(50_000))
    #expect(serve(&board, 100_000) == [500, 600, 0, 500, 600])
    board.begin(now: at(200_000))
    while let turn = board.nextTurn(now: at(200_000)) { board.complete(turn, .timeout, now: at(210_000)) }
    #expect(board.statuses().first?.state == .offline)
    #expect(serve(&board, 300_000) == [500, 600, 0, 500, 600])
    // Connections that are closed after every poll on purpose are the same device.
    board.parked()
    board.connected(now: at(390_000))
    #expect(serve(&board, 400_000) == [0, 500, 600])
  }

  @Test func aPollThatALostConnectionLeftHalfDoneDoesNotGoOnOverTheNext() throws {
    var board = try board()
    _ = serve(&board, 0)
    _ = board.takeBatches()
    board.begin(now: at(100_000))
    let first = board.nextTurn(now: at(100_000))
    board.complete(try #require(first), data: [0, 42], now: at(100_000))
    board.connected(now: at(150_000))
    #expect(board.takeBatches().flatMap(\.readings).map(\.quality) == [.good, .badNotConnected, .badNotConnected])
    #expect(serve(&board, 150_000) == [])
    #expect(serve(&board, 200_000) == [500, 600, 0, 500, 600])
    // Of this one nothing was asked.
    board.begin(now: at(300_000))
    board.connected(now: at(350_000))
    #expect(serve(&board, 350_000) == [500, 600, 0, 500, 600])
  }

  @Test func theProofOfAConnectionThatWasParkedLastsForTheNextOneOnly() throws {
    var board = try board()
    _ = serve(&board, 0)
    board.parked()
    board.connected(now: at(50_000))
    board.connected(now: at(60_000))
    #expect(serve(&board, 100_000) == [500, 600, 0, 500, 600])
  }

  @Test func aWriteThatWaitsIsNotSentOverANewConnection() throws {
    var board = try board()
    _ = serve(&board, 0)
    let point = WritePoint(
      name: "setpoint", table: .holding, address: 20, type: .uint16, wordOrder: .abcd, minimum: 0, maximum: 100,
      function: .single, isReadBack: true)
    let write = Errand(id: 1, attempted: "write", work: .write(WriteErrand(point: point, value: 42)))
    board.submit(write, index: 0, now: at(10_000))
    board.connected(now: at(20_000))
    #expect(board.takeFinishedErrands().map(\.id) == [1])
    #expect(serve(&board, 20_000) == [])
  }

  @Test func aTestThatIsNotAnsweredIsATimeout() throws {
    var board = try board()
    board.begin(now: at(0))
    let turn = board.nextTurn(now: at(0))
    board.complete(try #require(turn), .timeout, now: at(200_000))
    #expect(board.takeBatches().flatMap(\.readings).allSatisfy { $0.quality == .badTimeout })
  }
}
