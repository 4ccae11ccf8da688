import ArgumentParser
import ControlCharts
import Foundation
import FoundationXML
import Harness
import Testing

@testable import lotwire

@Suite("lotwire spc on CSV files")
struct SpcChartTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("spc") }

  @Test("no case is lost")
  func count() { #expect(SpcCase.all.count >= 6) }

  @Test("the terminal shows what the published example says", arguments: SpcCase.all)
  func golden(example: SpcCase) throws {
    let answer = try SpcProgram.run(example.arguments)
    #expect(answer.status == example.status && answer.errors.isEmpty, "\(answer.errors)")
    let expected = try example.expected
    #expect(answer.output == expected, "\(answer.output)")
  }

  @Test("drawing, points and JSON of a chart tell the same signals", arguments: SpcCase.all.filter { !$0.isGauge })
  func forms(example: SpcCase) throws {
    let (svg, csv) = (folder.file("chart.svg"), folder.file("points.csv"))
    let files = ["--svg", svg.path, "--csv-out", csv.path]
    let answer = try SpcProgram.run(example.arguments + files + ["--json"])
    #expect(answer.status == example.status)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    #expect(object["isInControl"] as? Bool == (example.status == 0) && object["format"] as? Int == 1)
    let signals = try #require(object["signals"] as? [[String: Any]])

    let rows = try String(contentsOf: csv, encoding: .utf8).split(separator: "\n").dropFirst()
    let signalled = rows.filter { row in signals.contains { row.contains($0["rule"] as? String ?? "?") } }
    #expect(
      rows.reduce(0) { $0 + $1.count(of: "beyond_limits") }
        == signals.count { $0["rule"] as? String == "beyond_limits" })

    let marks = MarkCounter()
    let parser = XMLParser(data: try Data(contentsOf: svg))
    parser.delegate = marks
    #expect(parser.parse())
    #expect(marks.signals == signalled.count)
    let both = try SpcProgram.run(example.arguments + ["--csv-out", "-"])
    #expect(both.output == (try String(contentsOf: csv, encoding: .utf8)) && both.status == example.status)
  }

  @Test("points come in from the standard input and go out as CSV that is charted again")
  func roundTrip() throws {
    let values = (0..<40).map { "\(10 + Double($0 * 7 % 11) / 10)" }.joined(separator: "\n")
    let first = try SpcProgram.run(["--csv", "-", "--csv-out", "-"], input: values)
    #expect(first.status == 0, "\(first.errors)")
    let file = folder.file("out.csv")
    let rows = first.output.split(separator: "\n")
    let location = rows.filter { $0.hasPrefix("index,") || $0.contains(",value,") }.joined(separator: "\n")
    try location.write(to: file, atomically: true, encoding: .utf8)
    let again = try SpcProgram.run(["--csv", file.path, "--label-column", "label", "--csv-out", "-"])
    #expect(again.output == first.output)
  }

  @Test("limits of the first points hold for the rest, and given limits are taken as they are")
  func limits() throws {
    let values = ([10, 11, 9, 10, 11, 9, 10, 11, 9, 10] + Array(repeating: 20, count: 3)).map { "\($0)" }
    let input = values.joined(separator: "\n")
    let frozen = try SpcProgram.run(["--csv", "-", "--baseline", "first:10"], input: input)
    #expect(
      frozen.status == 2 && frozen.output.contains("estimated from 10 points"), "\(frozen.output)\(frozen.errors)")
    #expect(frozen.output.contains("Not in control: 3 points of 13"))
    let whole = try SpcProgram.run(["--csv", "-", "--rules", "run_3"], input: input)
    #expect(whole.output.contains("estimated from 13 points"))
    let given = try SpcProgram.run(["--csv", "-", "--center", "20", "--sigma", "10"], input: input)
    #expect(
      given.status == 0 && given.output.contains("mean 20, sigma 10, limits given"), "\(given.output)\(given.errors)")
  }

  @Test("an excluded point stays on the chart and does not count as a signal")
  func exclusion() throws {
    let input = ([10, 11, 9, 10, 11, 9, 30, 10, 11, 9, 10, 11, 9, 10].map { "\($0)" }).joined(separator: "\n")
    let with = try SpcProgram.run(["--csv", "-"], input: input)
    #expect(with.status == 2)
    for name in ["7", "#6"] {
      let without = try SpcProgram.run(
        ["--csv", "-", "--exclude", "\(name)=torn sensor", "--csv-out", "-"], input: input)
      #expect(without.status == 0, "\(without.errors)")
      #expect(without.output.contains("\n6,7,,value,30,1,") && without.output.contains(",torn sensor\n"))
    }
  }

  @Test("subgroups: rows, a column and columns side by side are the same chart")
  func subgroups() throws {
    let numbers = (0..<60).map { Double(($0 * 37) % 23) / 10 }
    let long = numbers.map { "\($0)" }.joined(separator: "\n")
    let keyed = "key;x\n" + numbers.enumerated().map { "\($0 / 5 + 1);\($1)" }.joined(separator: "\n")
    let wide = stride(from: 0, to: 60, by: 5).map { start in
      numbers[start..<(start + 5)].map { "\($0)" }.joined(separator: "\t")
    }.joined(separator: "\n")
    let forms = [
      try SpcProgram.run(["--csv", "-", "--chart", "xbar-s", "--subgroup", "5", "--csv-out", "-"], input: long),
      try SpcProgram.run(
        ["--csv", "-", "--chart", "xbar-s", "--value", "x", "--subgroup-column", "key", "--csv-out", "-"], input: keyed),
      try SpcProgram.run(
        ["--csv", "-", "--chart", "xbar-s", "--value", "1", "2", "3", "4", "5", "--csv-out", "-"], input: wide),
    ]
    #expect(forms[0].status != 64 && forms[0].status != 65, "\(forms[0].errors)")
    #expect(forms[0].output.split(separator: "\n").count == 25)
    #expect(forms[1].output == forms[0].output && forms[2].output == forms[0].output)
  }

  @Test("every kind of chart comes out of a file")
  func kinds() throws {
    let header = "x,y,n,part\n"
    let input =
      header
      + (0..<30).map { "\(5 + ($0 * 7) % 4),\(10 + ($0 * 5) % 7),\(40 + $0 % 3),\($0 % 2 == 0 ? "bolt" : "nut")" }
      .joined(separator: "\n")
    let file = folder.file("data.csv")
    try input.write(to: file, atomically: true, encoding: .utf8)
    let options: [String: [String]] = [
      "xbar-r": ["--subgroup", "3"], "xbar-s": ["--subgroup", "3"], "median": ["--subgroup", "3"],
      "p": ["--inspected", "n"], "np": ["--inspected", "n"], "u": ["--inspected", "n"],
      "laney-p": ["--inspected", "n"], "laney-u": ["--inspected-each", "50"], "t2": ["--value", "y"],
      "short-run-z": ["--part-column", "part", "--part", "bolt=6.5,1.2", "--part", "nut=6.5,1.2"],
    ]
    for kind in [
      "individuals", "xbar-r", "xbar-s", "median", "ewma", "cusum", "p", "np", "c", "u", "laney-p", "laney-u", "g", "t",
      "t2", "short-run-z",
    ] {
      let command = try SpcChartCommand.parse(
        ["--csv", file.path, "--chart", kind, "--value", "x"] + (options[kind] ?? []))
      let run = try command.made()
      #expect(run.model.design.kind.rawValue == kind)
      #expect(
        run.model.panels.allSatisfy { $0.points.count == (options[kind]?[0] == "--subgroup" ? 10 : 30) }, "\(kind)")
      #expect(run.model.panels[0].points.allSatisfy { $0.value != nil && $0.lines != nil }, "\(kind)")
    }
  }

  @Test("rules are listed with their parameters, in both languages")
  func rules() throws {
    let english = try SpcProgram.run(["rules"])
    #expect(english.status == 0 && english.output.contains("beyond_2of3_2s  2 of 3 points beyond 2 sigma on one side"))
    #expect(english.output.contains("  westgard\n"))
    #expect(try SpcProgram.run(["rules", "--language", "zh-CN"]).output.contains("连续9点在中心线同一侧"))
  }
}

/// Counts the marks of signals in a figure.
private final class MarkCounter: NSObject, XMLParserDelegate {
  private(set) var signals = 0

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if (attributes["class"] ?? "").split(separator: " ").contains("signal") { signals += 1 }
  }
}

extension Substring {
  fileprivate func count(of text: String) -> Int { ranges(of: text).count }
}
