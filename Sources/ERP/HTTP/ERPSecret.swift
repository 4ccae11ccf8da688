import Devices

/// The secrets with which we prove to an ERP who we are, each in a file of its own.
enum ERPSecret {
  /// - Throws: `.local` where the file is not as ``SecretFile`` wants it; so do the others.
  static func token(in path: String) throws(ERPFailure) -> String {
    String(decoding: try read(SecretFile(path, what: "token", .token, maximumBytes: 8_192)), as: UTF8.self)
  }

  /// What requests are signed with.
  static func key(in path: String) throws(ERPFailure) -> [UInt8] {
    try read(SecretFile(path, what: "key", .token, maximumBytes: 8_192))
  }

  static func password(in path: String) throws(ERPFailure) -> String {
    String(decoding: try read(SecretFile(path, what: "password", .password, maximumBytes: 1_024)), as: UTF8.self)
  }

  /// For the key of a certificate, which the TLS library reads.
  static func checkIsPrivate(_ path: String) throws(ERPFailure) {
    do throws(SecretFile.Fault) {
      try SecretFile.checkIsPrivate(path, what: "key")
    } catch {
      throw ERPFailure(.local, problem: error.problem, remedy: error.remedy)
    }
  }

  private static func read(_ file: SecretFile) throws(ERPFailure) -> [UInt8] {
    do throws(SecretFile.Fault) {
      return try file.read()
    } catch {
      throw ERPFailure(.local, problem: error.problem, remedy: error.remedy)
    }
  }
}
