import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Doubtful stretches")
struct DoubtfulStretchTests {
  /// A calibration as a table writes it: hour, found in or out, left in or out, due hour.
  struct Row: Sendable {
    var hour: Int
    var found: Calibration.Finding
    var left: Calibration.Finding
    var due: Int?
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var rows: [Row]
    var now = 100
    /// Cause, from and until in hours; nil: open.
    var expected: [(DoubtfulStretch.Cause, Int?, Int?)]
  }

  static let cases: [Case] = [
    Case(testDescription: "none", rows: [], expected: []),
    Case(testDescription: "all well", rows: [.init(hour: 1, found: .inTolerance, left: .inTolerance)], expected: []),
    Case(
      testDescription: "found out, never calibrated before",
      rows: [.init(hour: 5, found: .outOfTolerance, left: .inTolerance)],
      expected: [(.foundOutOfTolerance, nil, 5)]),
    Case(
      testDescription: "found out after a good one",
      rows: [
        .init(hour: 2, found: .inTolerance, left: .inTolerance),
        .init(hour: 5, found: .outOfTolerance, left: .inTolerance),
      ],
      expected: [(.foundOutOfTolerance, 2, 5)]),
    Case(
      testDescription: "left out until the next, which finds it out since the last that left it in",
      rows: [
        .init(hour: 2, found: .inTolerance, left: .inTolerance),
        .init(hour: 5, found: .inTolerance, left: .outOfTolerance),
        .init(hour: 9, found: .outOfTolerance, left: .inTolerance),
      ],
      expected: [(.foundOutOfTolerance, 2, 9), (.leftOutOfTolerance, 5, 9)]),
    Case(
      testDescription: "left out for ever", rows: [.init(hour: 5, found: .inTolerance, left: .outOfTolerance)],
      expected: [(.leftOutOfTolerance, 5, nil)]),
    Case(
      testDescription: "overdue until the next",
      rows: [
        .init(hour: 1, found: .inTolerance, left: .inTolerance, due: 10),
        .init(hour: 14, found: .inTolerance, left: .inTolerance, due: 200),
      ],
      expected: [(.overdue, 10, 14)]),
    Case(
      testDescription: "overdue until now", rows: [.init(hour: 1, found: .inTolerance, left: .inTolerance, due: 99)],
      expected: [(.overdue, 99, nil)]),
    Case(
      testDescription: "overdue from the very instant",
      rows: [.init(hour: 1, found: .inTolerance, left: .inTolerance, due: 100)], expected: [(.overdue, 100, nil)]),
    Case(
      testDescription: "calibrated at the instant it was due",
      rows: [
        .init(hour: 1, found: .inTolerance, left: .inTolerance, due: 10),
        .init(hour: 10, found: .inTolerance, left: .inTolerance),
      ], expected: []),
    Case(
      testDescription: "not due yet", rows: [.init(hour: 1, found: .inTolerance, left: .inTolerance, due: 101)],
      expected: []),
    Case(
      testDescription: "of the same instant the last recorded counts",
      rows: [
        .init(hour: 5, found: .outOfTolerance, left: .outOfTolerance),
        .init(hour: 5, found: .inTolerance, left: .inTolerance),
      ], expected: []),
    Case(
      testDescription: "recorded later than a later one",
      rows: [
        .init(hour: 9, found: .inTolerance, left: .inTolerance),
        .init(hour: 5, found: .outOfTolerance, left: .inTolerance),
      ],
      expected: [(.foundOutOfTolerance, nil, 5)]),
  ]

  @Test("follow from the calibrations", arguments: cases)
  func table(_ row: Case) {
    let calibrations = row.rows.map {
      QuestionedLine.calibration(atHour: $0.hour, found: $0.found, left: $0.left, dueAtHour: $0.due)
    }
    let found = DoubtfulStretch.stretches(of: calibrations, now: QuestionedLine.start(of: row.now))
    #expect(found.map(\.cause) == row.expected.map(\.0))
    #expect(found.map(\.from) == row.expected.map { $0.1.map(QuestionedLine.start) })
    #expect(found.map(\.until) == row.expected.map { $0.2.map(QuestionedLine.start) })
  }

  @Test("lead to the lots that ran meanwhile, at every station that shares the sensor")
  func lots() throws {
    let folder = try TemporaryFolder("calibration")
    let store = try QuestionedLine.storeOfSixtyLots(in: folder)
    defer { store.close() }
    try QuestionedLine.record(
      [
        QuestionedLine.calibration(atHour: 10, found: .inTolerance),
        QuestionedLine.calibration(atHour: 13, found: .outOfTolerance, dueAtHour: 20),
        QuestionedLine.calibration(atHour: 22, found: .inTolerance),
      ], in: store)
    let now = QuestionedLine.start(of: 100)
    let answer = try #require(try store.reader.lotsInDoubt(at: "sealer", "seal.temperature", now: now))
    #expect(answer.places.map(\.station) == ["sealer", "oven"])
    #expect(answer.doubts.map(\.stretch.cause) == [.foundOutOfTolerance, .overdue])
    // Lot i stays from hour i to i + 1: ten, eleven and twelve before the finding, 20 and 21 after the due hour.
    #expect(answer.lots.map(\.number) == ["L-10", "L-11", "L-12", "L-20", "L-21"])
    #expect(
      answer.runs.map(\.run.id.text).sorted() == [10, 11, 12, 20, 21].flatMap { ["D-\($0)", "R-\($0)"] }.sorted())
    #expect(answer.runs.first { $0.run.id == "R-20" }?.doubts == [1])
    let recent = try #require(
      try store.reader.lotsInDoubt(
        at: "sealer", "seal.temperature", since: QuestionedLine.start(of: 21), now: now))
    #expect(recent.lots.map(\.number) == ["L-21"])
    let cut = try #require(
      try store.reader.lotsInDoubt(at: "sealer", "seal.temperature", since: nil, now: now, maximumRuns: 2))
    #expect(cut.isCutOff && cut.runs.count == 2)
    #expect(try store.reader.lotsInDoubt(at: "sealer", "nothing", now: now) == nil)
    #expect(try store.reader.calibrations().found.count == 3)
    #expect(try store.reader.calibrations(of: "oven", "air").found.isEmpty)
  }
}
