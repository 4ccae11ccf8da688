import FoundationEssentials
import Hummingbird
import Shopfloor

/// The routes of the local interface.
struct ConsoleRoutes {
  let ports: ConsolePorts
  /// Largest request, in bytes.
  static let maximumRequestBytes = 65_536

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.get("/health") { _, _ in
      Response(status: .ok, headers: [.contentType: "text/plain"], body: .init(byteBuffer: ByteBuffer(string: "ok\n")))
    }
    router.get("/status") { _, _ in try json(await ports.status(), status: .ok) }
    router.post("/acknowledge") { request, _ in
      let body = try await request.body.collect(upTo: Self.maximumRequestBytes)
      switch read(body) {
      case .success(let wish):
        let answer = ConsoleAnswer(await ports.acknowledge(wish))
        return try json(answer, status: answer.accepted ? .ok : .conflict)
      case .failure(let fault): return try json(fault.answer, status: .badRequest)
      }
    }
    router.post("/reload") { _, _ in
      let answer = await ports.reload()
      return try json(answer, status: answer.accepted ? .ok : .conflict)
    }
    return router
  }

  private struct RequestFault: Error {
    var answer: ConsoleAnswer
  }

  private func read(_ body: ByteBuffer) -> Result<AcknowledgeRequest, RequestFault> {
    func fault(_ english: String, _ chinese: String) -> Result<AcknowledgeRequest, RequestFault> {
      .failure(
        RequestFault(answer: ConsoleAnswer(accepted: false, code: "request.fault", words: Words(english, chinese))))
    }
    let wish: AcknowledgeRequest
    do {
      wish = try JSONDecoder().decode(AcknowledgeRequest.self, from: Data(body.readableBytesView))
    } catch {
      let shown = displayable("\(error)")
      return fault(
        "The request needs the texts alarm, person and cause as JSON: \(shown)",
        "请求须为含 alarm、person、cause 的 JSON：\(shown)")
    }
    // An empty cause is the floor's to refuse.
    if !wish.cause.isEmpty, let found = OutsideTextFault(in: wish.cause, maximumBytes: maximumCauseBytes) {
      return fault("The cause cannot be taken: \(found.words.english).", "原因无法接受：\(found.words.chinese)。")
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
