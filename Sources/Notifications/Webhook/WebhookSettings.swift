/// How a webhook is reached.
public struct WebhookSettings: Hashable, Sendable {
  /// `http` or `https`.
  public var url: String
  /// File whose first line is the key of the signature.
  public var secretFile: String
  /// Certificates (PEM) that sign the receiver's; nil: those of the machine.
  public var authoritiesFile: String?
  public var connectTimeoutMicroseconds: Int64
  /// For the whole request, to the last byte of the answer.
  public var requestTimeoutMicroseconds: Int64

  public init(
    url: String, secretFile: String, authoritiesFile: String? = nil, connectTimeoutMicroseconds: Int64 = 5_000_000,
    requestTimeoutMicroseconds: Int64 = 15_000_000
  ) {
    self.url = url
    self.secretFile = secretFile
    self.authoritiesFile = authoritiesFile
    self.connectTimeoutMicroseconds = connectTimeoutMicroseconds
    self.requestTimeoutMicroseconds = requestTimeoutMicroseconds
  }
}
