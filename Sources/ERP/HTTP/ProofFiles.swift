import Glibc

/// The files of what we prove ourselves with: passwords, tokens, keys, certificates.
enum ProofFiles {
  /// What is looked at of one file, in bytes.
  static let maximumBytes = 1_000_000

  /// Another one where content or permissions of a file are others, also where it comes or goes. SHA-256, for comparison
  /// in memory only; nil where there are no files.
  static func digest(of paths: [String]) -> String? {
    guard !paths.isEmpty else { return nil }
    return lowerCaseSHA256(Array(paths.map(state).joined(separator: "\n").utf8))
  }

  private static func state(of path: String) -> String {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return "error \(errno)" }
    do throws(DurableFile.Fault) {
      guard let bytes = try DurableFile.read(path, maximumBytes: maximumBytes) else { return "missing" }
      return "\(facts.st_mode) \(lowerCaseSHA256(bytes))"
    } catch {
      return "\(facts.st_mode) error \(error.code)"
    }
  }
}
