import Foundation
import Harness
import Ledger
import Shopfloor

@testable import ERP

/// A connector that talks to a real Tryton of its own.
final class TrytonBench {
  let folder: TemporaryFolder
  let server: TrytonServer
  let look: TrytonClient
  let link: TrytonLink
  let journal = KeptNotes()
  let connector: TrytonConnector

  init(_ name: String, orders: Int = 0, warnings: [String] = []) throws {
    folder = try TemporaryFolder(name)
    server = try TrytonServer(folder: folder.url, orders: orders)
    look = server.client()
    let password = folder.url.appendingPathComponent("password")
    try Data(TrytonServer.integration.password.utf8).write(to: password)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: password.path)
    let settings = TrytonSettings(
      baseURL: server.address, database: TrytonServer.database, user: TrytonServer.integration.login,
      passwordFile: password.path, operations: ["Sealing": "seal", "Inspection": "inspect"],
      quarantineLocation: "Quarantine", acceptedWarnings: warnings)
    let link = TrytonLink(settings, journal: journal)
    self.link = link
    connector = TrytonConnector(
      calls: link, settings: settings, checkpoint: { Array("lotwire/line-1\n7\nabc=\n".utf8) },
      fetch: { _ throws(ERPFailure) in
        throw ERPFailure(.local, problem: "this connector only delivers", remedy: "none")
      },
      finish: { await link.close() })
  }

  /// What became of each row, in words.
  func deliver(_ rows: [OutboxRow]) async -> [String] {
    var answers: [String] = []
    for row in rows { answers.append(Self.words(await result(row))) }
    return answers
  }

  func deliverTogether(_ rows: [OutboxRow]) async -> [String] {
    await connector.deliver(rows, journal).map(Self.words)
  }

  private func result(_ row: OutboxRow) async -> Result<DeliveryVerdict, ERPFailure> {
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
