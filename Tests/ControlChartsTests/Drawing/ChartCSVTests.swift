import Testing

@testable import ControlCharts

@Suite("Charts as CSV")
struct ChartCSVTests {
  @Test("one row for each point and panel, numbers in full, text quoted where it must be")
  func rows() {
    var model = DrawnModel.mixed()
    model.panels[0].points[0].value = 0.1 + 0.2
    model.panels[0].points[5].label = "a,b\nc"
    let text = ChartCSV().text(of: model)
    let lines = text.split(separator: "\n")
    #expect(lines[0] == Substring(ChartCSV.columns.joined(separator: ",")))
    #expect(lines[1] == "0,L1,WO-1,value,0.30000000000000004,1,10,7,13,8,9,11,12,,,")
    #expect(lines[2] == "1,\"<L&\"\"2'>\",WO-1,value,11,1,10,7,13,8,9,11,12,,,")
    #expect(lines[3].hasSuffix(",,,wrong gauge"))
    #expect(lines[4].hasSuffix(",beyond_limits:high;run_9:high,,"))
    #expect(lines[5] == "4,L5,WO-1,value,,1,,,,,,,,,sensor <torn> off,")
    #expect(text.contains("5,\"a,b\nc\",WO-1,value,10.5,"))
    #expect(text.contains("\n8,L9,WO-2,movingRange,0,1,1.5,,4.9,"))
    #expect(text.hasSuffix("\n"))
  }

  @Test("every kind, statistic and method has words in both languages")
  func words() {
    for language in ChartLanguage.allCases {
      let words = ChartWords(language: language)
      #expect(Set(ChartKind.allCases.map(words.kind)).count == ChartKind.allCases.count)
      #expect(SigmaMethod.allCases.allSatisfy { words.method($0) != $0.rawValue })
    }
  }
}
