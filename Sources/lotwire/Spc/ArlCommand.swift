import ArgumentParser
import ControlCharts
import Foundation

struct ArlCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "arl", abstract: "How often rules raise a false alarm, and how soon they find a shift.",
    discussion: """
      Average run lengths for independent normal points with known limits: points until the first signal.
        lotwire spc arl --rules western-electric --rate 1440
        lotwire spc arl --rules shewhart --ewma 0.2,2.962 --shift 0,0.5,1,2
      """)

  @Option(help: "A preset, or keys with commas. \"lotwire spc rules\" lists them.")
  var rules = RuleSet.shewhart.name

  @Option(help: ArgumentHelp("An EWMA beside the rules.", valueName: "lambda,width"))
  var ewma: String?

  @Option(help: ArgumentHelp("A CUSUM beside the rules.", valueName: "k,h[,start]"))
  var cusum: String?

  @Option(help: "Points a day: adds the false alarms to expect.")
  var rate: Double?

  @Option(help: "Shifts of the process in sigmas, with commas.")
  var shift = "0,0.5,1,1.5,2,3"

  @Flag(help: "As JSON, for programs.")
  var json = false

  @Option(help: "Language of the report: en or zh-CN.")
  var language = ChartLanguage.english.rawValue

  /// Most shifts of one table.
  private static let maximumShifts = 50

  func run() async throws {
    try await reporting {
      guard let language = ChartLanguage(rawValue: language) else {
        throw CommandFailure.usage("--language: there is no \(DataFault.shown(language)). Write en or zh-CN.")
      }
      let table = try table()
      printText(try (json ? table.json : table.text(ReportWords(language: language))) + "\n")
    }
  }

  func table() throws(CommandFailure) -> RunLengthTable {
    let set = try RuleOption.set(rules, "--rules")
    let ewma = try ewma.map { text throws(CommandFailure) in try ChartOptions.ewma(text) }
    let cusum = try cusum.map { text throws(CommandFailure) in try ChartOptions.cusum(text) }
    let shifts = try ChartOptions.numbers(shift, "--shift", 1...Self.maximumShifts, example: "0,0.5,1")
    if let rate, !(rate > 0 && rate.isFinite) {
      throw .usage("--rate: \(rate.shown) is not possible. Write how many points come in a day, such as 1440.")
    }
    do throws(ControlChartFault) {
      return try RunLengthTable(set, ewma: ewma, cusum: cusum, shifts: shifts, rate: rate)
    } catch {
      throw .usage("\(error)")
    }
  }
}

/// Average run lengths of a rule set and of an EWMA and a CUSUM beside it, by shift.
struct RunLengthTable: Encodable {
  struct Row: Encodable {
    var shift: Double
    var rules: AverageRunLength
    var ewma: AverageRunLength?
    var cusum: AverageRunLength?
  }

  var set: RuleSet
  var rows: [Row]
  var forecast: FalseAlarmForecast?

  init(
    _ set: RuleSet, ewma: ChartDesign.EWMAParameters?, cusum: ChartDesign.CUSUMParameters?, shifts: [Double],
    rate: Double?
  ) throws(ControlChartFault) {
    self.set = set
    rows = []
    for shift in shifts {
      var row = Row(shift: shift, rules: try AverageRunLength(of: set, shift: shift))
      if let ewma { row.ewma = try AverageRunLength(of: ewma, shift: shift) }
      if let cusum { row.cusum = try AverageRunLength(of: cusum, shift: shift) }
      rows.append(row)
    }
    if let rate { forecast = try FalseAlarmForecast(rules: set, ewma: ewma, cusum: cusum, pointsPerDay: rate) }
  }

  func text(_ words: ReportWords) -> String {
    var header = [words.choose("SHIFT (sigma)", "偏移（西格玛）"), words.choose("RULES ", "准则 ") + set.name]
    if rows.contains(where: { $0.ewma != nil }) { header.append("EWMA") }
    if rows.contains(where: { $0.cusum != nil }) { header.append("CUSUM") }
    var lines = [words.choose("AVERAGE RUN LENGTH: points until the first signal", "平均运行链长：至首个信号的点数")]
    lines += set.rules.map { "  \($0.rule.key)  \(words.rule($0.rule))" } + [""]
    lines += ReportWords.table(
      [header]
        + rows.map { row in
          [row.shift.shown] + [row.rules, row.ewma, row.cusum].compactMap { $0 }.map { Self.text($0, words) }
        }
    ).map { "  " + $0 }
    if let forecast { lines += ["", words.choose(forecast.english, forecast.chinese)] }
    return lines.joined(separator: "\n")
  }

  static func text(_ length: AverageRunLength, _ words: ReportWords) -> String {
    switch length.precision {
    case .exact: ChartText.number(length.points, digits: length.points < 100 ? 4 : 5)
    case .simulated(let error):
      ChartText.number(length.points, digits: 4) + " ± \(ChartText.number(2 * error, digits: 2)) "
        + words.choose("(simulated)", "（模拟）")
    }
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
