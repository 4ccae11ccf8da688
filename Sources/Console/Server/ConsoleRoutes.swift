import FoundationEssentials
import Hummingbird
import Shopfloor

/// The routes of the local interface.
struct ConsoleRoutes {
  let ports: ConsolePorts
  /// Longest silence of a stream.
  var heartbeat: Duration = .seconds(15)
  /// Largest request, in bytes.
  static let maximumRequestBytes = 65_536
  /// A comparison of every point of a large profile.
  static let maximumCommissioningBytes = 2_000_000
  /// A control plan of many stations.
  static let maximumControlPlanBytes = 4_000_000

  func router() -> Router<ConsoleContext> {
    let router = readOnlyRouter()
    router.get("/status") { _, _ in try json(await ports.status(), status: .ok) }
    router.post("/acknowledge") { request, _ in
      try await change(request, AcknowledgeRequest.self, needs: "alarm, person and cause", text: \.cause) {
        await ports.acknowledge($0)
      }
    }
    router.post("/hold") { request, _ in
      try await change(request, HoldRequest.self, needs: "lot, person, reason and lift", text: \.reason) {
        await ports.hold($0)
      }
    }
    router.post("/dispose") { request, _ in
      try await change(
        request, DispositionRequest.self, needs: "material, status, person and reason", text: \.reason
      ) { await ports.dispose($0) }
    }
    router.post("/control-plan") { request, _ in
      // The floor looks at every text in it.
      try await change(
        request, ControlPlanCommand.self, needs: "a command for control plans",
        maximumBytes: Self.maximumControlPlanBytes, text: { _ in "" }
      ) { await ports.controlPlan($0) }
    }
    router.post("/alarm") { request, _ in
      // Its texts are the floor's to judge: each command has its own.
      try await change(request, AlarmCommand.self, needs: "a command for an alarm", text: { _ in "" }) {
        await ports.alarm($0)
      }
    }
    router.post("/quantity") { request, _ in
      // Reasons and texts are the floor's to judge.
      try await change(
        request, QuantityReported.self, needs: "lot, operation, person and quantities", text: \.correctionText
      ) { await ports.count($0) }
    }
    router.post("/outbox") { request, _ in try await decideDeliveries(request) }
    addComparison(to: router)
    addDevices(to: router)
    router.post("/reload") { _, _ in
      let answer = await ports.reload()
      return try json(answer, status: answer.accepted ? .ok : .conflict)
    }
    return router
  }

  private func addComparison(to router: Router<ConsoleContext>) {
    router.post("/outbox/compare") { request, _ in
      let body = try await request.body.collect(upTo: Self.maximumRequestBytes)
      switch read(ComparisonWish.self, body, needs: "person and reason", text: \.reason) {
      case .success(let wish):
        let answer = await ports.comparison.ask(wish)
        return try json(answer, status: answer.answer.accepted ? .ok : .conflict)
      case .failure(let fault): return try json(ComparisonAnswer(fault.answer), status: .badRequest)
      }
    }
    router.get("/outbox/comparison") { _, _ in
      guard let findings = await ports.comparison.findings() else { return Response(status: .notFound) }
      return try json(findings, status: .ok)
    }
  }

  private func decideDeliveries(_ request: Request) async throws -> Response {
    let body = try await request.body.collect(upTo: Self.maximumRequestBytes)
    let wish: DeliveryDecisionRequest
    switch read(DeliveryDecisionRequest.self, body, needs: "rows, action, person and reason", text: \.reason) {
    case .success(let found): wish = found
    case .failure(let fault): return try json([fault.answer], status: .badRequest)
    }
    guard (1...DeliveryDecisionRequest.maximumRows).contains(wish.rows.count) else {
      let most = DeliveryDecisionRequest.maximumRows
      let words = Words("Name 1 to \(most) rows.", "请指定 1 至 \(most) 行。")
      return try json([ConsoleAnswer(accepted: false, code: "request.fault", words: words)], status: .badRequest)
    }
    let answers = await ports.decideDeliveries(wish).map(ConsoleAnswer.init)
    return try json(answers, status: answers.allSatisfy(\.accepted) ? .ok : .conflict)
  }

