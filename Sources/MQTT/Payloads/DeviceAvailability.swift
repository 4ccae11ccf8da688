import Devices

/// What is known about whether the devices of a broker are there.
struct DeviceAvailability {
  /// An availability topic with its words as they are compared.
  struct Topic: Sendable {
    let path: CompiledPath?
    let online: Set<String>
    let offline: Set<String>

    init(_ topic: AvailabilityTopic) {
      path = topic.path.map { CompiledPath($0) }
      online = Set(topic.online.map { $0.lowercased() })
      offline = Set(topic.offline.map { $0.lowercased() })
    }

    /// nil where the message says neither.
    func isOnline(_ text: String) -> Bool? {
      let word = text.lowercased()
      return offline.contains(word) ? false : online.contains(word) ? true : nil
    }
  }

  private var states: [Bool?]

  init(devices: Int) { states = Array(repeating: nil, count: devices) }

  /// - Returns: whether that is news.
  mutating func note(_ device: Int, isOnline: Bool) -> Bool {
    defer { states[device] = isOnline }
    return states[device] != isOnline
  }
}
