/// Whether a secret with which we prove who we are stands in its file as it is read at every use. The ERP is not asked: it
/// counts what is wrong, and locks accounts.
public struct ProofCheck: Sendable {
  public var path: String
  /// Nil: it can be used.
  public var fault: ERPFailure?

  init(_ path: String, _ read: (String) throws(ERPFailure) -> Void) {
    self.path = path
    do throws(ERPFailure) {
      try read(path)
    } catch {
      fault = error
    }
  }
}

extension HTTPConnectorSettings {
  /// One for the token and each key that are configured.
  public var proofChecks: [ProofCheck] {
    [
      tokenFile.map { ProofCheck($0) { path throws(ERPFailure) in _ = try ERPSecret.token(in: path) } },
      signing.map { ProofCheck($0.keyFile) { path throws(ERPFailure) in _ = try ERPSecret.key(in: path) } },
      tls?.keyCheck,
    ].compactMap { $0 }
  }
}

extension TrytonSettings {
  /// One for the password and one for the key of our certificate, where there is one.
  public var proofChecks: [ProofCheck] {
    [
      ProofCheck(passwordFile) { path throws(ERPFailure) in _ = try ERPSecret.password(in: path) }, tls?.keyCheck,
    ].compactMap { $0 }
  }
}

extension ERPTLSSettings {
  fileprivate var keyCheck: ProofCheck? {
    keyFile.map { ProofCheck($0) { path throws(ERPFailure) in try ERPSecret.checkIsPrivate(path) } }
  }
}
