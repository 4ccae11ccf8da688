/// What is typed with the keys of a keyboard: new keys are found by comparing reports, and written by the layout.
struct KeyTyping: Sendable {
  enum Key: Hashable, Sendable {
    /// Typed text, in UTF-8.
    case text([UInt8])
    /// The key, or the code typed with Alt, writes nothing that can be known.
    case unreadable
    /// A key that writes nothing on any layout: function keys, arrows, Escape.
    case idle
  }

  private let layout: KeyLayout
  private let separators: Set<SeparatorForm>
  private var pressed: Set<UInt8> = []
  /// Our own state, not the keyboard's lamp: off at attach.
  private var isCapsLockOn = false
  private var altCode = AltCode()
  private var accent: Unicode.Scalar?

  init(layout: KeyLayout, separators: Set<SeparatorForm>) {
    self.layout = layout
    self.separators = separators
  }

  /// Takes one report; nil where nothing can be concluded from it.
  mutating func take(_ report: [UInt8]) -> [Key]? {
    guard report.count >= 8 else { return nil }
    let usages = report[2..<8]
    // 0x01 ErrorRollOver: the keyboard does not know which keys are down.
    if usages.contains(0x01) { return nil }
    let modifiers = KeyModifiers(rawValue: report[0])
    var typed: [Key] = []
    let isAltDown = modifiers.holds(.leftAlt) || (!layout.hasAltGr && modifiers.holds(.rightAlt))
    if let code = altCode.hold(isAltDown) { typed += write(code) }
    for usage in usages where usage > 0x03 && !pressed.contains(usage) {
      // A usage that stands twice in one report is one key.
      pressed.insert(usage)
      typed += press(usage, modifiers)
    }
    // The set of this report, empty on release: the same key in the next report is then typed again.
    pressed = Set(usages.filter { $0 > 0x03 })
    return typed
  }

  /// The text ends here: an accent that waits for its letter stands by itself.
  mutating func endText() -> [UInt8] {
    defer { accent = nil }
    return accent.map { Array(String($0).utf8) } ?? []
  }

  // MARK: Keys

  private mutating func press(_ usage: UInt8, _ modifiers: KeyModifiers) -> [Key] {
    switch usage {
    case 0x39:
      isCapsLockOn.toggle()
      return []
    // Num Lock, which some scanners send around Alt codes, and the modifiers where they stand as usages.
    case 0x53, 0xE0...0xE7: return []
    case 0x28: return write("\r")
    case 0x2B: return write("\t")
    case 0x41 where separators.contains(.f8): return write("\u{1D}")
    case 0x54...0x63: return pressKeypad(usage)
    default: break
    }
    guard let key = layout.keys[usage] else { return [usage <= 0x31 ? .unreadable : .idle] }
    return press(key, usage, modifiers)
  }

  private mutating func pressKeypad(_ usage: UInt8) -> [Key] {
    guard let scalar = KeyLayout.keypad[usage] else { return [.idle] }
    guard altCode.isHeld else { return write(scalar) }
    guard let digit = Int(String(scalar)) else { return [.unreadable] }
    altCode.type(digit)
    return []
  }

  private mutating func press(_ key: KeyLayout.Key, _ usage: UInt8, _ modifiers: KeyModifiers) -> [Key] {
    let isControl = modifiers.holds(.control)
    let isShift = modifiers.holds(.shift)
    // Ctrl with the left Alt is AltGr, as on Windows.
    let isAltGr = layout.hasAltGr && (modifiers.holds(.rightAlt) || (isControl && modifiers.holds(.leftAlt)))
    if isAltGr {
      guard let character = key.character(isShift ? .shiftAltGr : .altGr) else { return [.unreadable] }
      return write(character)
    }
    if altCode.isHeld { return [.unreadable] }
    if isControl {
      guard let code = ControlKeys.code(key, usage, isShift: isShift) else { return [.unreadable] }
      if code == "\u{1D}", !separators.contains(.controlBracket) { return [.unreadable] }
      return write(code)
    }
    let isUpper = isShift != (isCapsLockOn && layout.capsLockUsages.contains(usage))
    guard let character = key.character(isUpper ? .shift : .plain) else { return [.unreadable] }
    return write(character)
  }

  // MARK: Writing

  private mutating func write(_ character: KeyLayout.Character) -> [Key] {
    guard character.isDead else { return write(character.scalar) }
    // An accent that waits already stands by itself.
    let waiting = endText()
    accent = character.scalar
    return waiting.isEmpty ? [] : [.text(waiting)]
  }

  private mutating func write(_ scalar: Unicode.Scalar) -> [Key] {
    guard let accent else { return [.text(Array(String(scalar).utf8))] }
    self.accent = nil
    return [.text(DeadKeys.compose(accent, scalar).flatMap { Array(String($0).utf8) })]
  }

  private mutating func write(_ code: AltCode.Outcome) -> [Key] {
    switch code {
    case .nothing: return []
    case .unknown: return [.unreadable]
    case .character("\u{1D}") where !separators.contains(.altCode): return [.unreadable]
    case .character(let scalar): return write(scalar)
    }
  }
}

/// Byte 0 of a boot report (HID 1.11, appendix B.1).
struct KeyModifiers: OptionSet {
  let rawValue: UInt8
  static let control = KeyModifiers(rawValue: 0x11)
  static let shift = KeyModifiers(rawValue: 0x22)
  static let leftAlt = KeyModifiers(rawValue: 0x04)
  static let rightAlt = KeyModifiers(rawValue: 0x40)

  func holds(_ any: KeyModifiers) -> Bool { !isDisjoint(with: any) }
}
