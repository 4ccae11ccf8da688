/// Numbers and lines as charts write them, for the reports that stand beside a chart.
public enum ChartText {
  /// A finite number with at most so many digits that count.
  public static func number(_ value: Double, digits: Int = 6) -> String { DecimalText(value).significant(digits) }

  /// A finite number with so many digits after the decimal point.
  public static func fixed(_ value: Double, decimals: Int) -> String { DecimalText(value).fixed(decimals) }

  /// Lines of at most so many columns of a terminal, broken at spaces and between ideographs; control characters become
  /// question marks. Further lines begin with the indent.
  public static func wrapped(_ text: String, columns: Int, indent: String = "  ") -> [String] {
    TextCells.wrapped(TextCells.printable(text), to: columns, indent: indent)
  }

  /// Columns of a terminal that a text takes.
  public static func width(_ text: String) -> Int { TextCells.width(text) }

  /// The text and blanks behind it, so many columns together.
  public static func padded(_ text: String, to columns: Int) -> String { TextCells.padded(text, to: columns) }
}
