import Devices
import Foundation
import MQTT
import Shopfloor

/// `lotwire mqtt watch --sparkplug`: the birth tree.
struct SparkplugWatch {
  let command: MQTTWatchCommand
  let chosen: BrokerOptions.Chosen

  func run() async throws {
    var tree = BirthTree()
    var asked: Set<SparkplugAddress> = []
    var screen = LiveScreen(isLive: !command.json)
    let clock = SystemClock()
    let refused = try await command.observer(chosen, [SparkplugTopic.everything]).watch { observer, messages in
      tree.note(messages)
      if command.rebirth {
        for node in tree.unborn where asked.insert(node).inserted {
          let now = UInt64(max(0, clock.now().utc.microseconds / 1_000))
          let request = BirthTree.rebirthRequest(to: node, atMilliseconds: now)
          // A queue of requests that is full loses one; the node is shown as not born.
          _ = observer.publish(topic: request.topic, payload: request.payload)
        }
      }
      screen.show { text(tree, clock.now(), rows: $0) }
    }
    screen.end()
    for topic in refused { printError("The broker does not let us read \(topic).") }
    printLine(command.json ? try BirthTreeDocument(tree).json : text(tree, clock.now(), rows: nil))
    try command.write(ProposalText(chosen: chosen, tree: tree))
  }

  private func text(_ tree: BirthTree, _ now: ClockReading, rows: Int?) -> String {
    BirthTreeText(tree: tree, now: now.monotonicMicroseconds).text(rows: rows)
  }
}

/// The birth tree as a person reads it in a terminal.
struct BirthTreeText {
  let tree: BirthTree
  /// By the monotonic clock, in microseconds.
  let now: Int64

  private static let maximumCharacters = 160

  func text(rows: Int?) -> String {
    var lines = tree.hosts.sorted { $0.key < $1.key }.map { host, isOnline in
      "host \(displayable(host)): \(isOnline ? "● online" : "○ offline")"
    }
    for place in tree.inOrder { lines += self.lines(place) }
    if lines.isEmpty {
      lines.append("Nothing of Sparkplug B has come: births are not kept by the broker (see --rebirth).")
    }
    if tree.unreadable > 0 {
      lines.append("✗ \(tree.unreadable) messages could not be read, last: \(displayable(tree.lastFault ?? ""))")
    }
    if tree.overflow > 0 { lines.append("✗ \(tree.overflow) places or metrics are beyond the bounds and not shown") }
    guard let rows, lines.count + 1 > rows else { return lines.joined(separator: "\n") }
    let most = max(1, rows - 2)
    return (lines.prefix(most) + ["… and \(lines.count - most) more lines"]).joined(separator: "\n")
  }

  private func lines(_ place: BirthTree.Place) -> [String] {
    let margin = place.address.device == nil ? "" : "  "
    let name = place.address.device ?? place.address.description
    let state =
      switch (place.isOnline, place.bornAt) {
      case (false?, _): "○ offline, all values are stale"
      case (true?, let born?): "● online, born \(age(born)) ago"
      default: "◐ no birth was seen: values under aliases have no name (see --rebirth)"
      }
    var head = "\(margin)\(displayable(name)): \(state), \(place.messages) messages"
    if place.births > 1 { head += ", \(place.births) births" }
    if place.sequenceGaps > 0 { head += ", \(place.sequenceGaps) gaps in the sequence" }
    if place.unknownAliases > 0 { head += ", \(place.unknownAliases) values under unknown aliases" }
    return [head]
      + place.inOrder.map { metric in
        let value = metric.value.map { $0 + (metric.unit.map { " \($0)" } ?? "") } ?? "no value"
        let type = metric.type.map { "\($0)" } ?? "unknown type"
        let alias = metric.alias.map { ", alias \($0)" } ?? ""
        let line = "\(metric.name) = \(value)   (\(type)\(alias), \(age(metric.receivedAt)) ago)"
        return "\(margin)    " + displayable(line, maximumCharacters: Self.maximumCharacters)
      }
  }

  private func age(_ since: Int64) -> String {
    let seconds = max(0, now - since) / 1_000_000
    return seconds < 120 ? "\(seconds) s" : seconds < 7_200 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
  }
}

/// The birth tree for programs.
struct BirthTreeDocument: Encodable {
  struct Metric: Encodable {
    var name: String
    var type: String?
    var alias: UInt64?
    var unit: String?
    var value: String?
    var timestamp: UInt64?
  }

  struct Place: Encodable {
    var group: String
    var node: String
    var device: String?
    var online: Bool?
    var births: Int
    var messages: Int
    var gaps: Int
    var metrics: [Metric]
  }

  var hosts: [String: Bool]
  var unreadable: Int
  var places: [Place]

  init(_ tree: BirthTree) {
    hosts = tree.hosts
    unreadable = tree.unreadable
    places = tree.inOrder.map { place in
      Place(
        group: place.address.group, node: place.address.edgeNode, device: place.address.device, online: place.isOnline,
        births: place.births, messages: place.messages, gaps: place.sequenceGaps,
        metrics: place.inOrder.map {
          Metric(
            name: $0.name, type: $0.type.map { "\($0)" }, alias: $0.alias, unit: $0.unit, value: $0.value,
            timestamp: $0.timestamp)
        })
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
