import Devices
import Foundation

/// One way in which a link or a device goes wrong, read from `Tests/Cases/modbus-faults/NAME/case.yaml`.
struct FaultCase: Sendable {
  /// What stands between the driver and the faulty devices.
  enum Link: String, CaseIterable, Sendable {
    /// Nothing: the quirks are the simulator's own.
    case tcp
    /// Nothing, and the frames of a serial line on the connection: no transaction ids.
    case rtuOverTCP = "rtu_over_tcp"
    /// A relay that misbehaves.
    case proxy
    /// Nobody: the machine is switched off.
    case dead
    /// One serial line for all faulty devices.
    case serial
  }

  var name: String
  /// What is wrong, in one sentence.
  var what: String
  var link: Link
  /// For the simulator, as on its command line.
  var quirks: [String]
  var proxyFault: FaultProxyKind?
  /// When the relay begins and how long it goes on, in seconds since the start of the run.
  var atSeconds: Double
  var forSeconds: Double
  /// The most that the profile of a faulty device allows a reply to take. On a serial line the driver gives up earlier
  /// and is silent for so long; a reply that is later still cannot be told from the next one.
  var timeoutSeconds: Double
  /// Qualities that the faulty devices must show.
  var expects: [Quality]
  /// Whether good values must come again after the fault, or between its strokes.
  var recovers: Bool

  enum FaultProxyKind: String, CaseIterable, Sendable {
    case blackhole, reset
    case slowBytes = "slow_bytes"
    case delay, loss
  }

  static func load(folder: URL) throws -> FaultCase {
    let file = folder.appendingPathComponent("case.yaml")
    let (root, collector) = try DocumentNode.parse(String(contentsOf: file, encoding: .utf8), file: file.path)
    root.allowKeys([
      "what", "link", "quirks", "proxy", "at_seconds", "for_seconds", "timeout_seconds", "expects", "recovers",
    ])
    let what = root.required("what", "Write what is wrong in one sentence")?.string("Write a sentence")
    let link = root["link"]?.choice(Link.allCases.map(\.rawValue)).flatMap(Link.init(rawValue:))
    let proxy = root["proxy"]?.choice(FaultProxyKind.allCases.map(\.rawValue)).flatMap(FaultProxyKind.init(rawValue:))
    let expects = root["expects"]?.elements("Write a list of qualities").compactMap { node in
      node.choice(Quality.allCases.map(\.name)).flatMap { name in Quality.allCases.first { $0.name == name } }
    }
    let loaded = FaultCase(
      name: folder.lastPathComponent, what: what ?? "", link: link ?? (proxy == nil ? .tcp : .proxy),
      quirks: root["quirks"]?.elements("Write a list of quirks").compactMap { $0.string("Write a quirk") } ?? [],
      proxyFault: proxy, atSeconds: root["at_seconds"]?.number("Write seconds") ?? 0.5,
      forSeconds: root["for_seconds"]?.number("Write seconds") ?? .infinity,
      timeoutSeconds: root["timeout_seconds"]?.number("Write seconds") ?? 0.2, expects: expects ?? [],
      recovers: root["recovers"]?.flag("Write true or false") ?? false)
    try collector.throwIfAny()
    return loaded
  }

  /// All cases of a folder, by name.
  static func all(in folder: URL) throws -> [FaultCase] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { FileManager.default.fileExists(atPath: $0.appendingPathComponent("case.yaml").path) }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }.map(load(folder:))
  }
}
