import Scanners

/// A scanner that types: text to boot reports in a layout, in the ways real scanners have. Knows nothing of the decoder.
struct ScannerTyping {
  /// How GS is sent.
  enum Separator: CaseIterable { case controlBracket, f8, altCode }

  var keyboard: WindowsKeyboard
  var separator = Separator.controlBracket
  /// Keys overlap, come together, are said twice; false: press and release, nothing else.
  var isRough = false

  static let release = [UInt8](repeating: 0, count: 8)

  struct Stroke: Hashable {
    var usage: UInt8
    var modifiers: UInt8 = 0
  }

  private static let places: [Unicode.Scalar: [UInt8]] = ["\r": [0x28, 0x58], "\n": [], "\t": [0x2B]]

  /// The strokes for one character, or nil where it can only be typed by its number.
  func strokes(for scalar: Unicode.Scalar, _ random: inout some RandomNumberGenerator) -> [Stroke]? {
    if scalar == " " { return [Stroke(usage: 0x2C)] }
    if let usages = Self.places[scalar], !usages.isEmpty {
      return [Stroke(usage: isRough ? usages.randomElement(using: &random) ?? usages[0] : usages[0])]
    }
    if let stroke = stroke(for: scalar, dead: false, &random) { return [stroke] }
    if let accent = stroke(for: scalar, dead: true, &random) { return [accent, Stroke(usage: 0x2C)] }
    for (accent, pairs) in WindowsKeyboard.accented {
      guard let dead = stroke(for: accent, dead: true, &random) else { continue }
      for (from, to) in pairs {
        guard let index = Array(to.unicodeScalars).firstIndex(of: scalar),
          let letter = stroke(for: Array(from.unicodeScalars)[index], dead: false, &random)
        else { continue }
        return [dead, letter]
      }
    }
    return nil
  }

  private func stroke(
    for scalar: Unicode.Scalar, dead: Bool, _ random: inout some RandomNumberGenerator
  ) -> Stroke? {
    for (level, scalars) in keyboard.levels.enumerated() {
      for (index, candidate) in scalars.enumerated()
      where candidate == scalar && keyboard.isDead(candidate, level) == dead && candidate != " " {
        var usage = WindowsKeyboard.usages[index]
        if isRough, usage == 0x32, Bool.random(using: &random) { usage = 0x31 }
        return Stroke(usage: usage, modifiers: modifiers(level, &random))
      }
    }
    return nil
  }

  private func modifiers(_ level: Int, _ random: inout some RandomNumberGenerator) -> UInt8 {
    let shift: UInt8 = isRough && Bool.random(using: &random) ? 0x20 : 0x02
    // The right Alt, Ctrl with the left Alt, or Ctrl with the right Alt: scanners use all three for AltGr.
    let altGr: UInt8 = isRough ? [0x40, 0x05, 0x41].randomElement(using: &random) ?? 0x40 : 0x40
    return (level & 1 != 0 ? shift : 0) | (level & 2 != 0 ? altGr : 0)
  }

  /// All reports for a text.
  func reports(for text: String, _ random: inout some RandomNumberGenerator) -> [[UInt8]] {
    var reports: [[UInt8]] = []
    var strokes: [Stroke] = []
    for scalar in text.unicodeScalars {
      if scalar == "\u{1D}" {
        reports += press(&strokes, &random) + separatorReports()
      } else if let own = control(scalar) {
        strokes.append(own)
      } else if let own = self.strokes(for: scalar, &random) {
        strokes += own
      } else {
        reports += press(&strokes, &random) + altCode(scalar.value)
      }
    }
    return reports + press(&strokes, &random)
  }

  /// RS and EOT as scanners send them: Ctrl with 6 and with D, in the places of the US layout.
  private func control(_ scalar: Unicode.Scalar) -> Stroke? {
    switch scalar {
    case "\u{1E}": Stroke(usage: 0x23, modifiers: 0x01)
    case "\u{04}": Stroke(usage: 0x07, modifiers: 0x01)
    default: nil
    }
  }

  private func separatorReports() -> [[UInt8]] {
    switch separator {
    case .controlBracket: [[0x01, 0, 0x30, 0, 0, 0, 0, 0], Self.release]
    case .f8: [[0, 0, 0x41, 0, 0, 0, 0, 0], Self.release]
    case .altCode: altCode(29)
    }
  }

  private func altCode(_ code: UInt32) -> [[UInt8]] {
    let digits = ("0" + String(code)).utf8.map { UInt8($0 == 0x30 ? 0x62 : $0 - 0x31 + 0x59) }
    let numLock: [[UInt8]] = isRough ? [[0, 0, 0x53, 0, 0, 0, 0, 0], Self.release] : []
    return numLock + [[0x04, 0, 0, 0, 0, 0, 0, 0]]
      + digits.flatMap { [[0x04, 0, $0, 0, 0, 0, 0, 0], [0x04, 0, 0, 0, 0, 0, 0, 0]] } + [Self.release] + numLock
  }

  /// Turns strokes into reports and empties them.
  private func press(_ strokes: inout [Stroke], _ random: inout some RandomNumberGenerator) -> [[UInt8]] {
    defer { strokes = [] }
    guard isRough else {
      return strokes.flatMap { [[$0.modifiers, 0, $0.usage, 0, 0, 0, 0, 0], Self.release] }
    }
    var reports: [[UInt8]] = []
    var held: [UInt8] = []
    var index = 0
    func report(_ modifiers: UInt8, _ usages: [UInt8]) -> [UInt8] {
      [modifiers, 0] + usages + [UInt8](repeating: 0, count: 6 - usages.count)
    }
    while index < strokes.count {
      // Several keys with the same modifiers in one report, in array order.
      var group = [strokes[index]]
      while group.count < 3, index + group.count < strokes.count, Int.random(in: 0..<4, using: &random) == 0 {
        let next = strokes[index + group.count]
        guard next.modifiers == group[0].modifiers, !group.contains(next) else { break }
        group.append(next)
      }
      let usages = group.map(\.usage)
      if held.contains(where: usages.contains) || Bool.random(using: &random) {
        reports.append(Self.release)
        held = []
      } else if held.count + usages.count > 6 || Bool.random(using: &random) {
        held = []
      }
      held += usages
      reports.append(report(group[0].modifiers, held))
      // The same report again.
      if Int.random(in: 0..<5, using: &random) == 0 { reports.append(report(group[0].modifiers, held)) }
      index += group.count
    }
    reports.append(Self.release)
    return reports
  }
}
