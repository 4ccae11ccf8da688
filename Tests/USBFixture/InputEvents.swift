/// What the kernel's input device says while a scanner with the US layout types: for each boot report the usages and
/// keys that changed, and the end of the report (linux/input.h, 64-bit).
enum InputEvents {
  static func typing(_ text: String) -> [[UInt8]] {
    var before: Set<UInt8> = []
    return BootReports.typing(text).map { report in
      var down = Set(report[2...].filter { $0 != 0 })
      for bit in UInt8(0)..<8 where report[0] & (1 << bit) != 0 { down.insert(0xE0 + bit) }
      // Modifiers first, as the kernel says them.
      let changed = before.symmetricDifference(down).sorted(by: >)
      defer { before = down }
      return changed.flatMap { usage in
        // MSC_SCAN with the usage, then the key; its code means nothing here (KEY_UNKNOWN).
        event(type: 4, code: 4, value: 0x70000 | UInt32(usage))
          + event(type: 1, code: 240, value: down.contains(usage) ? 1 : 0)
      } + event(type: 0, code: 0, value: 0)
    }
  }

  private static func event(type: UInt16, code: UInt16, value: UInt32) -> [UInt8] {
    [UInt8](repeating: 0, count: 16) + [UInt8(type), 0, UInt8(code & 0xFF), UInt8(code >> 8)]
      + (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }
}
