import Console

/// Asks the running daemon, with little patience.
enum ControlClientStatus {
  /// Seconds.
  private static let timeoutSeconds = 5

  /// - Throws: where no daemon runs or it does not answer.
  static func read(socketPath: String) throws -> LineStatus {
    try ControlClient(socketPath: socketPath, timeoutSeconds: timeoutSeconds).status()
  }
}
