import Devices

/// The keys and passwords with which we prove to a subscriber or a mail server who we are, each in a file of its own.
enum SubscriberSecret {
  /// Longest secret, in bytes.
  static let maximumBytes = 4_096

  /// The first line of the file without its line end.
  ///
  /// - Throws: `.local` where the file is not as ``SecretFile`` wants it.
  static func read(_ path: String) throws(NotificationFailure) -> [UInt8] {
    do throws(SecretFile.Fault) {
      return try SecretFile(path, what: "secret", .firstLine, maximumBytes: maximumBytes).read()
    } catch {
      throw NotificationFailure(.local, problem: error.problem, remedy: error.remedy)
    }
  }
}
