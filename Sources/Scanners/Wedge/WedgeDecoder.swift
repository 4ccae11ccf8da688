/// Turns the boot reports of a keyboard wedge (8 bytes: modifiers, 0, six usages; HID 1.11, appendix B.1) into text.
/// Pure; one decoder for each attached device, gone with its handle.
public struct WedgeDecoder: Sendable {
  private let layout: KeyLayout
  private var pressed: Set<UInt8> = []
  /// Our own state, not the keyboard's lamp: off at attach.
  private var isCapsLockOn = false
  /// Digits typed on the keypad while left Alt is held: a character by number (Alt+029 is GS); nil while Alt is up.
  private var altDigits: [UInt8]?
  /// Reports that were too short or said that too many keys were down.
  public private(set) var ignoredReports: UInt64 = 0

  public init(layout: KeyLayout = .us) { self.layout = layout }

  /// Takes one report; returns what was typed with it, in UTF-8.
  public mutating func take(_ report: [UInt8]) -> [UInt8] {
    guard report.count >= 8 else {
      ignoredReports += 1
      return []
    }
    let usages = report[2..<8]
    // 0x01 ErrorRollOver: the keyboard does not know which keys are down; nothing is concluded from such a report.
    if usages.contains(0x01) {
      ignoredReports += 1
      return []
    }
    let modifiers = Modifiers(rawValue: report[0])
    var typed = composeOnAltRelease(modifiers)
    for usage in usages where usage > 0x03 && !pressed.contains(usage) {
      typed += press(usage, modifiers)
    }
    // The set of this report, empty on release: the same key in the next report is then typed again.
    pressed = Set(usages.filter { $0 > 0x03 })
    return typed
  }

  // MARK: Keys

  private struct Modifiers: OptionSet {
    let rawValue: UInt8
    static let control = Modifiers(rawValue: 0x11)
    static let shift = Modifiers(rawValue: 0x22)
    static let leftAlt = Modifiers(rawValue: 0x04)
    static let altGr = Modifiers(rawValue: 0x40)

    func holds(_ any: Modifiers) -> Bool { !isDisjoint(with: any) }
  }

  private mutating func press(_ usage: UInt8, _ modifiers: Modifiers) -> [UInt8] {
    switch usage {
    case 0x39:
      isCapsLockOn.toggle()
      return []
    case 0x28: return [0x0D]
    case 0x2B: return [0x09]
    // F8: the form in which some scanners send GS.
    case 0x41: return [0x1D]
    default: break
    }
    if let scalar = KeyLayout.keypad[usage] {
      guard altDigits != nil else { return Array(String(scalar).utf8) }
      if let digit = UInt8(exactly: scalar.value), (0x30...0x39).contains(digit) { addAltDigit(digit - 0x30) }
      return []
    }
    guard let key = layout.keys[usage], !modifiers.holds(.leftAlt) else { return [] }
    if modifiers.holds(.altGr) { return [] }
    if modifiers.holds(.control) { return Self.controlCode(of: key.plain ?? " ").map { [$0] } ?? [] }
    let isShifted = modifiers.holds(.shift) != (isCapsLockOn && layout.capsLockUsages.contains(usage))
    return (isShifted ? key.shifted : key.plain).map { Array(String($0).utf8) } ?? []
  }

  /// Ctrl with a letter or one of [ \ ] is the control character of ASCII; Ctrl+] is GS.
  private static func controlCode(of scalar: Unicode.Scalar) -> UInt8? {
    guard let ascii = UInt8(exactly: scalar.value) else { return nil }
    switch ascii {
    case 0x61...0x7A: return ascii - 0x60
    case 0x5B...0x5D: return ascii - 0x40
    default: return nil
    }
  }

  private mutating func addAltDigit(_ digit: UInt8) {
    // Alt codes have three or four digits; more are no code and end as nothing.
    if let digits = altDigits, digits.count < 5 { altDigits = digits + [digit] }
  }

  private mutating func composeOnAltRelease(_ modifiers: Modifiers) -> [UInt8] {
    if modifiers.holds(.leftAlt) {
      altDigits = altDigits ?? []
      return []
    }
    defer { altDigits = nil }
    guard let digits = altDigits, (1...4).contains(digits.count) else { return [] }
    let code = digits.reduce(0) { $0 * 10 + UInt32($1) }
    // Above 127 the meaning depends on the code page of a computer that is not there.
    guard code > 0, code < 128, let scalar = Unicode.Scalar(code) else { return [] }
    return Array(String(scalar).utf8)
  }
}
