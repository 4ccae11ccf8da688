/// The merged objects of all delta mappings of a broker: one for each mapping and topic.
struct OverlayStore {
  struct Place: Hashable {
    var device: Int
    var mapping: Int
    var topic: String
  }

  /// All merged objects together, in bytes as ``JSONOverlay`` counts them.
  static let maximumBytes = 16 * 1024 * 1024
  /// Most merged objects.
  static let maximumOverlays = 10_000

  private struct Entry {
    var overlay: JSONOverlay
    var lastUse = 0
  }

  private var entries: [Place: Entry] = [:]
  private var bytes = 0
  private var uses = 0
  /// How many merged objects were given up because they, or all together, grew too large.
  private(set) var forgotten = 0

  subscript(place: Place) -> JSONOverlay? { entries[place]?.overlay }

  mutating func merge(_ message: JSONItem, _ names: RememberedNames, at place: Place) {
    guard !names.children.isEmpty else { return }
    uses += 1
    if entries[place] == nil, entries.count >= Self.maximumOverlays { forgetOldest() }
    let before = entries[place]?.overlay.bytes ?? 0
    if !entries[place, default: Entry(overlay: JSONOverlay(names))].overlay.merge(message) { forgotten += 1 }
    entries[place]?.lastUse = uses
    bytes += (entries[place]?.overlay.bytes ?? 0) - before
    while bytes > Self.maximumBytes, entries.count > 1 { forgetOldest() }
  }

  /// A quarter at once, so that the search is rarely done.
  private mutating func forgetOldest() {
    let oldest = entries.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(max(1, entries.count / 4))
    for (place, entry) in oldest {
      bytes -= entry.overlay.bytes
      entries[place] = nil
      forgotten += 1
    }
  }
}
