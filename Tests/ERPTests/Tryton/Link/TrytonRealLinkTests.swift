import Foundation
import Harness
import Shopfloor
import Testing

@testable import ERP

/// What only a real Tryton proves of the link.
@Suite(.serialized) struct TrytonRealLinkTests {
  @Test func outlivesTheServerRenewsItsSessionAndNeverLocksTheAccount() async throws {
    let folder = try TemporaryFolder("real-link")
    let server = try TrytonServer(folder: folder.url)
    let tried = try LinkUnderTest(
      server.address, user: TrytonServer.integration.login, password: TrytonServer.integration.password)
    do {
      try await restart(server, tried)
      try await passwords(server, tried)
      try await alarms(tried)
      try await content(tried)
    } catch {
      await tried.close()
      throw error
    }
    await tried.close()
  }

  private func restart(_ server: TrytonServer, _ tried: LinkUnderTest) async throws {
    #expect(await tried.failure() == nil)
    server.killNow()
    #expect(await tried.failure()?.code == .unreachable)
    try server.restart()
    #expect(await tried.failure() == nil)
    // Sessions are ended when somebody changes the password: an expired session is no wrong password.
    let look = server.client()
    let users = try look.search("res.user", [["login", "=", "lotwire"]], fields: ["id"])
    let user = try #require(users.first?["id"] as? Int)
    try look.write("res.user", id: user, ["password": "another-line-9"])
    try tried.write("another-line-9")
    #expect(await tried.failure() == nil)
    #expect(tried.notes.notes.isEmpty)
    // Refusals in Tryton's own words.
    #expect(await tried.refusal("production.no_such_method")?.kind == .access)
    #expect(await tried.refusal("no.such.model.search")?.kind == .serverError)
    #expect(await tried.failure("production.run") == nil)
  }

  private func passwords(_ server: TrytonServer, _ tried: LinkUnderTest) async throws {
    try tried.write("wrong")
    let other = TrytonLink(tried.settings, journal: tried.notes, clock: tried.clock)
    for _ in 0..<8 {
      // The failure is expected; what counts is how often Tryton was asked.
      _ = try? await other.call("production.search", [.list([])], context: [:])
    }
    #expect(await other.logInCount == 1)
    #expect(tried.notes.notes.map(\.kind) == [.credentialRefused])
    try tried.write("another-line-9")
    guard case .value = try await other.call("production.search", [.list([])], context: [:]) else {
      Issue.record("the right password is not accepted any more")
      return
    }
    #expect(tried.notes.notes.map(\.kind) == [.credentialRefused, .credentialAccepted])
    await other.close()
  }

  /// A refused password is an alarm that the next run of the daemon ends, once, and that later starts do not repeat.
  private func alarms(_ tried: LinkUnderTest) async throws {
    let line = try LedgerLine(path: tried.folder.file("ledger.sqlite").path)
    try tried.write("wrong")
    try await ERPAccessTests.outlivesRestarts(
      line, source: "ERP: credential (tryton)",
      connector: { TrytonConnector(tried.settings, journal: line.journal(of: "tryton")) },
      mend: { try tried.write("another-line-9") })
    await line.close()
  }

  /// A large attachment and every kind of value come back as they went.
  private func content(_ tried: LinkUnderTest) async throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let made = try await tried.link.call(
      "ir.attachment.create",
      [
        .list([
          .object([
            "name": .text("无菌袋 \"x\" \\ é.json"), "type": .text("data"), "resource": .text("production,1"),
            "data": .bytes(bytes),
          ])
        ])
      ], context: [:])
    guard case .value(.list(let ids)) = made else {
      Issue.record("\(made)")
      return
    }
    let read = try await tried.link.call(
      "ir.attachment.read", [.list(ids), .list([.text("data"), .text("name"), .text("create_date")])], context: [:])
    guard case .value(.list(let rows)) = read, case .object(let row)? = rows.first else {
      Issue.record("the attachment is not given back")
      return
    }
    #expect(row["data"] == .bytes(bytes) && row["name"] == .text("无菌袋 \"x\" \\ é.json"))
    guard case .instant? = row["create_date"] else {
      Issue.record("\(String(describing: row["create_date"]))")
      return
    }
  }
}
