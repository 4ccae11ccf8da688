/// How we and an ERP prove who we are over https.
public struct ERPTLSSettings: Hashable, Sendable {
  /// Certificates in PEM of the authorities that we believe; nil: those of the system.
  public var authoritiesFile: String?
  /// Our own certificate in PEM, with intermediate ones after it; nil: we show none.
  public var certificateFile: String?
  /// The key of our certificate in PEM, readable by the account of the daemon alone.
  public var keyFile: String?

  public init(authoritiesFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
    self.authoritiesFile = authoritiesFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }

  var files: [String] { [authoritiesFile, certificateFile, keyFile].compactMap(\.self) }
}
