/// How a scanner in keyboard mode sends the group separator (GS, 0x1D), which no key writes by itself.
public enum SeparatorForm: Hashable, Sendable {
  /// Ctrl with the key `]`.
  case controlBracket
  /// The function key F8.
  case f8
  /// Left Alt held, 0 2 9 typed on the keypad.
  case altCode
  /// A character that stands for it and then can mean nothing else on this scanner's labels.
  case substitute(Unicode.Scalar)

  /// The forms that need no configuration: they can be nothing but a separator.
  public static let unmistakable: Set<SeparatorForm> = [.controlBracket, .f8, .altCode]

  /// The word in the configuration: "ctrl-bracket", "f8", "alt-029" or the substitute itself.
  public var word: String {
    switch self {
    case .controlBracket: "ctrl-bracket"
    case .f8: "f8"
    case .altCode: "alt-029"
    case .substitute(let scalar): String(scalar)
    }
  }

  /// Nil where the word is none of the named forms and no single character that can be seen.
  public init?(word: String) {
    switch word {
    case "ctrl-bracket": self = .controlBracket
    case "f8": self = .f8
    case "alt-029": self = .altCode
    default:
      let scalars = Array(word.unicodeScalars)
      guard scalars.count == 1, scalars[0].value > 0x20, scalars[0].value != 0x7F else { return nil }
      self = .substitute(scalars[0])
    }
  }
}
