/// What was learned from one scan of the ``CalibrationSymbol``.
public struct CalibratedForm: Hashable, Sendable {
  public var form: ScannerTextForm
  /// Layouts with the same keys, which write the same whatever is scanned.
  public var equalLayouts: [String]
  /// Nil: the scanner drops the group separator.
  public var separator: SeparatorForm?
  /// What ends a label, as control characters; empty: nothing but a gap.
  public var terminators: [UInt8]
  /// The scanner puts an AIM identifier into the text.
  public var sendsAIMIdentifier: Bool

  public init(
    form: ScannerTextForm, equalLayouts: [String] = [], separator: SeparatorForm?, terminators: [UInt8],
    sendsAIMIdentifier: Bool
  ) {
    self.form = form
    self.equalLayouts = equalLayouts
    self.separator = separator
    self.terminators = terminators
    self.sendsAIMIdentifier = sendsAIMIdentifier
  }

  /// The lines to put under the device in the configuration, without indentation.
  public var configurationLines: [String] {
    var lines = ["layout: \(form.layout?.name ?? "us")"]
    switch separator {
    case .substitute(let scalar)?: lines.append("separator: \(Self.quoted(Array(String(scalar).utf8)))")
    case let separator?: lines.append("separator: \(separator.word)")
    case nil: lines.append("# the scanner drops the group separator: lots behind it cannot be told apart")
    }
    if !form.prefix.isEmpty { lines.append("prefix: \(Self.quoted(form.prefix))") }
    if !form.suffix.isEmpty { lines.append("suffix: \(Self.quoted(form.suffix))") }
    if let idle = form.idleEndMicroseconds { lines.append("idle_end_ms: \(idle / 1000)") }
    return lines
  }

  /// What else the technician should know, in sentences.
  public var remarks: [String] {
    var remarks: [String] = []
    if !equalLayouts.isEmpty {
      remarks.append("The layout \(equalLayouts.joined(separator: ", ")) has the same keys; either can be written.")
    }
    if separator == nil {
      remarks.append(
        "No group separator came. Set the scanner to send it as Ctrl+], F8 or Alt+029 (or to HID POS mode) and "
          + "calibrate again, or GS1 labels with more than one variable field stay doubtful.")
    }
    if case .substitute(let scalar)? = separator {
      remarks.append("\"\(scalar)\" stands for the group separator; no label may hold it otherwise.")
    }
    if terminators.isEmpty {
      remarks.append(
        "No terminator came: a gap must end the label. Better set the scanner to send CR (Enter) behind each label.")
    } else {
      remarks.append("A label ends with \(terminators.map(Self.name).joined(separator: " ")).")
    }
    remarks.append(
      sendsAIMIdentifier
        ? "The AIM identifier comes with the text: the kind of symbol is known."
        : "No AIM identifier came: switch \"transmit AIM ID\" on, so that GS1 labels are known and not guessed.")
    return remarks
  }

  private static func name(_ control: UInt8) -> String {
    switch control {
    case 0x0D: "CR"
    case 0x0A: "LF"
    case 0x09: "Tab"
    default: "ETX"
    }
  }

  /// A double-quoted YAML scalar (YAML 1.2.2, section 5.7).
  private static func quoted(_ bytes: [UInt8]) -> String {
    let inner = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"": return "\\\""
      case "\\": return "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        return "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      default: return String(scalar)
      }
    }
    return "\"" + inner.joined() + "\""
  }
}
