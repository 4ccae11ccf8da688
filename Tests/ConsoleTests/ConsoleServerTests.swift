import Console
import Devices
import Foundation
import Harness
import Shopfloor
import Synchronization
import Testing

/// What reached the floor.
final class RequestLog: Sendable {
  private let requests = Mutex<[AcknowledgeRequest]>([])

  var all: [AcknowledgeRequest] { requests.withLock { $0 } }

  func add(_ request: AcknowledgeRequest) { requests.withLock { $0.append(request) } }
}

@Suite struct ConsoleServerTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("console") }

  var path: String { folder.file("console.sock").path }

  static let status = LineStatus(
    programVersion: "0.0.1", site: "Werk \"1\"", line: "封口", isRecording: true, at: Timestamp(microseconds: 5),
    uptimeSeconds: 1.5,
    stations: [
      StationStatus(
        name: "seal", operation: "seal", personName: "李", run: "R1", lots: ["L-1"],
        startedAt: Timestamp(microseconds: 1), cycleCount: 3,
        values: [
          ParameterStatus(
            parameter: "seal.temperature", value: nil, unit: "°C", quality: "timeout", ageSeconds: 2,
            alarm: .unacknowledged),
          ParameterStatus(parameter: "seal.pressure", value: .nan, unit: "bar", quality: "good", ageSeconds: nil),
        ])
    ],
    openAlarms: [
      Alarm(
        id: "A1", kind: .alarmLimit, station: "seal", source: "seal.temperature", rule: Words("above 190", "高于 190"),
        side: .high, value: 191, limit: 190, unit: "°C", run: "R1", raisedAt: Timestamp(microseconds: 4))
    ],
    devices: [
      LinkStatus(
        device: "plc", state: .online, since: Timestamp(microseconds: 2), detail: "", counters: LinkCounters())
    ],
    delivery: DeliveryStatus(
      connector: "http", isConnected: false, lastContactAt: nil, lastError: "away", waitingRows: 1,
      oldestWaitingSeconds: 9, blockedRows: 0, deliveredRows: 4))

  static func ports(_ seen: RequestLog = RequestLog()) -> ConsolePorts {
    ConsolePorts(
      status: { status },
      acknowledge: { request in
        seen.add(request)
        if request.alarm == "A1" { return .accepted(Words("Acknowledged.", "已确认。")) }
        return .refused(
          Refusal(
            .alarmUnknown, read: request.alarm.text, why: Words("there is no such alarm", "没有此报警"),
            remedy: Words("Look at the list", "请查看列表")))
      },
      alarm: { command in
        if case .unshelve = command {
          return .refused(
            Refusal(
              .alarmNotShelved, read: "A1", why: Words("it is not shelved", "未搁置"), remedy: Words("Nothing", "无")))
        }
        return .accepted(Words("\(command)", "好"))
      },
      hold: { request in
        request.reason.isEmpty
          ? .refused(
            Refusal(
              .reasonMissing, read: request.lot.text, why: Words("no reason", "无理由"), remedy: Words("Say why", "请说明")))
          : .accepted(Words(request.lift ? "lifted" : "held", request.lift ? "已解除" : "已扣留"))
      },
      dispose: { .accepted(Words("\($0.material) \($0.status.rawValue)", "\($0.material) \($0.status.rawValue)")) },
      controlPlan: { .accepted(Words("\($0.person)", "\($0.person)")) },
      count: { .accepted(Words("\($0.lot) good \($0.good?.description ?? "")", "好")) },
      decideDeliveries: { request in
        request.rows.map { .accepted(Words("\($0) \(request.action.rawValue)", "好")) }
      },
      comparison: comparison,
      reload: { ReloadAnswer(accepted: false, text: "lotwire.yaml:3:1: the key \"x\" is not known here") },
      devices: devices, feedback: FeedbackHub(stations: ["seal"], startedAt: Timestamp(microseconds: 0)))
  }

  private static let comparison = ConsolePorts.ComparisonPorts(
    ask: { wish in
      ComparisonAnswer(
        ConsoleAnswer(
          accepted: wish.person == "P-2", code: wish.person == "P-2" ? nil : "right", words: Words("a", "b")),
        number: 3, isJoined: true)
    },
    findings: {
      ComparisonFindings(
        status: ComparisonStatus(comparedSinceStart: 7, askedFor: 3, answered: 2), isConnected: true,
        drifts: [
          DeliveryDrift(outboxRow: 4, idempotencyKey: "k", field: "state", delivered: "done", found: "draft")
        ], passedOver: [.init(row: 5, key: "l", reason: "too long")], isIncomplete: false)
    })

  private static let devices = ConsolePorts.DevicePorts(
    write: { .accepted(Words("\($0.point) = \($0.value)", "\($0.point) = \($0.value)")) },
    forget: { request in
      .refused(
        Refusal(
          .limitsUnknown, read: request.device.text, why: Words("nothing was learned", "没有记录"),
          remedy: Words("Check the name", "请核对名称")))
    },
    commission: { .accepted(Words("\($0.comparisons.count) values", "\($0.comparisons.count) 项")) },
    calibrate: { .accepted(Words("\($0.station)/\($0.parameter)", "\($0.asFound.rawValue)")) },
    read: { request in
      DeviceValues(
        device: request.device, profile: "press", address: "127.0.0.1:502 unit 1",
        values: request.points.map { .init(point: $0, text: "180.5 °C", quality: "good", words: "4334 8000") })
    })

  @Test func countsAndDecisionsAboutTheOutbox() async throws {
    try await whileServing(Self.ports()) { path in
      let client = ControlClient(socketPath: path)
      let report = QuantityReported(
        lot: "L-1", operation: "seal", good: Quantity(1_990), person: "P-1", at: Timestamp(microseconds: 0))
      #expect(try client.count(report).english == "L-1 good 1990")
      func decision(_ rows: [Int64], _ reason: String = "put right") -> DeliveryDecisionRequest {
        DeliveryDecisionRequest(rows: rows, action: .setAside, person: "P-1", reason: reason)
      }
      #expect(try client.decide(decision([7, 9])).map(\.english) == ["7 setAside", "9 setAside"])
      for bad in [decision([]), decision(Array(1...1_001)), decision([1], "a\u{7}b")] {
        let answers = try client.decide(bad)
        #expect(answers.count == 1 && answers.first?.accepted == false && answers.first?.code == "request.fault")
      }
    }
  }

  @Test func aComparisonIsAskedForAndItsFindingsAreRead() async throws {
    try await whileServing(Self.ports()) { path in
      let client = ControlClient(socketPath: path)
      let asked = try client.compare(ComparisonWish(person: "P-2", reason: "restored"))
      #expect(asked.answer.accepted && asked.number == 3 && asked.isJoined)
      #expect(try client.compare(ComparisonWish(person: "P-1", reason: "restored")).answer.code == "right")
      #expect(try client.compare(ComparisonWish(person: "P-2", reason: "a\u{7}b")).answer.code == "request.fault")
      let found = try client.comparison()
      #expect(found?.drifts.first?.found == "draft" && found?.passedOver.first?.reason == "too long")
      #expect(found?.status.comparedSinceStart == 7)
    }
    var without = Self.ports()
    without.comparison.findings = { nil }
    try await whileServing(without) { path in
      let none = try ControlClient(socketPath: path).comparison()
      #expect(none == nil)
    }
  }

  @Test func devicesAreWrittenReadAndCommissioned() async throws {
    try await whileServing(Self.ports()) { path in
      let client = ControlClient(socketPath: path)
      let write = WriteRequest(device: "plc", point: "setpoint", value: 150.5, person: "P-7", reason: "new recipe")
      #expect(try client.write(write).english == "setpoint = 150.5")
      let forget = ForgetRequest(device: "plc", person: "P-7", reason: "repaired")
      #expect(try client.forgetLimits(forget).code == "device.nothing_learned")
      let values = try client.read(ReadDeviceRequest(device: "plc", points: ["temperature", "force"]))
      #expect(values.values.map(\.point) == ["temperature", "force"] && values.fault == nil)
      let calibration = Calibration(
        station: "sealer", parameter: "air", performedAt: Timestamp(microseconds: 5), asFound: .outOfTolerance,
        asLeft: .inTolerance, certificate: "K-1", person: "P-7")
      let calibrated = try client.recordCalibration(calibration)
      #expect(calibrated.english == "sealer/air" && calibrated.chinese == "outOfTolerance")
      // As many as one profile may have: longer than any other request.
      let comparison = DeviceCommissioning.Comparison(
        point: "temperature", read: "180.5 °C", words: "4334 8000", shown: "180.5 °C", verdict: .agrees)
      let done = DeviceCommissioning(
        device: "plc", profile: "press", profileDigest: "d", address: "a", identification: "S/N 1",
        comparisons: Array(repeating: comparison, count: DeviceCommissioning.maximumComparisons), person: "P-7",
        at: Timestamp(microseconds: 0))
      #expect(try client.commission(done).english == "2000 values")
    }
  }

  /// Runs the blocking body on a thread of its own while the server serves.
  func whileServing(_ ports: ConsolePorts, _ body: @escaping @Sendable (String) throws -> Void) async throws {
    let path = path
    let (ready, announce) = AsyncStream<Void>.makeStream()
    let server = ConsoleServer(socketPath: path, ports: ports)
    let task = Task {
      defer { announce.finish() }
      try await server.run { announce.yield() }
    }
    var iterator = ready.makeAsyncIterator()
    let isReady: Void? = await iterator.next()
    let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: Result { if isReady != nil { try body(path) } })
      }
    }
    task.cancel()
    let end = await task.result
    try result.get()
    if isReady == nil { try end.get() }
  }

  @Test func statusOverTheSocket() async throws {
    try await whileServing(Self.ports()) { path in
      let client = ControlClient(socketPath: path)
      #expect(try client.health())
      #expect(try client.status() == Self.status)
      #expect(try client.statusJSON().contains("\"value\":null"))
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func acknowledgeAndRefusal() async throws {
    let seen = RequestLog()
    try await whileServing(Self.ports(seen)) { path in
      let client = ControlClient(socketPath: path)
      let request = AcknowledgeRequest(alarm: "A1", person: "P-1", cause: "加热器 \"2\" replaced")
      let accepted = try client.acknowledge(request)
      #expect(accepted == ConsoleAnswer(accepted: true, code: nil, words: Words("Acknowledged.", "已确认。")))
      #expect(seen.all == [request])
      let refused = try client.acknowledge(AcknowledgeRequest(alarm: "A9", person: "P-1", cause: ""))
      #expect(!refused.accepted)
      #expect(refused.code == "alarm.unknown")
      #expect(refused.chinese.contains("没有此报警"))
      let faulty = try client.acknowledge(AcknowledgeRequest(alarm: "A1", person: "P-1", cause: "a\u{202E}b"))
      #expect(faulty.code == "request.fault")
      #expect(seen.all.count == 2)
    }
  }

  @Test func holdAndItsRefusal() async throws {
    try await whileServing(Self.ports(RequestLog())) { path in
      let client = ControlClient(socketPath: path)
      #expect(try client.hold(HoldRequest(lot: "L-1", person: "P-1", reason: "dropped", lift: false)).english == "held")
      #expect(try client.hold(HoldRequest(lot: "L-1", person: "P-1", reason: "fine", lift: true)).english == "lifted")
      let refused = try client.hold(HoldRequest(lot: "L-1", person: "P-1", reason: "", lift: false))
      #expect(refused.code == "hold.reason_missing")
    }
  }

  @Test func reloadAnswersWithItsReason() async throws {
    try await whileServing(Self.ports()) { path in
      let answer = try ControlClient(socketPath: path).reload()
      #expect(!answer.accepted)
      #expect(answer.text.contains("lotwire.yaml:3:1"))
    }
  }

  @Test func socketOfADeadDaemonIsReplaced() async throws {
    try leaveStaleSocket()
    #expect(throws: ConsoleFault.self) { try ControlClient(socketPath: path).health() }
    try await whileServing(Self.ports()) { path in
      let answers = try ControlClient(socketPath: path).health()
      #expect(answers)
    }
  }

  @Test func socketOfALiveDaemonIsRefused() async throws {
    let server = ConsoleServer(socketPath: path, ports: Self.ports())
    let first = Task { try await server.run() }
    while !FileManager.default.fileExists(atPath: path) { try await Task.sleep(for: .milliseconds(10)) }
    await #expect(throws: ConsoleFault.alreadyServed(path: path)) {
      try await ConsoleServer(socketPath: path, ports: Self.ports()).run()
    }
    #expect(FileManager.default.fileExists(atPath: path))
    first.cancel()
    try await first.value
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// A torn-down listener with connections in its queue must not take the process with it.
  @Test func endsWhileClientsConnect() async throws {
    for _ in 0..<3 {
      let path = path
      let server = ConsoleServer(socketPath: path, ports: Self.ports())
      let serving = Task { try await server.run() }
      while !FileManager.default.fileExists(atPath: path) { try await Task.sleep(for: .milliseconds(5)) }
      let clients = DispatchGroup()
      for _ in 0..<4 {
        clients.enter()
        // A thread of its own each: blocked clients must not use up the pool of the other tests.
        Thread.detachNewThread {
          defer { clients.leave() }
          for _ in 0..<20 {
            // The end of the server is what refuses the later ones.
            guard (try? ControlClient(socketPath: path, timeoutSeconds: 1).health()) == true else { return }
          }
        }
      }
      serving.cancel()
      try await serving.value
      await withCheckedContinuation { done in clients.notify(queue: .global()) { done.resume() } }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func otherFileAtThePathIsLeftAlone() async throws {
    try Data("precious".utf8).write(to: folder.file("console.sock"))
    await #expect(throws: ConsoleFault.notASocket(path: path)) {
      try await ConsoleServer(socketPath: path, ports: Self.ports()).run()
    }
    #expect(try String(contentsOf: folder.file("console.sock"), encoding: .utf8) == "precious")
  }

  @Test func pathBeyondTheLimit() async throws {
    let long = "/tmp/" + String(repeating: "x", count: 98) + "/c.sock"
    await #expect(throws: ConsoleFault.pathTooLong(path: long, bytes: long.utf8.count)) {
      try await ConsoleServer(socketPath: long, ports: Self.ports()).run()
    }
    #expect(throws: ConsoleFault.pathTooLong(path: long, bytes: long.utf8.count)) {
      try ControlClient(socketPath: long).health()
    }
  }

  @Test func nobodyThere() {
    do throws(ConsoleFault) {
      _ = try ControlClient(socketPath: path).status()
      Issue.record("an answer from nobody")
    } catch {
      #expect(error.code == "console.not_running")
    }
  }

  /// A socket file that nobody listens on: bound and closed.
  private func leaveStaleSocket() throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
  }
}
