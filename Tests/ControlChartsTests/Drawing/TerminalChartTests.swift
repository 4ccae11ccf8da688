import ControlCharts
import Testing

@Suite("Charts in a terminal")
struct TerminalChartTests {
  @Test("a person can read it: axis, named limits, letters for rules, and what they mean")
  func golden() {
    let text = TerminalChart(isASCII: true).text(of: DrawnModel.mixed())
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.first == "Seal force [N]: Individuals and moving range")
    #expect(lines.contains { $0.hasSuffix("UCL 13") } && lines.contains { $0.hasSuffix("LCL 7") })
    #expect(lines.contains { $0.hasPrefix("10 +") && $0.hasSuffix(" CL 10") })
    #expect(
      text.hasSuffix(
        """
        12 points, 1 gap, 3 points with signals
        :, no value: sensor <torn> off (1)
        o, left out of the limits: wrong gauge (1)
        WO-1: mean 10, sigma 1, estimated from 6 points, 6 values (mean moving range /
          d2, 5.5 degrees of freedom), 1 excluded
        WO-2: mean 10, sigma 1, frozen limits, version 3

        A  1 point beyond a control limit
        B  9 points in a row on one side of the centre line
          L4  X, single value  13.5:  A high side, line 13; B high side, line 10
          L11  X, single value  11:  B high side, line 10
          L12  X, single value  6.5:  A low side, line 7
        """), "\(text)")
  }

  @Test("letters stand where the values are, one for each signalled point that is shown")
  func letters() {
    let text = TerminalChart(isASCII: true).text(of: DrawnModel.mixed())
    let panel = text.split(separator: "MR, moving range")[0].split(separator: "\n").dropFirst(2)
    #expect(panel.count == 15)
    #expect(panel.flatMap { $0.prefix(60) }.filter { "AB".contains($0) } == ["A", "B", "A"])
    let rows = Array(panel)
    let upper = rows.firstIndex { $0.contains("UCL") } ?? 99
    #expect(rows.firstIndex { $0.dropFirst(4).prefix(60).contains("A") }.map { $0 < upper } == true)
  }

  @Test(
    "fits its columns and says what it leaves out",
    arguments: [(48, false), (60, true), (80, false), (80, true), (133, false), (200, true)])
  func columns(columns: Int, isASCII: Bool) {
    for language in ChartLanguage.allCases {
      let chart = TerminalChart(columns: columns, language: language, isASCII: isASCII)
      for model in Self.models {
        let text = chart.text(of: model)
        for line in text.split(separator: "\n") { #expect(Self.cells(line) <= columns, "\(line)") }
        let shown = text.split(separator: "\n").filter { $0.contains("…") }
        #expect(shown.isEmpty || !isASCII || language == .chinese)
      }
    }
    let long = TerminalChart(columns: columns).text(of: DrawnModel.long(2_000)).replacing(/\s+/, with: " ")
    #expect(long.contains(" points are not shown; "))
    #expect(long.contains("Listed are the last 20 points with signals; 180 earlier ones are not."))
  }

  private static let models = [
    DrawnModel.mixed(), DrawnModel.long(2_000), DrawnModel.stairs(), DrawnModel.long(1), DrawnModel.long(0), manyStages,
  ]

  private static var manyStages: ChartModel {
    var model = DrawnModel.long(120)
    model.stages = (0..<40).map {
      ChartModel.Stage(label: "WO-\($0)", firstIndex: $0 * 3, baseline: nil, estimate: nil)
    }
    for index in 0..<120 { model.panels[0].points[index].stage = index / 3 }
    return model
  }

  @Test("colour is told apart from text: without it no escape, with it the same characters")
  func colour() {
    let plain = TerminalChart().text(of: DrawnModel.mixed())
    let coloured = TerminalChart(hasColour: true).text(of: DrawnModel.mixed())
    #expect(!plain.contains("\u{1B}") && coloured.contains("\u{1B}[0;1;31mA\u{1B}["))
    let stripped = coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "").split(separator: "\n").map { Self.trimmed($0) }
    #expect(stripped == plain.split(separator: "\n").map { Self.trimmed($0) })
  }

  @Test("labels cannot move the cursor")
  func controlCharacters() {
    var model = DrawnModel.mixed()
    model.panels[0].points[3].label = "\u{1B}[2J\u{7}"
    model.title = "a\u{1B}]0;x\u{7}"
    #expect(!TerminalChart().text(of: model).unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
  }

  private static func cells(_ line: Substring) -> Int {
    line.reduce(0) { $0 + (("\u{2E80}"..."\u{9FFF}").contains($1) || ("\u{FF00}"..."\u{FF60}").contains($1) ? 2 : 1) }
  }

  private static func trimmed(_ line: Substring) -> String { String(line.reversed().drop { $0 == " " }.reversed()) }
}
