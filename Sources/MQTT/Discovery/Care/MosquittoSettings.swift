/// What the configuration of a mosquitto says about keeping messages: read from the text of its files (mosquitto.conf(5),
/// version 2.0.11). Only the settings on which a recorder depends; everything else is passed over. Pure.
public struct MosquittoSettings: Hashable, Sendable {
  /// One setting, where it was read.
  public struct Source: Hashable, Sendable {
    public var value: String
    public var file: String
    public var line: Int
  }

  /// Longest line that is read, in characters, and deepest nesting of folders that include folders.
  static let maximumLineCharacters = 2_000

  static let known: Set<String> = [
    "persistence", "autosave_interval", "autosave_on_changes", "max_queued_messages", "max_queued_bytes",
    "max_inflight_messages", "message_size_limit", "max_packet_size", "memory_limit", "persistent_client_expiration",
    "queue_qos0_messages", "upgrade_outgoing_qos", "persistence_location", "allow_anonymous", "sys_interval",
  ]

  /// The last value of each setting: mosquitto takes the last one that it reads.
  public private(set) var values: [String: Source] = [:]
  /// Folders named by `include_dir`, in the order in which they were named.
  public private(set) var folders: [String] = []

  public init() {}

  /// Reads one file. The files of a folder are read after the file that names it, in the order of their names with upper
  /// case first (`LC_ALL=C`), those that end with ".conf" only.
  public mutating func read(_ text: String, file: String) {
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      // mosquitto knows comments only at the beginning of a line.
      guard line.first != "#", line.count <= Self.maximumLineCharacters else { continue }
      let parts = line.split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
      guard parts.count == 2 else { continue }
      var value = parts[1]
      while let last = value.last, last == " " || last == "\t" || last == "\r" { value.removeLast() }
      while let first = value.first, first == " " || first == "\t" { value.removeFirst() }
      let name = String(parts[0])
      if name == "include_dir" {
        folders.append(String(value))
      } else if Self.known.contains(name) {
        values[name] = Source(value: String(value), file: file, line: index + 1)
      }
    }
  }

  // MARK: With what holds where nothing is said

  public var isPersistent: Bool { values["persistence"]?.value == "true" }
  /// Seconds, or changes with `autosave_on_changes`; 0: only at the end.
  public var autosaveInterval: Int { number("autosave_interval", otherwise: 1_800) }
  public var savesByChanges: Bool { values["autosave_on_changes"]?.value == "true" }
  /// 0: no bound.
  public var maximumQueuedMessages: Int { number("max_queued_messages", otherwise: 1_000) }
  /// 0: no bound.
  public var maximumQueuedBytes: Int { number("max_queued_bytes", otherwise: 0) }
  /// 0: no bound.
  public var maximumInflightMessages: Int { number("max_inflight_messages", otherwise: 20) }
  /// Nil: sessions of clients that stay away are kept for ever.
  public var persistentClientExpiration: String? { values["persistent_client_expiration"]?.value }
  /// The largest payload, in bytes; 0: as large as MQTT allows.
  public var messageSizeLimit: Int { number("message_size_limit", otherwise: 0) }

  /// The largest packet, in bytes; 0: as large as MQTT allows.
  public var maximumPacketSize: Int { number("max_packet_size", otherwise: 0) }

  private func number(_ name: String, otherwise standard: Int) -> Int {
    values[name].flatMap { Int($0.value) } ?? standard
  }
}
