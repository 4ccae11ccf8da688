import Foundation
import Harness
import Shopfloor
import Testing

@testable import ERP

/// Work in, from a real Tryton with the simulated factory.
@Suite(.serialized) struct TrytonWorkTests {
  /// A factory, a link that is logged in to it, and its work.
  struct Tried {
    let folder: TemporaryFolder
    let server: TrytonServer
    let look: TrytonClient
    let tried: LinkUnderTest
    let work: TrytonWork

    init(_ adapt: (inout TrytonSettings) -> Void = { _ in }) throws {
      folder = try TemporaryFolder("work")
      server = try TrytonServer(folder: folder.url)
      look = server.client()
      tried = try LinkUnderTest(
        server.address, user: TrytonServer.integration.login, password: TrytonServer.integration.password
      ) {
        $0.operations = ["Sealing": "seal"]
        $0.customerSuppliedCategory = "Customer-supplied"
        $0.quarantineLocation = "QUA"
        adapt(&$0)
      }
      work = TrytonWork(calls: tried.link, settings: tried.settings, clock: tried.clock)
    }

    func id(_ model: String, _ field: String, _ value: String) throws -> Int {
      try #require(try look.search(model, [[field, "=", value]], fields: ["id"]).first?["id"] as? Int)
    }
  }

  /// The link is closed however the body ends.
  private func withFactory(
    _ adapt: (inout TrytonSettings) -> Void = { _ in }, _ body: (Tried) async throws -> Void
  ) async throws {
    let tried = try Tried(adapt)
    do {
      try await body(tried)
    } catch {
      await tried.tried.close()
      throw error
    }
    await tried.tried.close()
  }

  @Test func everythingThatIsOpenThenOnlyWhatChanges() async throws {
    try await withFactory { tried in
      let first = try await tried.work.fetch(since: nil)
      #expect(first.refusals == [])
      try expectFactory(first)
      try await expectIdlePolls(tried, first)
      try await expectRefusals(tried)
      try await expectChanges(tried, first)
    }
  }

