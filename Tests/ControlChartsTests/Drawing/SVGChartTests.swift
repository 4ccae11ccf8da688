import ControlCharts
import Foundation
import FoundationXML
import Testing

@Suite("Charts as SVG")
struct SVGChartTests {
  @Test("every signal has a mark that says its rules, every gap its reason", arguments: ChartLanguage.allCases)
  func marks(language: ChartLanguage) throws {
    let model = DrawnModel.mixed()
    let figure = try DrawnFigure(SVGChart(language: language).text(of: model))
    let signalled = model.panels.flatMap(\.points).filter { !$0.signals.isEmpty }
    let marks = figure.elements("signal")
    #expect(marks.count == signalled.count)
    for point in signalled {
      let mark = try #require(marks.first { $0.title.hasPrefix("\(point.label): ") })
      #expect(
        mark.name == "path"
          && mark.title.components(separatedBy: language == .english ? "; " : "；").count == 1 + point.signals.count)
    }
    #expect(marks.count { $0.attributes["fill"] == "#c00000" } == 2 && figure.elements("warning").count == 1)
    #expect(figure.elements("mark").map(\.text) == ["1,2", "2", "1"])
    #expect(
      figure.elements("gap").count == 2 && figure.elements("gap").allSatisfy { $0.title.hasSuffix("sensor <torn> off") }
    )
    let excluded = try #require(figure.elements("excluded").first)
    #expect(excluded.attributes["fill"] == "#ffffff" && excluded.title.hasSuffix("wrong gauge"))
    #expect(figure.elements("stage").map(\.text) == ["WO-2", "WO-2"])
    #expect(figure.elements("point").contains { $0.title.hasPrefix("<L&\"2'>: 11") })
  }

  @Test("the figure says in words what it shows, in its language, and has no script")
  func words() throws {
    let text = SVGChart(identifier: "c7").text(of: DrawnModel.mixed())
    let figure = try DrawnFigure(text)
    let root = try #require(figure.all.first)
    #expect(root.attributes["aria-labelledby"] == "c7-title c7-desc" && root.attributes["role"] == "img")
    #expect(
      figure.all.first { $0.attributes["id"] == "c7-title" }?.text == "Seal force [N]: Individuals and moving range")
    let description = try #require(figure.all.first { $0.attributes["id"] == "c7-desc" }?.text)
    #expect(description.hasPrefix("12 points, 1 gap, 3 points with signals; 1 point beyond a control limit; 9 points"))
    let legend = figure.elements("legend").map(\.text)
    #expect(legend.contains("Hatched, no value: sensor <torn> off (1)"))
    #expect(legend.contains("▲ 2: 9 points in a row on one side of the centre line"))
    #expect(figure.elements("limit").map(\.text).filter { $0 == "UCL 13" }.count == 2)
    for forbidden in ["<script", "<style", "style=", "onclick", "javascript:"] { #expect(!text.contains(forbidden)) }
    let chinese = SVGChart(language: .chinese).text(of: DrawnModel.mixed())
    #expect(chinese.contains("xml:lang=\"zh-CN\"") && chinese.contains("控制限") && !chinese.contains("points"))
  }

  @Test("the same model gives the same bytes")
  func deterministic() {
    #expect(SVGChart().text(of: DrawnModel.mixed()) == SVGChart().text(of: DrawnModel.mixed()))
  }

  @Test("limits that follow the size are drawn as steps, with a zone for each")
  func stairs() throws {
    let figure = try DrawnFigure(SVGChart().text(of: DrawnModel.stairs()))
    let upper = try #require(figure.all.first { $0.name == "path" && $0.attributes["stroke"] == "#b00020" })
    #expect(upper.attributes["d"]?.count { $0 == "V" } == 5)
    #expect(figure.elements("zone").count == 6)
    #expect(figure.elements("legend").contains { $0.text.hasPrefix("Limits differ from point to point") })
  }

  @Test("what is not drawn is said")
  func window() throws {
    let figure = try DrawnFigure(SVGChart(maximumPoints: 50).text(of: DrawnModel.long(200)))
    #expect(figure.elements("point").count + figure.elements("signal").count == 50)
    #expect(
      figure.elements("legend").contains { $0.text == "The first 150 points are not shown; 15 of them have signals." })
  }

  @Test("nothing and one point are a chart as well, and so is what no line holds")
  func small() throws {
    for count in [0, 1, 2] { _ = try DrawnFigure(SVGChart().text(of: DrawnModel.long(count))) }
    var model = DrawnModel.long(3)
    for index in 0..<3 { model.panels[0].points[index].lines = nil }
    #expect(try DrawnFigure(SVGChart().text(of: model)).elements("limit").isEmpty)
    model.panels[0].points[1].label = "\u{0}\u{1B}\u{FFFE}"
    _ = try DrawnFigure(SVGChart().text(of: model))
  }
}

/// A figure as an XML parser reads it.
final class DrawnFigure: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
    var title = ""
  }

  private(set) var all: [Element] = []
  private var open: [Int] = []

  init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    if !parser.parse() { throw try #require(parser.parserError) }
  }

  func elements(_ kind: String) -> [Element] {
    all.filter { ($0.attributes["class"] ?? "").split(separator: " ").contains(Substring(kind)) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(all.count)
    all.append(Element(name: name, attributes: attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    guard let current = open.last else { return }
    all[current].text += text
    if all[current].name == "title", open.count >= 2 { all[open[open.count - 2]].title += text }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }
}
