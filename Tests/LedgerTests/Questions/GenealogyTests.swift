import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Genealogy")
struct GenealogyTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("genealogy") }

  private func line() throws -> LedgerStore { try QuestionedLine.storeOfSixtyLots(in: folder) }

  private func names(_ tree: Genealogy, _ level: Int) -> [String] {
    tree.nodes.filter { $0.level == level }.map(\.number)
  }

  @Test("forward: material, the lots made with it, and what was made with those, level by level")
  func forward() throws {
    let store = try line()
    defer { store.close() }
    let tree = try #require(try store.reader.genealogy(of: .material("ML-1"), .forward))
    let direct = (1..<20).map { "L-\($0)" }
    #expect(Set(names(tree, 1)) == Set(direct))
    // L-10 went into L-11, which stands in the first level already; nothing of ML-1 went beyond.
    #expect(names(tree, 2) == ["L-10"] && !tree.isCutOff)
    let ten = try #require(tree.nodes.firstIndex { $0.number == "L-10" && $0.kind == .productLot })
    let asMaterial = try #require(tree.children(of: ten).first)
    #expect(tree.nodes[asMaterial.to].kind == .materialLot && asMaterial.runs.isEmpty)
    let onward = try #require(tree.children(of: asMaterial.to).first)
    #expect(tree.nodes[onward.to].number == "L-11" && onward.runs == ["R-11"])
    #expect(tree.children(of: 0).count == 19 && tree.nodes[0].supplierLot == "S/1")
  }

  @Test("backward: through a lot that was taken in as material, to the supplier's lots of both")
  func backward() throws {
    let store = try line()
    defer { store.close() }
    let tree = try #require(try store.reader.genealogy(of: .lot("L-21"), .backward))
    #expect(names(tree, 0) == ["L-21"])
    #expect(names(tree, 1) == ["L-20", "ML-2"])
    #expect(names(tree, 2) == ["L-20"] && names(tree, 3).isEmpty)
    // ML-2 stands in the tree once, although both lots took it.
    #expect(tree.links.count { tree.nodes[$0.to].number == "ML-2" } == 2)
  }

  @Test("bounds of levels and lots are told")
  func bounds() throws {
    let store = try line()
    defer { store.close() }
    let shallow = try #require(try store.reader.genealogy(of: .lot("L-21"), .backward, maximumLevels: 1))
    #expect(shallow.isCutOff && shallow.nodes.allSatisfy { $0.level <= 1 })
    let few = try #require(
      try store.reader.genealogy(of: .material("ML-1"), .forward, maximumLevels: 9, maximumNodes: 5))
    #expect(few.isCutOff && few.nodes.count == 5 && few.links.allSatisfy { $0.to < 5 })
    #expect(try store.reader.genealogy(of: .lot("L-9999"), .backward) == nil)
    #expect(try store.reader.genealogy(of: .material("ML-9999"), .forward) == nil)
  }
}
