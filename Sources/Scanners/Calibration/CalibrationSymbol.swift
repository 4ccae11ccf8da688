/// The symbol that is scanned to learn how a scanner writes: letters that change places between layouts, digits,
/// doubled characters, every symbol that GS1, HIBC and web addresses use, and one group separator.
public enum CalibrationSymbol {
  /// What stands before the group separator.
  static let head = "Lotwire 0011223 AaQqZzYyWwMm 456789 !\"%&'()*+,-./:;<=>?_"
  /// What stands behind it.
  static let tail = "$@#[]Ee55"

  /// The whole text, for a Data Matrix or a Code 128 symbol; the group separator is the character 0x1D.
  public static let text = head + "\u{1D}" + tail
}
