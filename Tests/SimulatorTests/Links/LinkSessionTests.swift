import Devices
import Shopfloor
import Synchronization
import Testing

@testable import simulate

/// Each quirk, byte by byte, on a device with three registers of 1, 2 and 3 at 10, 11 and 12, a float at 20 and a
/// writable register at 30.
@Suite struct LinkSessionTests {
  private final class HandClock: WallClock {
    private let time = Mutex<Int64>(1_000_000)
    func now() -> ClockReading {
      let now = time.withLock { $0 }
      return ClockReading(utc: Timestamp(microseconds: now), monotonicMicroseconds: now)
    }
    func advance(seconds: Double) { time.withLock { $0 += Int64(seconds * 1_000_000) } }
  }

  private let clock = HandClock()

  private static let profile = simulatedProfile(
    [1, 2, 3].map { (number: Double) in
      ProfilePoint(
        name: "r\(number)", table: .holding, address: 9 + Int(number), type: .uint16, minimum: number, maximum: number)
    } + [
      ProfilePoint(
        name: "f", table: .holding, address: 20, type: .float32, wordOrder: .abcd, minimum: 1.5, maximum: 1.5)
    ],
    writes: [
      WritePoint(name: "w", table: .holding, address: 30, type: .uint16),
      WritePoint(name: "c", table: .coil, address: 4, type: .bool),
    ])

  private func plc(_ quirks: [String], allowsWrites: Bool = false) throws -> SimulatedPLC {
    SimulatedPLC(
      memory: ProfileMemory(Self.profile, seed: 1), devices: 2, quirks: try quirks.map(Quirk.load(argument:)),
      allowsWrites: allowsWrites, clock: clock)
  }

  private func session(
    _ quirks: [String], _ framing: PLCFraming = .tcp, allowsWrites: Bool = false, onlyDevice: Int? = nil
  ) throws -> LinkSession {
    LinkSession(
      plc: try plc(quirks, allowsWrites: allowsWrites), framing: framing, onlyDevice: onlyDevice, number: 1)
  }

  /// A request for holding registers.
  private func request(_ address: UInt8, _ count: UInt8, transaction: UInt8 = 7, unit: UInt8 = 1) -> [UInt8] {
    [0, transaction, 0, 0, 0, 6, unit, 3, 0, address, 0, count]
  }

  private func write(_ pdu: [UInt8]) -> [UInt8] { [0, 7, 0, 0, 0, UInt8(pdu.count + 1), 1] + pdu }

  private func bytes(_ actions: [LinkSession.Action]) -> [[UInt8]] {
    actions.map { action in
      if case .send(let bytes, _, _) = action { return bytes }
      return []
    }
  }

  @Test(
    arguments: [
      ("", [[0, 7, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2]]),
      ("wrong_transaction", [[0, 8, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2]]),
      ("wrong_unit", [[0, 7, 0, 0, 0, 7, 2, 3, 4, 0, 1, 0, 2]]),
      ("wrong_function", [[0, 7, 0, 0, 0, 7, 1, 4, 4, 0, 1, 0, 2]]),
      ("wrong_byte_count", [[0, 7, 0, 0, 0, 7, 1, 3, 6, 0, 1, 0, 2]]),
      ("short_length", [[0, 7, 0, 0, 0, 6, 1, 3, 4, 0, 1, 0, 2]]),
      ("long_length", [[0, 7, 0, 0, 0, 8, 1, 3, 4, 0, 1, 0, 2]]),
      ("wrong_protocol", [[0, 7, 0, 1, 0, 7, 1, 3, 4, 0, 1, 0, 2]]),
      ("duplicate_reply", [[0, 7, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2], [0, 7, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2]]),
      ("silence", []), ("half_open", []), ("reset", [[]]),
      ("exception", [[0, 7, 0, 0, 0, 3, 1, 0x83, 4]]),
      ("exception, code: 6", [[0, 7, 0, 0, 0, 3, 1, 0x83, 6]]),
      ("exception, units: [2]", [[0, 7, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2]]),
      ("exception, addresses: 11-15, code: 2", [[0, 7, 0, 0, 0, 3, 1, 0x83, 2]]),
      ("exception, addresses: 12, code: 2", [[0, 7, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2]]),
      ("exception, table: input", [[0, 7, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2]]),
      ("exception, rate: 0", [[0, 7, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2]]),
      ("request_limit, limit: 1", [[0, 7, 0, 0, 0, 3, 1, 0x83, 3]]),
      ("request_limit, limit: 1, code: 2", [[0, 7, 0, 0, 0, 3, 1, 0x83, 2]]),
      ("request_limit, limit: 2", [[0, 7, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2]]),
      ("missing_unit, units: [1]", [[0, 7, 0, 0, 0, 3, 1, 0x83, 0x0B]]),
      ("missing_unit, units: [1], code: 10", [[0, 7, 0, 0, 0, 3, 1, 0x83, 0x0A]]),
      ("ignored_unit, units: [1]", []),
      ("silence, at_seconds: 5", [[0, 7, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2]]),
    ] as [(String, [[UInt8]])])
  func aQuirkChangesTheReplyAsItSays(quirk: String, replies: [[UInt8]]) throws {
    var session = try session(quirk.isEmpty ? [] : [quirk])
    #expect(bytes(session.receive(request(10, 2))) == replies)
  }

