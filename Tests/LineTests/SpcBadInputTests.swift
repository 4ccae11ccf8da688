import ArgumentParser
import ControlCharts
import Foundation
import Harness
import Testing

@testable import lotwire

@Suite("Bad input of lotwire spc")
struct SpcBadInputTests {
  struct Case: Sendable {
    var says: String
    var arguments: [String]
    var input: String
    var status: Int32
    /// What the message must name: the field and the remedy.
    var parts: [String]

    init(_ says: String, _ arguments: [String], _ input: String, _ status: Int32, _ parts: String...) {
      self.says = says
      self.arguments = arguments
      self.input = input
      self.status = status
      self.parts = parts
    }
  }

  private static let good = "1\n2\n3\n2\n1\n2\n3\n"
  private static let two = "x,n\n1,10\n2,10\n3,10\n"

  static let cases: [Case] = [
    Case("limits crossed", ["--lsl", "5", "--usl", "1"], good, 64, "--lsl, --usl", "not below the upper", "Exchange"),
    Case("target outside", ["--usl", "5", "--target", "9"], good, 64, "--target", "outside"),
    Case("target alone", ["--target", "9"], good, 64, "Give a lower limit"),
    Case("sigma 0", ["--center", "2", "--sigma", "0"], good, 64, "--sigma", "above 0"),
    Case("sigma negative", ["--center", "2", "--sigma=-1"], good, 64, "--sigma", "above 0"),
    Case("sigma missing", ["--center", "2"], good, 64, "--center: sigma is missing", "Add --sigma"),
    Case("centre missing", ["--sigma", "2"], good, 64, "--sigma", "Add --center"),
    Case("sigma 0 estimated", ["--lsl", "1"], "5\n5\n5\n5\n", 65, "Capability", "finer resolution"),
    Case("subgroups of one", ["--chart", "xbar-r", "--subgroup", "1"], good, 64, "--subgroup", "individuals"),
    Case("no subgroups", ["--chart", "xbar-s"], good, 64, "--subgroup N", "individuals"),
    Case(
      "one value in each subgroup", ["--chart", "xbar-r", "--value", "x", "--subgroup-column", "k"],
      "k,x\n1,5\n2,6\n3,7\n", 64, "subgroup", "2 to 25"),
    Case("subgroups too large", ["--chart", "xbar-r", "--subgroup", "30"], good, 64, "subgroup size", "xbar-s"),
    Case("subgroup of individuals", ["--subgroup", "5"], good, 64, "--subgroup", "xbar-r"),
    Case("NaN", [], "1\n2\nNaN\n3\n", 65, "data.csv:3: column 1", "NaN", "Leave the cell empty"),
    Case("infinity", ["--value", "x"], "x,y\n1,2\n-Inf,3\n", 65, "data.csv:3: column 1 \"x\"", "gap"),
    Case(
      "text", ["--value", "x"], "x,y\n1,2\noops,3\n", 65, ":3: column 1 \"x\": read \"oops\"",
      "Write a number such as 12.5"),
    Case("text in the first row", [], "1,x\n", 64, "--value", "2 columns"),
    Case("too large", [], "1\n1e999\n", 65, "too large", "larger unit"),
    Case("decimal comma", ["--value", "1"], "\"1,5\"\t2\n", 65, "decimal comma", "1.5", "semicolons"),
    Case("units that do not fit", [], "12 mm\n13 mm\n14\n", 65, "column 1", "read \"13 mm\""),
    Case("empty file", [], "", 65, "empty"),
    Case("header alone", [], "x\n", 65, "no row below the header"),
    Case("nothing but gaps", ["--value", "x"], "x,y\n,1\n,2\n", 65, "no point that is no gap"),
    Case("one point", [], "5\n", 65, "cannot be estimated"),
    Case("ragged rows", ["--value", "x"], "x,y\n1,2\n1\n", 65, ":3: the row has 1 cells, the first row 2"),
    Case("missing column", ["--value", "z"], two, 64, "--value", "\"z\"", "1 \"x\", 2 \"n\""),
    Case("unknown chart", ["--chart", "pie"], good, 64, "--chart", "individuals, xbar-r"),
    Case("unknown rules", ["--rules", "magic"], good, 64, "--rules", "nelson", "lotwire spc rules"),
    Case("rule out of bounds", ["--rules", "run_99"], good, 64, "--rules", "32"),
    Case("unknown severity", ["--rules", "run_9:loud"], good, 64, "violation, warning or ignore"),
    Case("unknown gap policy", ["--gap", "fill"], good, 64, "--gap", "break or skip"),
    Case("unknown ties", ["--ties", "maybe"], good, 64, "--ties", "break or ignore"),
    Case("unknown sigma method", ["--sigma-method", "guess"], good, 64, "--sigma-method", "mean-moving-range"),
    Case("sigma method of another kind", ["--sigma-method", "pooled"], good, 64, "pooled", "mean-moving-range"),
    Case("unknown baseline", ["--baseline", "last:5"], good, 64, "--baseline", "first:N"),
    Case("baseline twice", ["--baseline", "first:3", "--center", "1", "--sigma", "1"], good, 64, "Use one of them"),
    Case("exclusion without reason", ["--exclude", "3"], good, 64, "--exclude", "why"),
    Case("exclusion of nothing", ["--exclude", "99=x"], good, 64, "--exclude", "no point has the label"),
    Case("exclusion twice", ["--exclude", "3=x", "--exclude", "#2=y"], good, 64, "named twice"),
    Case("inspected missing", ["--chart", "p", "--value", "x"], two, 64, "--inspected", "--inspected-each N"),
    Case(
      "inspected 0", ["--chart", "p", "--value", "x", "--inspected", "n"], "x,n\n1,10\n0,0\n", 65, ":3: column 2 \"n\"",
      "more than 0"),
    Case(
      "more bad than inspected", ["--chart", "np", "--value", "x", "--inspected", "n"], "x,n\n1,10\n11,10\n", 65,
      ":3: column 1 \"x\"", "--chart u"),
    Case(
      "negative count", ["--chart", "c", "--value", "x"], "x,n\n1,10\n-1,10\n", 65, "-1 is not possible", "0 or more"),
    Case(
      "proportion out of range", ["--chart", "p", "--value", "x", "--inspected", "n", "--center", "7"], two, 64,
      "--center", "from 0 to 1"),
    Case("one variable", ["--chart", "t2"], good, 64, "--value", "two or more variables"),
    Case("no part column", ["--chart", "short-run-z"], good, 64, "--part-column"),
    Case(
      "part without numbers", ["--chart", "short-run-z", "--value", "x", "--part-column", "n", "--part", "10=a"], two,
      64, "--part", "bolt=12.5,0.2"),
    Case(
      "unknown part", ["--chart", "short-run-z", "--value", "x", "--part-column", "n", "--part", "a=1,1"], two, 65, "10"
    ),
    Case("EWMA weight", ["--ewma", "2,3"], good, 64, "lambda", "at most 1"),
    Case("CUSUM in words", ["--cusum", "strong"], good, 64, "--cusum", "0.5,5"),
    Case("language", ["--language", "fr"], good, 64, "--language", "zh-CN"),
    Case("narrow terminal", ["--columns", "10"], good, 64, "--columns", "48"),
    Case("two outputs at once", ["--json", "--csv-out", "-"], good, 64, "one of them"),
    Case("separator", ["--separator", "space"], good, 64, "--separator", "semicolon"),
    Case("no place for the drawing", ["--svg", "/nowhere/chart.svg"], good, 73, "--svg", "folder"),
  ]

