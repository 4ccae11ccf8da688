import Foundation
import Harness
import Testing

@Suite("The simulated factory in a real Tryton", .serialized)
struct TrytonFactoryTests {
  @Test("what it holds, in English and Chinese; killed, restarted and put back on the same address")
  func factory() throws {
    let folder = try TemporaryFolder("factory")
    let server = try TrytonServer(folder: folder.url, orders: 2)
    let address = server.address
    let look = server.client()
    let orders = try look.search("production", [], fields: ["reference", "state", "quantity"])
    #expect(orders.map { $0["reference"] as? String } == ["WO-4711", "WO-4712", "WO-5000", "WO-5001"])
    #expect(orders.allSatisfy { $0["state"] as? String == "waiting" })
    let operations = try look.search(
      "production.routing.operation", [], fields: ["name"], context: ["language": "zh_CN"])
    #expect(operations.map { $0["name"] as? String } == ["热封", "检验"])
    #expect(try look.count("product.category", [["name", "=", "Customer-supplied"]]) == 1)
    #expect(
      try look.search("stock.lot", [["number", "=", "M-FILM-3"]], fields: ["expiration_date"])
        .map { TrytonClient.day(of: $0["expiration_date"]) } == ["2026-01-31"])
    #expect(
      try look.search("purchase.purchase", [], fields: ["reference", "state"])
        .map { "\($0["reference"] ?? "") \($0["state"] ?? "")" }.sorted()
        == ["PO-5000 processing", "PO-5001 processing", "PO-55-1 processing"])
    #expect(try server.client(TrytonServer.integration).count("production", []) == 4)

    let before = try server.dump()
    _ = try look.create("ir.note", ["resource": "production,1", "message": "seen"])
    let notes = { (rows: [String]) in rows.filter { $0.hasPrefix("ir_note ") } }
    #expect(try notes(before).isEmpty && notes(server.dump()).count == 1)
    server.killNow()
    #expect(throws: ChildProcess.Failure.self) { try look.count("ir.note", []) }
    try server.restart()
    #expect(try server.address == address && server.client().count("ir.note", []) == 1)
    #expect(try #require(server.residentKilobytes) > 10_000)
    try server.reset()
    #expect(try server.client().count("ir.note", []) == 0)

    let visitor = server.client(TrytonServer.visitor)
    #expect(throws: TrytonClient.Refused.self) { try visitor.write("production", id: 1, ["reference": "mine"]) }
    #expect(throws: TrytonClient.Refused.self) {
      try server.client(.init(login: "lotwire", password: "wrong")).count("production", [])
    }
  }
}