  /// What a screen at a station may have without being asked who it is: nothing here changes anything.
  func readOnlyRouter() -> Router<ConsoleContext> {
    let router = Router(context: ConsoleContext.self)
    router.get("/health") { _, _ in
      Response(status: .ok, headers: [.contentType: "text/plain"], body: .init(byteBuffer: ByteBuffer(string: "ok\n")))
    }
    router.get("/metrics") { _, _ in
      Response(
        status: .ok, headers: [.contentType: Metrics.contentType],
        body: .init(byteBuffer: ByteBuffer(string: Metrics(await ports.status()).text)))
    }
    FeedbackRoute(hub: ports.feedback, heartbeat: heartbeat).add(to: router)
    return router
  }

  private func addDevices(to router: Router<ConsoleContext>) {
    router.post("/write") { request, _ in
      try await change(request, WriteRequest.self, needs: "device, point, value, person and reason", text: \.reason) {
        await ports.devices.write($0)
      }
    }
    router.post("/forget-limits") { request, _ in
      try await change(request, ForgetRequest.self, needs: "device, person and reason", text: \.reason) {
        await ports.devices.forget($0)
      }
    }
    router.post("/commission") { request, _ in
      try await change(
        request, DeviceCommissioning.self, needs: "a commissioning", maximumBytes: Self.maximumCommissioningBytes,
        text: \.identification
      ) { await ports.devices.commission($0) }
    }
    router.post("/calibration") { request, _ in
      try await change(
        request, Calibration.self, needs: "station, parameter, performedAt, asFound, asLeft and person",
        text: { [$0.certificate, $0.note].compactMap { $0 }.joined(separator: " ") }
      ) { await ports.devices.calibrate($0) }
    }
    router.post("/read-device") { request, _ in
      let body = try await request.body.collect(upTo: Self.maximumRequestBytes)
      switch read(ReadDeviceRequest.self, body, needs: "device and points", text: \.device.text) {
      case .success(let wish): return try json(await ports.devices.read(wish), status: .ok)
      case .failure(let fault): return try json(fault.answer, status: .badRequest)
      }
    }
  }

  private func change<Wish: Decodable>(
    _ request: Request, _ type: Wish.Type, needs: String, maximumBytes: Int = Self.maximumRequestBytes,
    text: (Wish) -> String, _ perform: (Wish) async -> CommandAnswer
  ) async throws -> Response {
    let body = try await request.body.collect(upTo: maximumBytes)
    switch read(type, body, needs: needs, text: text) {
    case .success(let wish):
      let answer = ConsoleAnswer(await perform(wish))
      return try json(answer, status: answer.accepted ? .ok : .conflict)
    case .failure(let fault): return try json(fault.answer, status: .badRequest)
    }
  }

  private struct RequestFault: Error {
    var answer: ConsoleAnswer
  }

  /// Reads a request; `text` is the free text in it, which must be fit to be shown and kept.
  private func read<Request: Decodable>(
    _ type: Request.Type, _ body: ByteBuffer, needs: String, text: (Request) -> String
  ) -> Result<Request, RequestFault> {
    func fault(_ english: String, _ chinese: String) -> Result<Request, RequestFault> {
      .failure(
        RequestFault(answer: ConsoleAnswer(accepted: false, code: "request.fault", words: Words(english, chinese))))
    }
    let wish: Request
    do {
      wish = try JSONDecoder().decode(Request.self, from: Data(body.readableBytesView))
    } catch {
      let shown = displayable("\(error)")
      return fault(
        "The request needs \(needs) as JSON: \(shown)", "请求须为含 \(needs) 的 JSON：\(shown)")
    }
    // An empty text is the floor's to refuse.
    if !text(wish).isEmpty, let found = OutsideTextFault(in: text(wish), maximumBytes: maximumCauseBytes) {
      return fault("The text cannot be taken: \(found.words.english).", "文字无法接受：\(found.words.chinese)。")
    }
    return .success(wish)
  }

  private func json(_ value: some Encodable, status: HTTPResponse.Status) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes = try encoder.encode(value)
    return Response(
      status: status, headers: [.contentType: "application/json; charset=utf-8"],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

extension QuantityReported {
  fileprivate var correctionText: String { correction ?? "" }
}