  private func expectFactory(_ update: WorkUpdate) throws {
    let orders = update.change.orders
    #expect(orders.map(\.number.text) == ["WO-4711", "WO-4712"])
    #expect(
      orders.first
        == WorkOrder(
          number: "WO-4711", product: "POUCH-200", productName: "Sterile pouch 200x300", quantity: 2_000, unit: "u",
          operations: ["seal", "inspection"], lots: ["WO-4711"],
          materials: [
            BillOfMaterialsLine(item: "FILM-70", quantityPerUnit: 0.13, suppliedByCustomer: false),
            BillOfMaterialsLine(item: "VALVE-CS", quantityPerUnit: 1, suppliedByCustomer: true),
            BillOfMaterialsLine(item: "INK-BLK", quantityPerUnit: 0.02, suppliedByCustomer: false),
          ], deviceIdentifier: "04012345678901"))
    #expect(orders.last?.lots == ["L-4712-1", "L-4712-2"])
    let items = Dictionary(uniqueKeysWithValues: update.change.items.map { ($0.code.text, $0) })
    #expect(items.keys.sorted() == ["FILM-70", "INK-BLK", "POUCH-200", "VALVE-CS"])
    #expect(
      items["FILM-70"]
        == Item(
          code: "FILM-70", name: "Film 70 µm", unit: "m", otherCodes: ["04012345000016"], requiresExpiry: true))
    #expect(
      update.change.deliveries == [
        ExpectedDelivery(
          number: "PO-55-1", supplier: "Folien AG",
          lines: [
            .init(item: "FILM-70", quantity: Quantity(1_000)), .init(item: "VALVE-CS", quantity: Quantity(5_000)),
          ]
        )
      ])
    let expiry = try #require(Timestamp(iso8601: "2032-01-01"))
    #expect(
      update.change.materials.sorted { $0.number < $1.number } == [
        MaterialLot(
          number: "M-FILM-1", item: "FILM-70", status: .released, unusableFrom: expiry, quantity: Quantity(40_000)),
        MaterialLot(
          number: "M-FILM-2", item: "FILM-70", status: .blocked, unusableFrom: expiry, quantity: Quantity(500)),
        MaterialLot(
          number: "M-FILM-3", item: "FILM-70", status: .released, unusableFrom: Timestamp(iso8601: "2026-02-01"),
          quantity: Quantity(500)),
        MaterialLot(number: "M-VALVE-1", item: "VALVE-CS", status: .released, quantity: Quantity(300_000)),
      ])
    #expect(Set(update.change.people?.map(\.name) ?? []) == ["Lotwire", "Guest"])
  }

  /// Once nothing has changed for longer than the overlap, a poll is six questions with empty answers.
  private func expectIdlePolls(_ tried: Tried, _ first: WorkUpdate) async throws {
    var cursor = TrytonCursor(try #require(first.cursor)) ?? TrytonCursor()
    for subject in TrytonCursor.Subject.allCases {
      cursor.seen[subject] = cursor.seen[subject]?.advanced(byMicroseconds: 2 * TrytonCursor.overlapMicroseconds)
    }
    let before = await tried.tried.link.callCount
    let update = try await tried.work.fetch(since: cursor.text)
    #expect(update.change.isEmpty && update.refusals.isEmpty)
    #expect(await tried.tried.link.callCount - before == 6)
    #expect(update.cursor == cursor.text)
  }

  private func expectChanges(_ tried: Tried, _ first: WorkUpdate) async throws {
    let look = tried.look
    // A lot that is renamed reaches its order; a category its bill of materials; a code its item.
    try look.write("stock.lot", id: tried.id("stock.lot", "number", "L-4712-2"), ["number": "L-4712-9"])
    var update = try await tried.work.fetch(since: first.cursor)
    #expect(update.change.orders.last?.lots == ["L-4712-1", "L-4712-9"])
    try look.write("production.bom.input", id: 1, ["quantity": 0.15])
    update = try await tried.work.fetch(since: update.cursor)
    #expect(update.change.orders.allSatisfy { $0.materials.first?.quantityPerUnit == 0.15 })
    _ = try look.create(
      "product.identifier", ["product": tried.id("product.product", "code", "INK-BLK"), "code": "INK/9"])
    update = try await tried.work.fetch(since: update.cursor)
    #expect(update.change.items.first { $0.code == "INK-BLK" }?.otherCodes == ["INK/9"])
    // A cancelled order ends; a bad one is refused alone, once.
    try look.model("production.cancel", [[tried.id("production", "reference", "WO-4712")]])
    try look.write("production", id: tried.id("production", "reference", "WO-4711"), ["routing": NSNull()])
    update = try await tried.work.fetch(since: update.cursor)
    #expect(update.change.orders.map(\.state) == [.cancelled])
    #expect(
      update.refusals.map(\.description) == ["order \"WO-4711\": routing: the production has no routing with steps"])
    update = try await tried.work.fetch(since: update.cursor)
    #expect(update.refusals.isEmpty)
    // The restart of the daemon begins with the cursor; another text begins anew.
    let again = TrytonWork(calls: tried.tried.link, settings: tried.tried.settings, clock: tried.tried.clock)
    #expect(try await again.fetch(since: "of another ERP").change.materials.count == 4)
  }

  /// What the configuration names and Tryton does not know is said; without rights there is no work, and the reason.
  private func expectRefusals(_ tried: Tried) async throws {
    var settings = tried.tried.settings
    settings.customerSuppliedCategory = "no such category"
    settings.quarantineLocation = "nowhere"
    let lost = TrytonWork(calls: tried.tried.link, settings: settings, clock: tried.tried.clock)
    let update = try await lost.fetch(since: nil)
    #expect(update.refusals.map(\.field).sorted() == ["customer_supplied_category", "quarantine_location"])
    #expect(update.change.orders.flatMap(\.materials).allSatisfy { $0.suppliedByCustomer == nil })

    let visitor = try LinkUnderTest(
      tried.server.address, user: TrytonServer.visitor.login, password: TrytonServer.visitor.password)
    let work = TrytonWork(calls: visitor.link, settings: visitor.settings, clock: visitor.clock)
    do throws(ERPFailure) {
      _ = try await work.fetch(since: nil)
      Issue.record("a user without rights gets work")
    } catch {
      #expect(error.needsPerson && error.problem.contains("not allowed"), "\(error)")
    }
    await visitor.close()
  }
}
