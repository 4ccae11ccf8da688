/// Why nothing could be learned from a scan.
public enum CalibrationRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// More came than one symbol has.
  case tooMuch(reports: Int)
  /// The keys wrote nothing at all.
  case noText
  /// No layout gives the text of the symbol; `readAs` is what the nearest layout gives.
  case nothingFits(nearest: String, readAs: String)
  /// The text is right but for upper and lower case.
  case caseSwapped(layout: String)
  /// Several layouts that write differently give the same text for what came.
  case undecided(layouts: [String])

  /// What was found and what to do.
  public var description: String {
    switch self {
    case .tooMuch(let reports):
      "more than one symbol came (\(reports) reports). Scan the calibration symbol once and nothing else."
    case .noText:
      "the scanner sent keys that write nothing. Check that it is in keyboard mode, and scan the calibration symbol."
    case .nothingFits(let nearest, let readAs):
      "no supported layout gives the text of the calibration symbol. Nearest is \(nearest), which reads: \(readAs). "
        + "Scan the calibration symbol and no other; set the scanner to one of the layouts "
        + "\(KeyLayout.all.map(\.name).joined(separator: ", ")), or to HID POS mode."
    case .caseSwapped(let layout):
      "the layout is \(layout), but upper and lower case are swapped. Set the scanner's Caps Lock handling to normal "
        + "and scan again."
    case .undecided(let layouts):
      "the layouts \(layouts.joined(separator: " and ")) fit equally, because the scanner sends the characters in which "
        + "they differ by number (Alt codes). Write the layout that is set in the scanner."
    }
  }
}
