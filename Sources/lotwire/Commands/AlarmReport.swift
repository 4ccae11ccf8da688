import Foundation
import Shopfloor

/// Alarms and their figures as a person reads them in a terminal, and for other programs.
enum AlarmReport {
  // MARK: The list

  static func list(_ episodes: [AlarmEpisode]) -> String {
    guard !episodes.isEmpty else { return "No alarms." }
    let open = episodes.filter { $0.closedAt == nil }.sorted { Alarm.isMoreUrgent($0.alarm, than: $1.alarm) }
    let closed = episodes.filter { $0.closedAt != nil }
    return (open + closed).flatMap(words).joined(separator: "\n")
  }

  private static func words(_ episode: AlarmEpisode) -> [String] {
    let alarm = episode.alarm
    let head =
      episode.closedAt.map { "●  closed \($0)   \(alarm.urgency.rawValue.uppercased())   \(what(alarm))" }
      ?? "\(AlarmText.sign(alarm)) \(AlarmText.headline(alarm))"
    var details = ["raised \(alarm.raisedAt)" + (alarm.returnedAt.map { ", over \($0)" } ?? "")]
    if alarm.isOutOfService == true { details.append("its source was out of service") }
    details += AlarmText.details(alarm)
    details += (alarm.steps ?? []).map { "step \($0.step) by \($0.person): \($0.text.english): \($0.outcome)" }
    return [head] + details.map { "     \($0)" }
  }

  private static func what(_ alarm: Alarm) -> String {
    "\(alarm.id)  \(alarm.station) \(alarm.source) = \(StatusText.rounded(alarm.value)) \(alarm.unit): "
      + "\(alarm.rule.english) / \(alarm.rule.chinese)"
  }

  static func json(_ episodes: [AlarmEpisode]) throws -> String { try encoded(episodes) }

  // MARK: The figures

  private struct Document: Encodable {
    var performance: AlarmPerformance
    var outOfService: [AlarmServiceChanged]
  }

  static func json(_ figures: AlarmPerformance, _ silent: [AlarmServiceChanged]) throws -> String {
    try encoded(Document(performance: figures, outOfService: silent))
  }

  /// Sorted keys, one value a line.
  private static func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func text(_ figures: AlarmPerformance, _ silent: [AlarmServiceChanged]) -> String {
    var lines = ["Alarms from \(figures.from) to \(figures.until): \(figures.raised) raised"]
    lines += figures.stations.flatMap(station)
    lines.append("Priority       share    aimed at (ISA-18.2)")
    lines += figures.priorities.map { share in
      let name = share.priority.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
      return "  \(name) \(percent(share.percent))    \(StatusText.rounded(share.aimedPercent)) %   (\(share.raised))"
    }
    lines.append(acknowledgement(figures.acknowledgement))
    lines.append("Active at the end: \(figures.standing); rungs climbed: \(figures.escalated)")
    lines.append("Fleeting (over within 10 s, not acknowledged): \(figures.fleeting)")
    lines.append(
      "Stale (active for more than 24 h): "
        + (figures.stale.isEmpty ? "none" : figures.stale.map(\.text).joined(separator: ", ")))
    lines.append("Chattering (3 or more in a minute): " + (figures.chattering.isEmpty ? "none" : ""))
    lines += figures.chattering.map {
      "  \(AlarmText.source($0.source)): \($0.raised) alarms, up to \($0.mostInOneMinute) in a minute"
    }
    if !figures.topSources.isEmpty {
      lines.append("Busiest sources, together \(percent(figures.topSourcesPercent)):")
      lines += figures.topSources.map { "  \(percent($0.percent))  \($0.raised)  \(AlarmText.source($0.source))" }
    }
    lines.append("Shelved: \(figures.shelved); raised while out of service: \(figures.raisedOutOfService)")
    lines += silent.map { change in
      "  out of service: \(AlarmText.source(change.source)), \(change.person) since \(change.at): \(change.reason)"
    }
    return lines.joined(separator: "\n")
  }

  private static func station(_ figures: AlarmPerformance.StationFigures) -> [String] {
    let verdict =
      figures.perHour <= AlarmMeasure.acceptablePerHour
      ? "acceptable" : figures.perHour <= AlarmMeasure.manageablePerHour ? "manageable at most" : "TOO MANY"
    let floods =
      figures.floods.isEmpty
      ? "no flood" : "\(figures.floods.count) floods, \(percent(figures.floodPercent)) of the time"
    return [
      "  \(figures.station): \(figures.raised), \(StatusText.rounded(figures.perHour)) an hour (\(verdict)), "
        + "\(StatusText.rounded(figures.perDay)) a day, at most \(figures.peakInTenMinutes) in 10 minutes, \(floods)"
    ] + figures.floods.map { "    flood of \($0.alarms) alarms from \($0.from) to \($0.until)" }
  }

  private static func acknowledgement(_ figures: AlarmPerformance.AcknowledgementFigures) -> String {
    guard let median = figures.medianSeconds, let slow = figures.percentile95Seconds else {
      return "Acknowledged: none, waiting \(figures.waiting)"
    }
    return "Acknowledged: \(figures.acknowledged), half within \(StatusText.rounded(median)) s, 95 % within "
      + "\(StatusText.rounded(slow)) s, waiting \(figures.waiting)"
  }

  private static func percent(_ value: Double) -> String { "\(StatusText.rounded((value * 10).rounded() / 10)) %" }
}
