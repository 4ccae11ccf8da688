import Glibc

extension CommandFailure {
  /// Wrong use: the options do not go together or name what does not exist.
  static func usage(_ text: String) -> CommandFailure { CommandFailure(text, EX_USAGE) }

  /// Data refused.
  static func data(_ text: String) -> CommandFailure { CommandFailure(text, EX_DATAERR) }
}
