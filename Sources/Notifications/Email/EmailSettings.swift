/// How mail is handed over.
public struct EmailSettings: Hashable, Sendable {
  /// How the connection is encrypted.
  public enum Encryption: String, Hashable, Sendable, CaseIterable {
    /// Plain at first, encrypted before anything is said (RFC 3207); never plain after all.
    case starttls
    /// Encrypted from the first byte (RFC 8314).
    case implicit
    /// Not at all.
    case none

    public var usualPort: Int {
      switch self {
      case .starttls: 587
      case .implicit: 465
      case .none: 25
      }
    }
  }

  public var host: String
  public var port: Int
  public var encryption: Encryption
  public var from: EmailAddress
  public var to: [EmailAddress]
  /// Most recipients of one mail; every server takes so many (RFC 5321 section 4.5.3.1.8).
  public static let maximumRecipients = 100
  public var user: String?
  /// File whose first line is the password.
  public var passwordFile: String?
  /// Certificates (PEM) that sign the server's; nil: those of the machine.
  public var authoritiesFile: String?
  /// What we call ourselves to the server.
  public var helloName: String
  public var connectTimeoutMicroseconds: Int64
  /// For the whole conversation.
  public var conversationTimeoutMicroseconds: Int64

  public init(
    host: String, port: Int, encryption: Encryption, from: EmailAddress, to: [EmailAddress], user: String? = nil,
    passwordFile: String? = nil, authoritiesFile: String? = nil, helloName: String = "lotwire.localdomain",
    connectTimeoutMicroseconds: Int64 = 10_000_000, conversationTimeoutMicroseconds: Int64 = 60_000_000
  ) {
    self.host = host
    self.port = port
    self.encryption = encryption
    self.from = from
    self.to = to
    self.user = user
    self.passwordFile = passwordFile
    self.authoritiesFile = authoritiesFile
    self.helloName = helloName
    self.connectTimeoutMicroseconds = connectTimeoutMicroseconds
    self.conversationTimeoutMicroseconds = conversationTimeoutMicroseconds
  }
}
