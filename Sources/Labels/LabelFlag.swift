/// A remark that does not make the label unusable. The raw values are stable names.
public enum LabelFlag: String, Sendable, Hashable, CaseIterable {
  /// No AIM identifier said so: the content was recognised by its form.
  case guessed
  /// Read from the human-readable form with brackets.
  case brackets
  /// The label holds a field that needs a separator where more follows, and not one separator came.
  case noSeparatorSeen = "no_separator_seen"
  /// The end of a variable field reads as further fields: a lost separator looks exactly like this. A person compares
  /// the field with the print.
  case lotMayHaveSwallowed = "lot_may_have_swallowed"
  /// A separator stood behind a field that needs none.
  case needlessSeparator = "needless_separator"
  /// The same field stood twice with the same value.
  case repeatedField = "repeated_field"
  /// The day was 00: the last day of the month is meant.
  case dayZero = "day_00"
  /// A year of two digits was read as one of another century than the year of the scan.
  case centuryInferred = "century_inferred"
  /// A lot, serial or date came without the item that it belongs to: another symbol has to name it.
  case noItem = "no_item"
  /// An HIBC secondary label whose primary label has not been read: its link character is not checked.
  case unlinkedSecondary = "unlinked_secondary"
  /// A path of a Digital Link that stands before its key reads as a key or qualifier itself.
  case keyInStem = "key_in_stem"
  /// The item number of a Digital Link was written without its leading zeros.
  case zeroSuppressed = "zero_suppressed"
  /// The URI has parameters that are no element of the label; they stand in `LabelReading.other`.
  case unknownParameters = "unknown_parameters"
  /// An ISO/IEC 15434 message came without its end: the last field may be cut off. A person compares it with the print.
  case trailerMissing = "trailer_missing"
  /// A data identifier stood without a value, and nothing that the floor works with is lost by it.
  case emptyField = "empty_field"
}
