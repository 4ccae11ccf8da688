import Glibc

/// Turns the events of the kernel's input device into the boot reports that the keyboard sent (HID 1.11, appendix B.1),
/// so that both ways of reading a wedge share one decoder of keys. Pure.
struct InputEventDecoder: Sendable {
  /// A boot report and the time of the event that ends it, in microseconds of the clock of the node.
  struct Report: Hashable, Sendable {
    var bytes: [UInt8]
    var time: Int64
  }

  /// One `struct input_event` on a 64-bit machine: the time, type, code and value (linux/input.h).
  static let eventBytes = MemoryLayout<timeval>.size + 8

  /// Types and codes of linux/input-event-codes.h.
  private enum Code {
    static let synchronization: UInt16 = 0
    static let key: UInt16 = 1
    static let miscellaneous: UInt16 = 4
    static let report: UInt16 = 0
    static let dropped: UInt16 = 3
    static let scan: UInt16 = 4
  }

  private var rest: [UInt8] = []
  private var modifiers: UInt8 = 0
  private var pressed: [UInt8] = []
  private var scanned: UInt8?
  private var hasChanged = false
  /// The kernel had no room for all events: what was typed has a hole, and nothing behind it is decoded any more.
  private(set) var hasLostEvents = false

  /// Takes what was read from the node; returns the reports it completes.
  mutating func take(_ bytes: some Sequence<UInt8>) -> [Report] {
    guard !hasLostEvents else { return [] }
    rest += bytes
    var reports: [Report] = []
    var start = 0
    while rest.count - start >= Self.eventBytes, !hasLostEvents {
      let times = rest[start..<(start + MemoryLayout<timeval>.size)].map { $0 }
      let fields = rest[(start + MemoryLayout<timeval>.size)..<(start + Self.eventBytes)].map { $0 }
      start += Self.eventBytes
      let value = (0..<4).reduce(UInt32(0)) { $0 | UInt32(fields[4 + $1]) << UInt32(8 * $1) }
      if let report = event(
        type: UInt16(fields[0]) | UInt16(fields[1]) << 8, code: UInt16(fields[2]) | UInt16(fields[3]) << 8,
        value: value)
      {
        reports.append(Report(bytes: report, time: Self.microseconds(times)))
      }
    }
    rest.removeFirst(start)
    return reports
  }

  /// Of a `struct timeval` on a 64-bit machine with the low byte first.
  private static func microseconds(_ time: [UInt8]) -> Int64 {
    func number(_ bytes: ArraySlice<UInt8>) -> Int64 { bytes.reversed().reduce(0) { $0 << 8 | Int64($1) } }
    return number(time[..<8]) &* 1_000_000 &+ number(time[8...])
  }

  private mutating func event(type: UInt16, code: UInt16, value: UInt32) -> [UInt8]? {
    switch (type, code) {
    case (Code.miscellaneous, Code.scan):
      // The HID driver says which usage of which page the next key is; page 7 is the keyboard.
      scanned = value >> 16 == 7 ? UInt8(exactly: value & 0xFFFF) : nil
    case (Code.key, _):
      let usage = scanned ?? KeyCodes.usage(ofKeyCode: code)
      scanned = nil
      // 2 is the kernel's own repetition of a key that is held.
      if let usage, value < 2 { change(usage, isPressed: value == 1) }
    case (Code.synchronization, Code.dropped): hasLostEvents = true
    case (Code.synchronization, Code.report):
      defer { hasChanged = false }
      return hasChanged ? report() : nil
    default: break
    }
    return nil
  }

  private mutating func change(_ usage: UInt8, isPressed: Bool) {
    hasChanged = true
    // Usages 0xE0 to 0xE7 are the eight bits of the first byte.
    if (0xE0...0xE7).contains(usage) {
      let bit = UInt8(1) << (usage - 0xE0)
      modifiers = isPressed ? modifiers | bit : modifiers & ~bit
    } else {
      pressed.removeAll { $0 == usage }
      if isPressed { pressed.append(usage) }
    }
  }

  /// A boot report has room for six keys; more say that nothing is known (0x01, ErrorRollOver).
  private func report() -> [UInt8] {
    let keys = pressed.count > 6 ? [UInt8](repeating: 0x01, count: 6) : pressed
    return [modifiers, 0] + keys + [UInt8](repeating: 0, count: 6 - keys.count)
  }
}