  @Test func holesAnswerAsTheyAreTold() throws {
    var plain = try session([])
    #expect(bytes(plain.receive(request(12, 2))) == [[0, 7, 0, 0, 0, 3, 1, 0x83, 2]])
    var refusing = try session(["holes_exception, code: 3"])
    #expect(bytes(refusing.receive(request(12, 2))) == [[0, 7, 0, 0, 0, 3, 1, 0x83, 3]])
    var random = try session(["holes_random"])
    let first = bytes(random.receive(request(12, 4)))[0]
    clock.advance(seconds: 1)
    let second = bytes(random.receive(request(12, 4)))[0]
    #expect(first[9...10] == [0, 3] && second[9...10] == [0, 3])
    #expect(first[11...] != second[11...])
  }

  @Test func aCutValueIsRefusedByAtomicOnly() throws {
    var plain = try session([])
    #expect(bytes(plain.receive(request(21, 1))) == [[0, 7, 0, 0, 0, 5, 1, 3, 2, 0, 0]])
    var atomic = try session(["atomic_only"])
    #expect(bytes(atomic.receive(request(21, 1))) == [[0, 7, 0, 0, 0, 3, 1, 0x83, 3]])
    #expect(bytes(atomic.receive(request(20, 2))) == [[0, 7, 0, 0, 0, 7, 1, 3, 4, 0x3F, 0xC0, 0, 0]])
  }

