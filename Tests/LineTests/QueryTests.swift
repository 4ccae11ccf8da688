import ArgumentParser
import Foundation
import Ledger
import Shopfloor
import Testing

@testable import lotwire

@Suite("lotwire query")
struct QueryTests {
  @Test("a table has columns as wide as their widest cell; Chinese characters take two places")
  func table() {
    let table = QueryTable(
      headings: ["lot", "name", "x"], rows: [["L-1", "袋子", "1"], ["L-22", "Pouch", ""]], notes: ["more"])
    #expect(
      table.printed(as: .text) == """
        lot   name   x
        L-1   袋子   1
        L-22  Pouch
        more
        """)
    #expect(QueryTable(headings: ["a"], rows: []).printed(as: .text) == "Nothing found.")
  }

  @Test("CSV is quoted after RFC 4180, and no cell is a formula")
  func csv() {
    let table = QueryTable(
      headings: ["a", "b"], rows: [["=1+1", "-5"], ["say \"x\", y", "two\nlines"]], notes: ["more"])
    #expect(table.printed(as: .csv) == "a,b\r\n'=1+1,-5\r\n\"say \"\"x\"\", y\",\"two\nlines\"")
  }

  @Test(
    "a sign that is one Character with what follows is guarded like every formula", arguments: ["=\u{301}1", "\r\n=1"])
  func formula(text: String) {
    #expect(QueryTable(headings: ["a"], rows: [[text]]).printed(as: .csv).utf8.contains(0x27))
  }

  @Test("a CSV that is cut, or that cannot say anything, ends with a status of its own and says why")
  func incomplete() throws {
    let answer = try AnswerOptions.parse(["--csv"])
    let cut = QueryLotsCommand.table(Bounded([], isCutOff: true), answer)
    #expect { try answer.tellNotes(of: cut) } throws: { error in
      guard let failure = error as? CommandFailure else { return false }
      return failure.status == 3 && failure.text.contains("There is more")
    }
    try answer.tellNotes(of: QueryLotsCommand.table(Bounded([], isCutOff: false), answer))
    let empty = #"{"places":[],"calibrations":[],"doubts":[],"runs":[],"lots":[],"isCutOff":false}"#
    let nothing = CalibrationText.lots(
      try JSONDecoder().decode(CalibrationAnswer.self, from: Data(empty.utf8)), answer)
    #expect { try answer.tellNotes(of: nothing) } throws: { error in
      (error as? CommandFailure)?.text.contains("nothing can be said") == true
    }
  }

  @Test("a station and its parameter are told apart at the last slash", arguments: ["sealer", "/x", "sealer/"])
  func place(text: String) throws {
    #expect(throws: CommandFailure.self) { try stationAndParameter(text) }
    let (station, parameter) = try stationAndParameter("hall/sealer/seal.temperature")
    #expect(station == "hall/sealer" && parameter == "seal.temperature")
  }

  @Test("a tree of lots is drawn by levels, every lot in full once")
  func tree() {
    var tree = Genealogy(direction: .backward)
    func node(_ kind: Genealogy.Kind, _ number: String, _ level: Int) -> Genealogy.Node {
      .init(kind: kind, number: number, level: level)
    }
    tree.nodes = [node(.productLot, "L-2", 0), node(.materialLot, "L-1", 1), node(.materialLot, "ML-1", 1)]
    tree.nodes += [node(.productLot, "L-1", 2)]
    tree.links = [
      .init(from: 0, to: 1, runs: ["R-2"]), .init(from: 0, to: 2, runs: ["R-2"]), .init(from: 1, to: 3, runs: []),
      .init(from: 3, to: 2, runs: ["R-1"]),
    ]
    #expect(
      GenealogyText(tree).text == """
        lot L-2
          material L-1 [in R-2]
            lot L-1
              material ML-1 [in R-1]
          material ML-1 [in R-2] (see above)
        """)
  }

  @Test("an answer in SQL keeps numbers, texts and nothing apart")
  func sql() throws {
    let answer = ReadOnlyQuery.Answer(
      columns: ["a", "b", "c", "d"], rows: [[.integer(1), .text("x"), .null, .blob([0, 171])]], isCutOff: true)
    let json = try QueryTable.json(SQLReport(answer))
    #expect(json.contains("\"isCutOff\" : true") && json.contains("null") && json.contains("\"00ab\""))
    #expect(SQLReport.table(answer).printed(as: .text).hasSuffix("There is more than is told here: raise --limit."))
  }
}
