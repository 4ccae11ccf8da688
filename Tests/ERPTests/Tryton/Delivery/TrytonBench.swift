import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import ERP

/// A connector that talks to a real Tryton of its own.
final class TrytonBench {
  let folder: TemporaryFolder
  let server: TrytonServer
  let look: TrytonClient
  let link: TrytonLink
  let journal = KeptNotes()
  let settings: TrytonSettings
  let connector: TrytonConnector
  /// The same, where more than ordered is taken without asking a person.
  let accepting: TrytonConnector
  /// The same, where something in between carries out every change twice.
  let repeating: TrytonConnector

  init(_ name: String, orders: Int = 0) throws {
    folder = try TemporaryFolder(name)
    server = try TrytonServer(folder: folder.url, orders: orders)
    look = server.client()
    let password = folder.url.appendingPathComponent("password")
    try Data(TrytonServer.integration.password.utf8).write(to: password)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: password.path)
    let settings = TrytonSettings(
      baseURL: server.address, database: TrytonServer.database, user: TrytonServer.integration.login,
      passwordFile: password.path, operations: ["Sealing": "seal", "Inspection": "inspect"],
      quarantineLocation: "Quarantine")
    self.settings = settings
    let link = TrytonLink(settings, journal: journal)
    self.link = link
    var open = settings
    open.acceptedWarnings = ["*.check_move_quantity"]
    connector = Self.connector(link, settings)
    accepting = Self.connector(link, open)
    repeating = Self.connector(RepeatingCalls(calls: link), settings)
  }

  static func connector(_ calls: any TrytonCalls, _ settings: TrytonSettings) -> TrytonConnector {
    TrytonConnector(
      calls: calls, settings: settings,
      ledger: TrytonLedger(checkpoint: { Array("lotwire/line-1\n7\nabc=\n".utf8) }),
      fetch: { _ throws(ERPFailure) in
        throw ERPFailure(.local, problem: "this connector only delivers", remedy: "none")
      })
  }

  func close() async { await link.close() }

  /// A bench that is closed whatever becomes of the body.
  static func using(_ name: String, _ body: (TrytonBench) async throws -> Void) async throws {
    let bench = try TrytonBench(name)
    do {
      try await body(bench)
    } catch {
      await bench.close()
      throw error
    }
    await bench.close()
  }

  /// What became of each row, in words.
  func deliver(_ rows: [OutboxRow], through other: TrytonConnector? = nil) async -> [String] {
    var answers: [String] = []
    for row in rows { answers.append(Self.words(await result(row, other ?? connector))) }
    return answers
  }

  /// Delivers each row twice: the second time changes nothing in Tryton.
  func deliverTwice(
    _ rows: [OutboxRow], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [String] {
    let answers = await deliver(rows)
    let before = try written()
    let again = await deliver(rows)
    #expect(again == answers, sourceLocation: sourceLocation)
    let changed = try written().symmetricDifference(before)
    #expect(changed.isEmpty, "\(changed.sorted())", sourceLocation: sourceLocation)
    return answers
  }

  /// What our steps write: each record with when it was written last.
  private func written() throws -> Set<String> {
    let models = [
      "stock.lot", "stock.move", "stock.shipment.in", "stock.shipment.internal", "production", "quality.inspection",
      "quality.alert", "purchase.line", "ir.note", "ir.attachment",
    ]
    return Set(
      try models.flatMap { model in
        try look.search(model, [], fields: ["_timestamp"]).map {
          "\(model) \($0["id"] ?? "-") \($0["_timestamp"] ?? "-")"
        }
      })
  }

  func deliverTogether(_ rows: [OutboxRow]) async -> [String] {
    await connector.deliver(rows, journal).map(Self.words)
  }

  private func result(_ row: OutboxRow, _ connector: TrytonConnector) async -> Result<DeliveryVerdict, ERPFailure> {
    do throws(ERPFailure) {
      return .success(try await connector.deliver(row, journal))
    } catch {
      return .failure(error)
    }
  }

  private static func words(_ answer: Result<DeliveryVerdict, ERPFailure>) -> String {
    switch answer {
    case .success(.delivered): "delivered"
    case .success(.blocked(let reason)): "blocked: \(reason)"
    case .failure(let failure): "\(failure.code.rawValue): \(failure.problem)"
    }
  }

  func first(_ model: String, _ domain: [Any], _ fields: [String]) throws -> TrytonClient.Row {
    try look.search(model, domain, fields: fields).first ?? [:]
  }
}

/// Carries out every call that changes something twice, as a proxy that repeats requests does.
private struct RepeatingCalls: TrytonCalls {
  let calls: any TrytonCalls

  func call(
    _ method: String, _ parameters: [TrytonValue], context: [String: TrytonValue]
  ) async throws(ERPFailure) -> TrytonAnswer {
    let answer = try await calls.call(method, parameters, context: context)
    if method.hasSuffix(".search_read") { return answer }
    _ = try await calls.call(method, parameters, context: context)
    return answer
  }
}