  @Test func lateRepliesAreOneBehind() throws {
    var session = try session(["late_reply, for_seconds: 5"])
    #expect(session.receive(request(10, 1, transaction: 1)).isEmpty)
    #expect(bytes(session.receive(request(11, 1, transaction: 2))) == [[0, 1, 0, 0, 0, 5, 1, 3, 2, 0, 1]])
    #expect(bytes(session.receive(request(12, 1, transaction: 3))) == [[0, 2, 0, 0, 0, 5, 1, 3, 2, 0, 2]])
    clock.advance(seconds: 6)
    #expect(
      bytes(session.receive(request(10, 1, transaction: 4))) == [
        [0, 3, 0, 0, 0, 5, 1, 3, 2, 0, 3], [0, 4, 0, 0, 0, 5, 1, 3, 2, 0, 1],
      ])
  }

  @Test func aPauseIsNeededAfterAReply() throws {
    var session = try session(["pause_needed, delay_seconds: 0.05"])
    #expect(session.receive(request(10, 1)).count == 1)
    clock.advance(seconds: 0.03)
    #expect(session.receive(request(10, 1)).isEmpty)
    clock.advance(seconds: 0.03)
    #expect(session.receive(request(10, 1)).count == 1)
  }

  @Test func delaysAndSlowBytesAreActions() throws {
    var session = try session(["delay, delay_seconds: 0.7", "slow_bytes, delay_seconds: 0.01"])
    #expect(
      session.receive(request(10, 1)) == [
        .send([0, 7, 0, 0, 0, 5, 1, 3, 2, 0, 1], afterSeconds: 0.7, byteGapSeconds: 0.01)
      ])
  }

  @Test func noValuesComeNowAndThen() throws {
    var session = try session(["no_value, rate: 1"])
    #expect(bytes(session.receive(request(20, 2))) == [[0, 7, 0, 0, 0, 7, 1, 3, 4, 0x7F, 0xC0, 0, 0]])
  }

  @Test func unitsAreDevicesUnlessThereIsOnlyOne() throws {
    var gateway = try session([])
    #expect(bytes(gateway.receive(request(10, 1, unit: 3))) == [[0, 7, 0, 0, 0, 3, 3, 0x83, 0x0B]])
    var single = try session(["ignored_unit"], onlyDevice: 2)
    #expect(bytes(single.receive(request(10, 1, unit: 3))) == [[0, 7, 0, 0, 0, 5, 3, 3, 2, 0, 1]])
    #expect(single.receive(request(10, 1, unit: 255)).isEmpty)
  }

  @Test func writesAreRefusedUnlessAllowed() throws {
    var closed = try session([])
    #expect(bytes(closed.receive(write([6, 0, 30, 0, 9]))) == [[0, 7, 0, 0, 0, 3, 1, 0x86, 1]])
    var open = try session([], allowsWrites: true)
    #expect(bytes(open.receive(write([6, 0, 30, 0, 9]))) == [[0, 7, 0, 0, 0, 6, 1, 6, 0, 30, 0, 9]])
    #expect(bytes(open.receive(request(30, 1))) == [[0, 7, 0, 0, 0, 5, 1, 3, 2, 0, 9]])
    #expect(bytes(open.receive(write([16, 0, 30, 0, 1, 2, 1, 2]))) == [[0, 7, 0, 0, 0, 6, 1, 16, 0, 30, 0, 1]])
    #expect(bytes(open.receive(request(30, 1))) == [[0, 7, 0, 0, 0, 5, 1, 3, 2, 1, 2]])
    #expect(bytes(open.receive(write([6, 0, 10, 0, 9]))) == [[0, 7, 0, 0, 0, 3, 1, 0x86, 2]])
    #expect(bytes(open.receive(write([5, 0, 4, 0xFF, 0]))) == [[0, 7, 0, 0, 0, 6, 1, 5, 0, 4, 0xFF, 0]])
    #expect(bytes(open.receive(write([1, 0, 4, 0, 1]))) == [[0, 7, 0, 0, 0, 4, 1, 1, 1, 1]])
    #expect(bytes(open.receive(write([15, 0, 4, 0, 1, 1, 0]))) == [[0, 7, 0, 0, 0, 6, 1, 15, 0, 4, 0, 1]])
    #expect(bytes(open.receive(write([1, 0, 4, 0, 1]))) == [[0, 7, 0, 0, 0, 4, 1, 1, 1, 0]])
  }

  @Test func anIgnoredWriteIsConfirmedAndForgotten() throws {
    var session = try session(["write_ignored"], allowsWrites: true)
    #expect(bytes(session.receive(write([6, 0, 30, 0, 9]))) == [[0, 7, 0, 0, 0, 6, 1, 6, 0, 30, 0, 9]])
    #expect(bytes(session.receive(request(30, 1))) == [[0, 7, 0, 0, 0, 5, 1, 3, 2, 0, 0]])
  }

  // The frame of "read register 10 of unit 1" and its reply, with checksums from the table of the standard's annex.
  private static let rtuRequest: [UInt8] = [1, 3, 0, 10, 0, 1, 0xA4, 0x08]
  private static let rtuReply: [UInt8] = [1, 3, 2, 0, 1, 0x79, 0x84]

  @Test func rtuFindsItsFramesInAnyPieces() throws {
    var session = try session([], .rtu)
    #expect(session.receive(Self.rtuRequest[0..<3]).isEmpty)
    #expect(bytes(session.receive(Self.rtuRequest[3...])) == [Self.rtuReply])
    #expect(bytes(session.receive([9, 9] + Self.rtuRequest + Self.rtuRequest)) == [Self.rtuReply, Self.rtuReply])
    #expect(session.receive(Self.rtuRequest[0..<7] + [0]).isEmpty)
  }

  @Test func rtuHasErrorsOfItsOwn() throws {
    var wrong = try session(["crc_error"], .rtu)
    #expect(bytes(wrong.receive(Self.rtuRequest)) == [Self.rtuReply.dropLast(2) + [0x78, 0x85]])
    var noisy = try session(["noise"], .rtu)
    let reply = bytes(noisy.receive(Self.rtuRequest))[0]
    #expect(reply.count > Self.rtuReply.count && Array(reply.suffix(Self.rtuReply.count)) == Self.rtuReply)
    var late = try session(["late_reply"], .rtu)
    #expect(late.receive(Self.rtuRequest).isEmpty)
    #expect(bytes(late.receive(Self.rtuRequest)) == [Self.rtuReply])
  }

  @Test func whoSpeaksAnotherProtocolIsCutOff() throws {
    var session = try session([])
    #expect(session.receive("GET / HTTP/1.1\r\n".utf8) == [.close])
  }
}