  @Test("the error names the field and the remedy")
  func badInput() throws {
    let folder = try TemporaryFolder("spc-bad")
    let file = folder.file("data.csv")
    for bad in Self.cases {
      try Data(bad.input.utf8).write(to: file)
      let failure = #expect(throws: CommandFailure.self, "\(bad.says)") {
        let command = try SpcChartCommand.parse(["--csv", file.path] + bad.arguments)
        try command.show(try command.made())
      }
      guard let failure else { continue }
      #expect(failure.status == bad.status, "\(bad.says): \(failure.text)")
      for part in bad.parts { #expect(failure.text.contains(part), "\(bad.says): \(part) is not in: \(failure.text)") }
      #expect(!failure.text.contains("Fault("), "\(failure.text)")
    }
  }

  @Test("the program ends with 64 for wrong use, 65 for refused data, 66 for no file, and prints no chart")
  func exitStatus() throws {
    for bad in Self.cases where ["limits crossed", "NaN", "subgroups of one"].contains(bad.says) {
      let answer = try SpcProgram.run(["--csv", "-"] + bad.arguments, input: bad.input)
      #expect(answer.status == bad.status && answer.output.isEmpty, "\(answer.errors)")
    }
    let missing = try SpcProgram.run(["--csv", "/nowhere/data.csv"])
    #expect(missing.status == 66 && missing.errors.contains("cannot be read"))
    #expect(try SpcProgram.run(["--csv", "-", "--sigma", "wide"], input: Self.good).status == 64)
    #expect(try SpcProgram.run([]).status == 64)
  }

  @Test("ten million points are refused at the bound, with the remedy")
  func tooManyPoints() throws {
    let folder = try TemporaryFolder("spc-large")
    let file = folder.file("large.csv")
    try Data(String(repeating: "1\n2\n", count: 5_000_000).utf8).write(to: file)
    let answer = try SpcProgram.run(["--csv", file.path])
    #expect(answer.status == 65, "\(answer.errors)")
    #expect(answer.errors.contains("has 10000000 lines, more than 5000000"), "\(answer.errors)")
    #expect(answer.errors.contains("Cut it into several files"))

    let small = try DataFile(CSVReader(Array("1\n2\n3\n4\n".utf8), file: "data.csv"), hasHeader: nil)
    var reader = SampleReader(
      small, kind: .individuals, columns: SampleColumns(values: [0], grouping: .rows), maximumPoints: 3)
    let fault = #expect(throws: DataFault.self) { try reader.series() }
    #expect(fault.map { "\($0)" }?.contains("data.csv:4: the file has more than 3 points") == true)
  }

  @Test(
    "gauge studies name the cell that is missing",
    arguments: [
      ("p,o,v\n1,A,1\n1,A,2\n2,A,1\n2,A,2\n1,B,1\n1,B,2\n2,B,1\n", "Operator B measured part 2 1 times"),
      ("p,o,v\n1,A,1\n1,A,2\n2,A,1\n2,A,2\n1,B,1\n1,B,2\n", "Operator B has not measured part 2"),
      ("p,o,v\n1,A,1\n1,A,x\n", ":3: column 3 \"v\""), ("p,o,v\n1,A,1\n1,A,\n", "the cell is empty"),
    ])
  func gauge(input: String, message: String) throws {
    let answer = try SpcProgram.run(
      ["gauge", "--csv", "-", "--part", "p", "--operator", "o", "--value", "v"], input: input)
    #expect(answer.status == 65 && answer.errors.contains(message), "\(answer.errors)")
  }
}
