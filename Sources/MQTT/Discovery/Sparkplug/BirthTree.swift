import Devices

/// The tree of groups, edge nodes, devices and metrics that births announce, with the values that data brought since.
/// Looks on only; sequence and rebirth are the business of the host application. Pure and bounded.
public struct BirthTree: Sendable {
  /// Edge nodes and devices together, and metrics of one of them.
  public static let maximumPlaces = 5_000
  public static let maximumMetrics = 5_000

  public struct Metric: Hashable, Sendable {
    public var name: String
    public var type: SparkplugDataType?
    public var alias: UInt64?
    public var unit: String?
    /// As text; nil where there is none (null), or where the type has no single value.
    public var value: String?
    /// The metric's own time, in milliseconds since 1970, UTC.
    public var timestamp: UInt64?
    /// When it came last, by the monotonic clock, in microseconds.
    public var receivedAt: Int64
  }

  public struct Place: Hashable, Sendable {
    public var address: SparkplugAddress
    /// Nil: neither birth nor death was seen.
    public internal(set) var isOnline: Bool?
    /// By the monotonic clock, in microseconds; nil: no birth was seen.
    public internal(set) var bornAt: Int64?
    public internal(set) var births = 0
    public internal(set) var messages = 0
    /// Values under an alias that no birth has announced.
    public internal(set) var unknownAliases = 0
    /// Sequence numbers that were not the ones expected; of the edge node, over its devices.
    public internal(set) var sequenceGaps = 0
    public internal(set) var lastSequence: UInt64?
    /// By name.
    public internal(set) var metrics: [String: Metric] = [:]
    var nameOfAlias: [UInt64: String] = [:]

    public var inOrder: [Metric] { metrics.values.sorted { $0.name < $1.name } }
  }

  /// Of a host application: whether it says that it is there.
  public private(set) var hosts: [String: Bool] = [:]
  public private(set) var places: [SparkplugAddress: Place] = [:]
  /// Messages of the namespace that could not be read, with the last reason.
  public private(set) var unreadable = 0
  public private(set) var lastFault: String?
  /// What went over a bound.
  public private(set) var overflow = 0

  public init() {}

  public mutating func note(_ messages: [ObservedMessage]) {
    for message in messages where message.topic.hasPrefix("\(SparkplugTopic.namespace)/") { note(message) }
  }

  /// Groups, edge nodes and devices in order: a node before its devices.
  public var inOrder: [Place] {
    places.values.sorted {
      ($0.address.group, $0.address.edgeNode, $0.address.device ?? "")
        < ($1.address.group, $1.address.edgeNode, $1.address.device ?? "")
    }
  }

  /// Edge nodes of which something came and that were not seen to be born.
  public var unborn: [SparkplugAddress] {
    Set(places.values.filter { $0.bornAt == nil && $0.isOnline != false }.map(\.address.node))
      .sorted { $0.description < $1.description }
  }

  /// The command that asks an edge node for its births (specification 3.0.0, 6.4.17 and tck-id-operational-behavior-data-commands-rebirth-name).
  public static func rebirthRequest(to node: SparkplugAddress, atMilliseconds time: UInt64) -> (
    topic: String, payload: [UInt8]
  ) {
    let metric = SparkplugMetric(
      name: "Node Control/Rebirth", timestamp: time, datatype: SparkplugDataType.boolean.rawValue, value: .boolean(true)
    )
    return (
      SparkplugTopic.message(.nodeCommand, node.node).text,
      SparkplugCodec.encode(SparkplugPayload(timestamp: time, metrics: [metric]))
    )
  }
}

extension BirthTree {
  private mutating func note(_ message: ObservedMessage) {
    guard let topic = SparkplugTopic(message.topic) else {
      return fault("the topic \(message.topic) is none of Sparkplug")
    }
    guard let payload = message.payload else { return fault("\(message.topic): too large") }
    switch topic {
    case .state(let host):
      let text = String(decoding: payload, as: UTF8.self)
      guard hosts[host] != nil || hosts.count < Self.maximumPlaces else {
        overflow += 1
        return
      }
      hosts[host] = text.contains("\"online\":true") || text.contains("\"online\": true")
    case .message(let kind, let address):
      do throws(SparkplugFault) {
        note(kind, address, try SparkplugCodec.decode(payload), message)
      } catch {
        fault("\(message.topic): \(error)")
      }
    }
  }

  private mutating func fault(_ reason: String) {
    unreadable += 1
    lastFault = reason
  }

  private mutating func note(
    _ kind: SparkplugTopic.Kind, _ address: SparkplugAddress, _ payload: SparkplugPayload, _ message: ObservedMessage
  ) {
    // What others ask an edge node to do says nothing about it.
    guard kind != .nodeCommand, kind != .deviceCommand else { return }
    guard places[address] != nil || places.count < Self.maximumPlaces else {
      overflow += 1
      return
    }
    let now = message.receivedAt.monotonicMicroseconds
    var place = places.removeValue(forKey: address) ?? Place(address: address)
    place.messages += 1
    switch kind {
    case .nodeBirth, .deviceBirth:
      place.isOnline = true
      place.bornAt = now
      place.births += 1
      place.metrics = [:]
      place.nameOfAlias = [:]
      place.take(payload, now, isBirth: true, &overflow)
    case .nodeData, .deviceData: place.take(payload, now, isBirth: false, &overflow)
    case .nodeDeath, .deviceDeath: place.isOnline = false
    case .nodeCommand, .deviceCommand: break
    }
    places[address] = place
    if kind == .nodeDeath {
      for device in places.keys where device.node == address { places[device]?.isOnline = false }
    } else {
      count(payload.sequence, of: address.node, isBirth: kind == .nodeBirth)
    }
  }

  /// 0 to 255, one more with every message of an edge node and its devices (6.4.19).
  private mutating func count(_ sequence: UInt64?, of node: SparkplugAddress, isBirth: Bool) {
    guard let sequence, places[node] != nil else { return }
    if !isBirth, let last = places[node]?.lastSequence, sequence != (last + 1) % 256 {
      places[node]?.sequenceGaps += 1
    }
    places[node]?.lastSequence = sequence
  }
}

extension BirthTree.Place {
  fileprivate mutating func take(
    _ payload: SparkplugPayload, _ now: Int64, isBirth: Bool, _ overflow: inout Int
  ) {
    for metric in payload.metrics {
      if isBirth, let name = metric.name, let alias = metric.alias { nameOfAlias[alias] = name }
      guard let name = metric.name ?? metric.alias.flatMap({ nameOfAlias[$0] }) else {
        unknownAliases += 1
        continue
      }
      // A value of the past is not the last one.
      guard !metric.isHistorical else { continue }
      guard metrics[name] != nil || metrics.count < BirthTree.maximumMetrics else {
        overflow += 1
        continue
      }
      let known = metrics[name]
      let type = metric.datatype.flatMap(SparkplugDataType.init(rawValue:)) ?? known?.type
      metrics[name] = BirthTree.Metric(
        name: name, type: type, alias: metric.alias ?? known?.alias, unit: metric.unit ?? known?.unit,
        value: metric.isNull ? nil : type.flatMap { metric.value?.content(as: $0)?.text },
        timestamp: metric.timestamp ?? payload.timestamp, receivedAt: now)
    }
  }
}

extension SparkplugMetric {
  /// The property by which most edge nodes name the engineering unit.
  fileprivate var unit: String? {
    for name in ["engUnit", "Engineering Units", "unit"] {
      if case .string(let text)? = properties[name], !text.isEmpty { return text }
    }
    return nil
  }
}
