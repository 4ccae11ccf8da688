import ControlCharts
import Foundation

/// The chart and its report for programs. `format` counts up when a key changes its meaning.
struct ChartDocument: Encodable {
  struct Signal: Encodable {
    var index: Int
    var label: String
    var panel: String
    var value: Double?
    var rule: String
    var sentence: String
    var severity: String
    var side: String?
    var limit: Double
  }

  var format = 1
  var isInControl: Bool
  var chart: ChartModel
  var signals: [Signal]
  var autocorrelation: AutocorrelationVerdict?
  /// Keys of rules that were left out because neighbouring points are alike.
  var leftOut: [String]
  var falseAlarms: FalseAlarmForecast?
  var capability: CapabilityReport?
  var notes: [String]

  init(_ run: ChartRun, words: ReportWords) {
    isInControl = run.unresolved.isEmpty
    chart = run.model
    autocorrelation = run.independence.verdict
    leftOut = run.independence.blocked.map(\.key)
    falseAlarms = run.forecast
    capability = run.capability
    notes = run.notes
    signals = run.model.panels.flatMap { panel in
      panel.points.flatMap { point in
        point.signals.map { signal in
          Signal(
            index: point.index, label: point.label, panel: panel.statistic.rawValue, value: point.value,
            rule: signal.rule.key, sentence: words.rule(signal.rule), severity: signal.severity.rawValue,
            side: signal.side?.rawValue, limit: signal.limit)
        }
      }
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
