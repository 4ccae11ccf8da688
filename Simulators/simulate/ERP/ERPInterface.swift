import Crypto
import Foundation
import Hummingbird
import NIOCore

/// A request with the connection it came on, so that a fault can close it.
struct ERPRequestContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }
}

/// The routes of the simulated ERP: the interface that Sources/ERP/README.md describes, and `GET /stock`, the plain
/// count of the stock by the movements that were taken, and `GET /reports`, what the production reports say of each lot.
struct ERPInterface {
  let scenario: ERPScenario
  let shelf: RecordShelf
  private let signatures: ERPSignatureCheck?
  /// Largest request, in bytes.
  static let maximumRequestBytes = 200_000_000

  init(scenario: ERPScenario, shelf: RecordShelf) {
    self.scenario = scenario
    self.shelf = shelf
    signatures = scenario.signing.map { ERPSignatureCheck($0) }
  }

  func router() -> Router<ERPRequestContext> {
    let router = Router(context: ERPRequestContext.self)
    router.get("/work-orders") { request, context in
      try await answer(request, context, .work) { _ in try work(since: query("since", request)) }
    }
    router.get("/records") { request, context in
      try await answer(request, context, .search) { _ in
        let keys = Set(request.uri.queryParameters[values: "key"].map(String.init))
        return try json([
          "records": try await shelf.list(keys: keys, withContent: query("content", request) == "1")
        ])
      }
    }
    router.get("/records/:id/content") { request, context in
      try await answer(request, context, .content) { _ in
        guard let content = try await shelf.content(id: context.parameters.require("id")) else {
          return refusal(404, "there is no such record")
        }
        return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: content)))
      }
    }
    router.get("/stock") { _, _ in try json(await shelf.stock) }
    router.get("/reports") { _, _ in try json(await shelf.reports) }
    router.post("/records") { request, context in
      let body = try await request.body.collect(upTo: Self.maximumRequestBytes)
      return try await answer(request, context, .create, body: [UInt8](body.readableBytesView)) {
        try await create(body, faults: $0)
      }
    }
    return router
  }

  /// Checks the token, applies the faults around the work itself.
  private func answer(
    _ request: Request, _ context: ERPRequestContext, _ kind: ERPFault.RequestKind,
    body: [UInt8] = [], _ work: ([ERPFault.Effect]) async throws -> Response
  ) async throws -> Response {
    if let token = scenario.token, request.headers[.authorization] != "Bearer \(token)" {
      return refusal(401, "unknown token")
    }
    if let fault = await signatures?.fault(request, body: body) { return refusal(401, fault) }
    let faults = await shelf.faults(for: kind)
    let effects = faults.map(\.effect)
    if effects.contains(.unavailable) { return refusal(503, "maintenance") }
    if effects.contains(.refused) { return refusal(422, "the lot is closed in the books") }
    for fault in faults where fault.effect == .slow {
      try await Task.sleep(for: .seconds(fault.seconds))
    }
    let response = try await work(effects)
    if effects.contains(.answer500) { return refusal(500, "internal error after the write") }
    if effects.contains(.answerLost) { try await context.channel.close() }
    return response
  }

  private struct NewRecord: Decodable {
    var key: String
    var lot: String?
    var kind: String
    var sha256: String
    var content: Data
  }

  private func create(_ body: ByteBuffer, faults: [ERPFault.Effect]) async throws -> Response {
    let record: NewRecord
    do {
      record = try JSONDecoder().decode(NewRecord.self, from: Data(body.readableBytesView))
    } catch {
      return refusal(400, "the record cannot be read: \(error)")
    }
    if record.kind == ERPMovement.kind {
      guard let movement = ERPMovement(record.content) else { return refusal(400, "this is no movement") }
      if let refused = scenario.refusedMovements.first(where: { $0.concerns(movement) }) {
        return refusal(422, refused.words)
      }
    }
    if record.kind == ERPReport.kind, ERPReport(record.content) == nil {
      return refusal(400, "this is no production report")
    }
    if faults.contains(.falseSuccess) { return try json(["id": "999999"], status: .created) }
    let content = faults.contains(.truncated) ? record.content.dropLast() : record.content
    let id = try await shelf.add(
      key: record.key, lot: record.lot, kind: record.kind, sha256: record.sha256, content: Data(content))
    say(record)
    return try json(["id": id], status: .created)
  }

  /// One line on the standard output for everything that was taken.
  private func say(_ record: NewRecord) {
    let what =
      switch record.kind {
      case ERPReport.kind: ERPReport(record.content)?.line ?? record.key
      case ERPMovement.kind: ERPMovement(record.content)?.line ?? record.key
      default: (record.lot ?? record.key) + ", \(record.content.count) bytes, SHA-256 \(record.sha256.prefix(16))"
      }
    FileHandle.standardOutput.write(Data("simulate erp: \(record.kind) \(what)\n".utf8))
  }

  private struct Work: Encodable {
    var cursor: String
    var orders: [ERPOrder]
    var material_lots: [ERPMaterialLot]
    var items: [ERPItem]
    var expected_deliveries: [ERPDelivery]
  }

  /// The cursor is the digest of the scenario: a changed scenario is sent again as a whole.
  private func work(since: String?) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var work = Work(
      cursor: "", orders: scenario.orders, material_lots: scenario.materialLots, items: scenario.items,
      expected_deliveries: scenario.expectedDeliveries)
    let digest = SHA256.hash(data: try encoder.encode(work))
    work.cursor = digest.prefix(8).map { String($0, radix: 16) }.joined(separator: "-")
    if since == work.cursor {
      work.orders = []
      work.material_lots = []
      work.items = []
      work.expected_deliveries = []
    }
    return try json(work)
  }

  private func query(_ name: Substring, _ request: Request) -> String? {
    request.uri.queryParameters[name].map(String.init)
  }

  private func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    let bytes = try JSONEncoder().encode(value)
    return Response(
      status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private func refusal(_ status: Int, _ text: String) -> Response {
    Response(status: .init(code: status), body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
