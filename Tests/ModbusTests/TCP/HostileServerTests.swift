import Devices
import Shopfloor
import Testing

@testable import Modbus

/// A server that misbehaves once and is honest afterwards: the misbehaviour is recorded as what it was, its value never
/// arrives, and the link finds its way back.
@Suite struct HostileServerTests {
  private static let honest: UInt16 = 42
  private static let poison: UInt16 = 666

  struct Misdeed: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var quality: Quality
    var steps: @Sendable (ScriptedServer.Request) -> [ScriptedServer.Step]

    init(
      _ description: String, _ quality: Quality,
      _ steps: @escaping @Sendable (ScriptedServer.Request) -> [ScriptedServer.Step]
    ) {
      testDescription = description
      self.quality = quality
      self.steps = steps
    }

    /// A poisoned reply with one byte changed.
    static func byte(
      _ place: Int, _ change: @escaping @Sendable (UInt8) -> UInt8, _ description: String, _ quality: Quality
    )
      -> Misdeed
    {
      Misdeed(description, quality) { request in
        var bytes = request.reply(poison)
        bytes[place] = change(bytes[place])
        return [.send(bytes)]
      }
    }
  }

  static let misdeeds: [Misdeed] = [
    .byte(1, { $0 &+ 1 }, "wrong transaction id", .badTimeout),
    .byte(3, { _ in 9 }, "wrong protocol id", .badMalformedReply),
    .byte(5, { _ in 0 }, "length 0", .badMalformedReply),
    .byte(5, { _ in 1 }, "length 1", .badMalformedReply),
    .byte(4, { _ in 1 }, "length 261", .badMalformedReply),
    .byte(6, { $0 &+ 1 }, "wrong unit", .badMalformedReply),
    .byte(7, { _ in 4 }, "wrong function", .badMalformedReply),
    .byte(8, { _ in 4 }, "wrong byte count", .badMalformedReply),
    Misdeed("length 300", .badMalformedReply) { request in
      [.send(Array(request.bytes[0..<4]) + [1, 44] + [UInt8](repeating: 3, count: 300))]
    },
    Misdeed("too many registers", .badMalformedReply) { request in
      [.send(Array(request.bytes[0..<4]) + [0, 7, 1, 3, 4, 2, 154, 2, 154])]
    },
    Misdeed("silence", .badTimeout) { _ in [] },
    Misdeed("half a frame", .badTimeout) { [.send(Array($0.reply(poison).prefix(7)))] },
    Misdeed("late reply of the same length", .badTimeout) { [.wait(milliseconds: 260), .send($0.reply(poison))] },
    Misdeed("exception 2", .badDeviceException) { [.send(Array($0.bytes[0..<4]) + [0, 3, 1, 0x83, 2])] },
    Misdeed("gateway exception 11", .badDeviceException) { [.send(Array($0.bytes[0..<4]) + [0, 3, 1, 0x83, 11])] },
    Misdeed("connection reset", .badNotConnected) { _ in [.reset] },
  ]

  @Test(arguments: misdeeds)
  func isRecordedAndSurvived(misdeed: Misdeed) async throws {
    let server = ScriptedServer { request in
      request.number == 1 ? misdeed.steps(request) : [.send(request.reply(Self.honest))]
    }
    defer { server.stop() }
    let profile = try testProfile([word("level", 0)])
    try await withSource([try testPlan(profile, .tcp(host: "127.0.0.1", port: server.port))]) { inbox, _ in
      let recovered = await inbox.wait { readings in
        guard let bad = readings.firstIndex(where: { !$0.quality.isGood }) else { return false }
        return readings[bad...].filter(\.quality.isGood).count >= 3
      }
      #expect(recovered)
      #expect(inbox.readings.first { !$0.quality.isGood }?.quality == misdeed.quality)
      #expect(inbox.readings.allSatisfy { !$0.quality.isGood || $0.value == Double(Self.honest) })
    }
  }

  @Test func theCodeOfAnExceptionIsKeptAndTheConnectionToo() async throws {
    let server = ScriptedServer { [.send(Array($0.bytes[0..<4]) + [0, 3, 1, 0x83, 4])] }
    defer { server.stop() }
    let profile = try testProfile([word("level", 0)])
    try await withSource([try testPlan(profile, .tcp(host: "127.0.0.1", port: server.port))]) { inbox, source in
      #expect(await inbox.wait { $0.count >= 5 })
      #expect(inbox.readings.allSatisfy { $0.quality == .badDeviceException && $0.detail == 4 })
      #expect(server.connectionCount == 1)
      let status = try #require(source.status().first)
      #expect(status.state == .degraded && status.detail.contains("exception 4"))
    }
  }

  @Test func aReplyInSinglePiecesIsAReply() async throws {
    let server = ScriptedServer { request in
      request.reply(Self.honest).flatMap { [.send([$0]), .wait(milliseconds: 2)] }
    }
    defer { server.stop() }
    let profile = try testProfile([word("level", 0)])
    try await withSource([try testPlan(profile, .tcp(host: "127.0.0.1", port: server.port))]) { inbox, _ in
      #expect(await inbox.wait { $0.count >= 3 })
      #expect(inbox.readings.prefix(3).allSatisfy { $0.value == 42 && $0.quality.isGood })
    }
  }

  @Test func aReplyThatIsAlwaysLateNeverBecomesAValue() async throws {
    let server = ScriptedServer { [.wait(milliseconds: 60), .send($0.reply(Self.poison))] }
    defer { server.stop() }
    let profile = try testProfile([word("level", 0)], responseTimeoutMicroseconds: 30_000)
    try await withSource([try testPlan(profile, .tcp(host: "127.0.0.1", port: server.port))]) { inbox, source in
      #expect(await inbox.wait { $0.count >= 3 })
      #expect(inbox.readings.allSatisfy { $0.quality == .badTimeout })
      #expect(source.status().first?.state == .offline)
    }
  }

  @Test func aDeadEndpointDelaysNobody() async throws {
    let live = ScriptedServer { [.send($0.reply(Self.honest))] }
    let silent = ScriptedServer { _ in [] }
    defer {
      live.stop()
      silent.stop()
    }
    let (unused, deadPort) = listenOnLoopback()
    closeSocket(unused)
    let profile = try testProfile([word("level", 0)])
    // A busy machine must not make the live one late.
    let patient = try testProfile([word("level", 0)], responseTimeoutMicroseconds: 2_000_000)
    let plans = [
      try testPlan(profile, .tcp(host: "127.0.0.1", port: deadPort), device: "dead", firstIndex: 1),
      try testPlan(profile, .tcp(host: "127.0.0.1", port: silent.port), device: "silent", firstIndex: 2),
      try testPlan(patient, .tcp(host: "127.0.0.1", port: live.port), device: "live", firstIndex: 3),
    ]
    try await withSource(plans) { inbox, source in
      #expect(await inbox.wait { $0.filter(\.quality.isGood).count >= 50 })
      // Two dead devices share the one thread with it, and still the schedule of 20 ms holds.
      #expect(inbox.readings.allSatisfy { $0.quality.isGood == ($0.parameter == ParameterIndex(3)) })
      #expect(inbox.batches.first { $0.device == "dead" }?.readings.first?.quality == .badNotConnected)
      #expect(await inbox.wait { $0.contains { $0.quality == .badTimeout } })
      let states = source.status().map(\.state)
      #expect(states == [.offline, .online, .offline])
    }
  }

  @Test func aDeadUnitLeavesTheOthersOfItsConnectionAlive() async throws {
    let server = ScriptedServer { $0.bytes[6] == 1 ? [] : [.send($0.reply(Self.honest))] }
    defer { server.stop() }
    let profile = try testProfile([word("level", 0)], responseTimeoutMicroseconds: 500_000)
    let endpoint = ModbusDevicePlan.Endpoint.tcp(host: "127.0.0.1", port: server.port)
    let plans = [
      try testPlan(profile, endpoint, device: "dead", unit: 1, firstIndex: 1),
      try testPlan(profile, endpoint, device: "live", unit: 2, firstIndex: 2),
    ]
    try await withSource(plans) { inbox, _ in
      #expect(await inbox.wait { $0.filter(\.quality.isGood).count >= 30 })
      for reading in inbox.readings {
        #expect(reading.parameter == ParameterIndex(2) ? reading.quality.isGood : reading.quality == .badTimeout)
      }
    }
  }

  @Test func whatAFullInboxTurnsAwayIsCounted() async throws {
    let server = ScriptedServer { [.send($0.reply(Self.honest))] }
    defer { server.stop() }
    let profile = try testProfile([word("level", 0)])
    let plan = try testPlan(profile, .tcp(host: "127.0.0.1", port: server.port))
    try await withSource([plan], inbox: RecordingInbox(isFull: true)) { _, source in
      #expect(await eventually { source.status().first.map { $0.counters.turnedAway >= 2 } == true })
    }
  }
}
